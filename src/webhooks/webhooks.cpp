// SPDX-License-Identifier: MIT
#include "dispatcher.hpp"
#include "signature.hpp"
#include "webhook_store.hpp"
#include "webhooks_sql.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/webhooks/webhooks.hpp>

#include <algorithm>

namespace grandstand::webhooks {
namespace {

constexpr storage::Migration kMigrations[] = {{"webhooks", 1, kWebhooksSql}};
constexpr std::chrono::hours kOldSecretSigns{24};
constexpr std::size_t kLongestUrl = 2'048, kLongestDescription = 200;

Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Status check_url(std::string_view url) {
  const auto slashes = url.find("://");
  const auto scheme = url.substr(0, slashes == url.npos ? 0 : slashes);
  if (url.size() > kLongestUrl || (scheme != "https" && scheme != "http"))
    return invalid("url: expected https://... or http://..., at most 2048 bytes");
  if (std::ranges::any_of(url, [](unsigned char c) { return c <= ' ' || c >= 0x7f || c == '\\'; }))
    return invalid("url: expected printable ASCII characters without spaces; encode others");
  const auto authority = url.substr(slashes + 3, url.find_first_of("/?#", slashes + 3) - slashes - 3);
  if (authority.empty() || authority.front() == ':') return invalid("url: it names no host");
  if (authority.find('@') != authority.npos) return invalid("url: expected no user and password in it");
  if (url.find('#') != url.npos) return invalid("url: expected no fragment");
  return success();
}

}  // namespace

std::string_view to_string(DeliveryState state) {
  switch (state) {
    case DeliveryState::kWaiting:
      return "waiting";
    case DeliveryState::kDelivered:
      return "delivered";
    case DeliveryState::kParked:
      return "parked";
  }
  return "waiting";
}

std::optional<DeliveryState> parse_delivery_state(std::string_view text) {
  for (const auto state : {DeliveryState::kWaiting, DeliveryState::kDelivered, DeliveryState::kParked})
    if (to_string(state) == text) return state;
  return std::nullopt;
}

struct Webhooks::State {
  State(Settings given, Context its_context)
      : settings(given),
        context(std::move(its_context)),
        store(context.database),
        dispatcher(std::make_shared<Dispatcher>(
            given, Dispatcher::Context{context.loop, context.clock, context.metrics, store})),
        dropped(context.metrics.counter("grandstand_webhook_dropped_total",
                                        "Events that a webhook is not told of because too many wait for it.")) {}

  Result<WebhookWish> checked(WebhookWish wish) const;

  const Settings settings;
  const Context context;
  WebhookStore store;
  std::shared_ptr<Dispatcher> dispatcher;
  ops::Counter dropped;
};

Result<WebhookWish> Webhooks::State::checked(WebhookWish wish) const {
  GRANDSTAND_RETURN_IF_ERROR(check_url(wish.url));
  if (wish.description.size() > kLongestDescription)
    return invalid("description: expected at most " + std::to_string(kLongestDescription) + " bytes");
  std::ranges::sort(wish.kinds);
  wish.kinds.erase(std::ranges::unique(wish.kinds).begin(), wish.kinds.end());
  if (wish.kinds.empty()) return invalid("kinds: expected at least one kind of event");
  for (const auto& kind : wish.kinds) {
    if (std::ranges::find(context.kinds, kind) != context.kinds.end()) continue;
    std::string all;
    for (const auto& known : context.kinds) all += (all.empty() ? "" : ", ") + known;
    return invalid("kinds: \"" + kind.substr(0, 64) + "\" is none; expected some of " + all);
  }
  return wish;
}

Webhooks::Webhooks(Settings settings, Context context)
    : state_(std::make_shared<State>(settings, std::move(context))) {}

Webhooks::~Webhooks() {
  stop();
}

std::span<const storage::Migration> Webhooks::migrations() {
  return kMigrations;
}

void Webhooks::put(pqxx::work& transaction, std::span<const room::StoredEvent> events) {
  const auto outcome = WebhookStore::put(transaction, events, state_->context.kinds, state_->context.clock.utc());
  if (outcome.dropped > 0) state_->dropped.add(static_cast<double>(outcome.dropped));
  if (outcome.written > 0) state_->dispatcher->wake();
}

const std::vector<std::string>& Webhooks::kinds() const {
  return state_->context.kinds;
}

aio::Task<Result<std::vector<Webhook>>> Webhooks::list(ChannelId channel) {
  return state_->store.list(std::move(channel));
}

aio::Task<Result<MadeWebhook>> Webhooks::create(ChannelId channel, WebhookWish wish) {
  GRANDSTAND_CO_TRY(auto good, state_->checked(std::move(wish)));
  MadeWebhook made;
  const auto secret = make_secret();
  GRANDSTAND_CO_TRY(made.webhook,
                    co_await state_->store.insert(channel, std::move(good), secret, state_->context.clock.utc(),
                                                  state_->settings.per_channel));
  made.secret = std::string(kSecretPrefix) + secret;
  log::info("webhooks", "webhook made",
            {{"channel", channel.value()}, {"webhook", made.webhook.id}, {"url", log::redact(made.webhook.wish.url)}});
  co_return made;
}

aio::Task<Result<Webhook>> Webhooks::change(ChannelId channel, std::uint64_t webhook, WebhookWish wish) {
  GRANDSTAND_CO_TRY(auto good, state_->checked(std::move(wish)));
  GRANDSTAND_CO_TRY(auto changed, co_await state_->store.change(std::move(channel), webhook, std::move(good)));
  state_->dispatcher->wake();
  co_return changed;
}

aio::Task<Status> Webhooks::remove(ChannelId channel, std::uint64_t webhook) {
  return state_->store.remove(std::move(channel), webhook);
}

aio::Task<Result<MadeWebhook>> Webhooks::rotate_secret(ChannelId channel, std::uint64_t webhook) {
  MadeWebhook made;
  const auto secret = make_secret();
  GRANDSTAND_CO_TRY(made.webhook, co_await state_->store.rotate(std::move(channel), webhook, secret,
                                                                state_->context.clock.utc() + kOldSecretSigns));
  made.secret = std::string(kSecretPrefix) + secret;
  co_return made;
}

aio::Task<Result<std::vector<Delivery>>> Webhooks::deliveries(ChannelId channel, std::uint64_t webhook,
                                                              DeliveryQuery query) {
  query.limit = std::clamp<std::size_t>(query.limit, 1, 200);
  return state_->store.deliveries(std::move(channel), webhook, query);
}

aio::Task<Result<std::size_t>> Webhooks::redeliver(ChannelId channel, std::uint64_t webhook, Redelivery which) {
  if (!which.delivery && (!which.from || !which.to || *which.from >= *which.to))
    co_return invalid("expected a delivery, or from and to with from before to");
  GRANDSTAND_CO_TRY(const auto count,
                    co_await state_->store.redeliver(std::move(channel), webhook, which, state_->context.clock.utc()));
  state_->dispatcher->wake();
  co_return count;
}

void Webhooks::start() {
  state_->dispatcher->start();
}

void Webhooks::tick() {
  state_->dispatcher->tick();
}

void Webhooks::stop() {
  state_->dispatcher->stop();
}

}  // namespace grandstand::webhooks
