// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/storage/database.hpp>
#include <grandstand/storage/sql_text.hpp>
#include <grandstand/webhooks/webhook.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

// What the stores of this folder share.
namespace grandstand::webhooks {

using storage::microseconds;

inline std::int64_t row_id(std::uint64_t id) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(id, INT64_MAX));
}

// Of a column of MILLISECONDS.
std::optional<UtcTime> time_of(const pqxx::field& field);

// kNotFound when the channel has no such webhook.
Status check_webhook(pqxx::work& work, const ChannelId& channel, std::uint64_t webhook);
Result<Webhook> read_webhook(pqxx::work& work, const ChannelId& channel, std::uint64_t webhook);

}  // namespace grandstand::webhooks
