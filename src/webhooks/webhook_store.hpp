// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/task.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/room/event.hpp>
#include <grandstand/storage/database.hpp>
#include <grandstand/webhooks/webhook.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grandstand::webhooks {

// A delivery that is to be attempted now.
struct DueDelivery {
  std::uint64_t id = 0, webhook = 0;
  std::string url;
  std::vector<std::string> secrets;  // the newest first
  std::string body;
  std::size_t attempts = 0;
  UtcTime since{};  // when it began to wait
};

// What came of an attempt.
struct Attempt {
  std::uint64_t delivery = 0;
  DeliveryState state = DeliveryState::kWaiting;
  int status = 0;
  std::string error;
  UtcTime at{};
  UtcTime due_at{};         // of the next, while it waits
  bool is_gone = false;     // the receiver wants no more: the webhook is switched off
  bool is_refused = false;  // its address may not be connected to
};

struct Round {
  bool is_ours = false;  // this node delivers
  std::vector<DueDelivery> due;
};

// The SQL of webhooks and their deliveries. Times come from the caller, but for the lease.
//
// Owner: Webhooks.   Runs on: any loop; put() in a transaction.   Stops: with the Database.
class WebhookStore {
 public:
  explicit WebhookStore(storage::Database& database) : database_(database) {}

  struct Outcome {
    std::size_t written = 0, dropped = 0;  // deliveries; dropped: too many wait
  };
  // Writes what the webhooks of the events' channels are to be told.
  static Outcome put(pqxx::work& transaction, std::span<const room::StoredEvent> events,
                     const std::vector<std::string>& kinds, UtcTime now);

  aio::Task<Result<std::vector<Webhook>>> list(ChannelId channel);
  aio::Task<Result<Webhook>> insert(ChannelId channel, WebhookWish wish, std::string secret, UtcTime now,
                                    std::size_t most);
  aio::Task<Result<Webhook>> change(ChannelId channel, std::uint64_t webhook, WebhookWish wish);
  aio::Task<Status> remove(ChannelId channel, std::uint64_t webhook);
  aio::Task<Result<Webhook>> rotate(ChannelId channel, std::uint64_t webhook, std::string secret, UtcTime old_until);
  aio::Task<Result<std::vector<Delivery>>> deliveries(ChannelId channel, std::uint64_t webhook, DeliveryQuery query);
  aio::Task<Result<std::size_t>> redeliver(ChannelId channel, std::uint64_t webhook, Redelivery which, UtcTime now);

  // Takes or renews the lease for `node`; what is due, at most `each` for one webhook, without those that are under way
  // and without webhooks that rest.
  aio::Task<Result<Round>> begin_round(std::string node, UtcTime now, std::size_t each,
                                       std::vector<std::uint64_t> under_way, std::vector<std::uint64_t> resting);
  aio::Task<Status> record(Attempt attempt);
  // Marks webhooks for which too much waits, removes what is older than `oldest` and is finished or waits at a webhook
  // that is switched off; gives how many deliveries wait.
  aio::Task<Result<std::size_t>> tidy(std::size_t queue_limit, UtcTime oldest);

 private:
  storage::Database& database_;
};

}  // namespace grandstand::webhooks
