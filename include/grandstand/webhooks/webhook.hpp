// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::webhooks {

struct WebhookWish {
  std::string url;                 // http:// or https://, at most 2,048 bytes, without user and fragment
  std::vector<std::string> kinds;  // of events: "chat.message"
  std::string description;         // at most 200 bytes
  bool enabled = true;
};

struct Webhook {
  std::uint64_t id = 0;
  ChannelId channel;
  WebhookWish wish;
  UtcTime created_at{};
  std::uint64_t waiting = 0, parked = 0, dropped = 0;  // deliveries
  std::optional<UtcTime> old_secret_until;             // signed with both until then
};

// The secret is told when it is made, and then never again: "whsec_" and 32 bytes in base64.
struct MadeWebhook {
  Webhook webhook;
  std::string secret;
};

enum class DeliveryState { kWaiting, kDelivered, kParked };
std::string_view to_string(DeliveryState state);  // "waiting", "delivered", "parked"
std::optional<DeliveryState> parse_delivery_state(std::string_view text);

struct Delivery {
  std::uint64_t id = 0;
  std::string kind;
  DeliveryState state = DeliveryState::kWaiting;
  std::size_t attempts = 0;
  int status = 0;     // of the last answer; 0: there was none
  std::string error;  // of the last attempt; empty: it went well
  UtcTime created_at{};
  std::optional<UtcTime> due_at;       // of the next attempt
  std::optional<UtcTime> finished_at;  // delivered or parked
};

struct DeliveryQuery {
  std::optional<DeliveryState> state;
  std::optional<std::uint64_t> before;  // older than this one
  std::size_t limit = 50;               // 1..200
};

// Which deliveries are to be made again: one, or all of events in [from, to).
struct Redelivery {
  std::optional<std::uint64_t> delivery;
  std::optional<UtcTime> from, to;
};

}  // namespace grandstand::webhooks
