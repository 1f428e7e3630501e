// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/room/outbox.hpp>
#include <grandstand/storage/database.hpp>
#include <grandstand/webhooks/settings.hpp>
#include <grandstand/webhooks/webhook.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace grandstand::webhooks {

// Tells other systems of what happens in a channel's room, by POST, signed as the Standard Webhooks specification says
// (standardwebhooks.com): at least once, as long as the receiver takes it within settings.give_up_after. What is to be
// told is written in the transaction that stores the event; of several nodes the one with the lease delivers.
//
// Series: grandstand_webhook_deliveries_total{outcome}, grandstand_webhook_dropped_total, grandstand_webhook_waiting.
//
// Owner: app.   Runs on: its loop and threads of its own; requests from any loop, put() in transactions.   Stops:
// stop(), blocking, not from a loop.
class Webhooks final : public room::Outbox {
 public:
  struct Context {
    aio::Loop& loop;
    const Clock& clock;
    ops::Metrics& metrics;
    storage::Database& database;
    std::vector<std::string> kinds;  // of events that may be told of
  };
  Webhooks(Settings settings, Context context);
  ~Webhooks() override;
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;

  static std::span<const storage::Migration> migrations();

  void put(pqxx::work& transaction, std::span<const room::StoredEvent> events) override;

  const std::vector<std::string>& kinds() const;
  aio::Task<Result<std::vector<Webhook>>> list(ChannelId channel);
  // kInvalidArgument for a URL or kind that cannot be, kTooLarge beyond settings.per_channel.
  aio::Task<Result<MadeWebhook>> create(ChannelId channel, WebhookWish wish);
  // The others: kNotFound when the channel has no such webhook.
  aio::Task<Result<Webhook>> change(ChannelId channel, std::uint64_t webhook, WebhookWish wish);
  aio::Task<Status> remove(ChannelId channel, std::uint64_t webhook);
  // A new secret; the old one signs beside it for a day.
  aio::Task<Result<MadeWebhook>> rotate_secret(ChannelId channel, std::uint64_t webhook);
  // The latest first.
  aio::Task<Result<std::vector<Delivery>>> deliveries(ChannelId channel, std::uint64_t webhook, DeliveryQuery query);
  // How many will be made again.
  aio::Task<Result<std::size_t>> redeliver(ChannelId channel, std::uint64_t webhook, Redelivery which);

  // Begins to deliver. On the loop.
  void start();
  // One round of looking for what is due: what start() has called; tests call it. On the loop.
  void tick();
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace grandstand::webhooks
