// SPDX-License-Identifier: MIT
#include "webhook_store.hpp"

#include "webhook_rows.hpp"

#include <algorithm>

#include <pqxx/pqxx>

namespace grandstand::webhooks {
namespace {

// clang-format off
constexpr const char* kWebhookColumns =
    "w.id, w.channel, w.url, array_to_string(w.kinds, ' ') as kinds, w.description, w.enabled, w.dropped, "
    MILLISECONDS("w.created_at") " as created_ms, " MILLISECONDS("w.old_secret_until") " as old_ms, "
    "(select count(*) from webhook_delivery d where d.webhook_id = w.id and d.state = 'waiting') as waiting, "
    "(select count(*) from webhook_delivery d where d.webhook_id = w.id and d.state = 'parked') as parked";

constexpr const char* kInsert =
    "insert into webhook (channel, url, kinds, description, enabled, created_at, secret) "
    "values ($1, $2, $3::text[], $4, $5, " TIME_OF("$6") ", $7) returning id";

constexpr const char* kChange =
    "update webhook set url = $3, kinds = $4::text[], description = $5, enabled = $6 "
    "where id = $1 and channel = $2";

constexpr const char* kRotate =
    "update webhook set old_secret = secret, old_secret_until = " TIME_OF("$3") ", secret = $4 "
    "where id = $1 and channel = $2";
// clang-format on

Webhook make_webhook(const pqxx::row& row) {
  Webhook webhook;
  webhook.id = row["id"].as<std::uint64_t>();
  webhook.channel = ChannelId(row["channel"].c_str());
  webhook.wish.url = row["url"].c_str();
  webhook.wish.description = row["description"].c_str();
  webhook.wish.enabled = row["enabled"].as<bool>();
  const std::string kinds = row["kinds"].c_str();
  for (std::size_t from = 0; from < kinds.size();) {
    const auto to = std::min(kinds.find(' ', from), kinds.size());
    webhook.wish.kinds.push_back(kinds.substr(from, to - from));
    from = to + 1;
  }
  webhook.created_at = from_unix_ms(row["created_ms"].as<std::int64_t>());
  webhook.waiting = row["waiting"].as<std::uint64_t>();
  webhook.parked = row["parked"].as<std::uint64_t>();
  webhook.dropped = row["dropped"].as<std::uint64_t>();
  webhook.old_secret_until = time_of(row["old_ms"]);
  return webhook;
}

Error no_webhook() {
  return Error{ErrorCode::kNotFound, "the channel has no such webhook"};
}

}  // namespace

std::optional<UtcTime> time_of(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return from_unix_ms(field.as<std::int64_t>());
}

Status check_webhook(pqxx::work& work, const ChannelId& channel, std::uint64_t webhook) {
  const auto rows =
      work.exec_params("select 1 from webhook where id = $1 and channel = $2", row_id(webhook), channel.value());
  return rows.empty() ? Status(no_webhook()) : success();
}

Result<Webhook> read_webhook(pqxx::work& work, const ChannelId& channel, std::uint64_t webhook) {
  const auto rows =
      work.exec_params("select " + std::string(kWebhookColumns) + " from webhook w where w.id = $1 and w.channel = $2",
                       row_id(webhook), channel.value());
  if (rows.empty()) return no_webhook();
  return make_webhook(rows[0]);
}

aio::Task<Result<std::vector<Webhook>>> WebhookStore::list(ChannelId channel) {
  using Webhooks = std::vector<Webhook>;
  std::function<Result<Webhooks>(pqxx::work&)> work = [channel](pqxx::work& work) -> Result<Webhooks> {
    Webhooks webhooks;
    for (const auto& row : work.exec_params(
             "select " + std::string(kWebhookColumns) + " from webhook w where w.channel = $1 order by w.id",
             channel.value()))
      webhooks.push_back(make_webhook(row));
    return webhooks;
  };
  return database_.run<Webhooks>(std::move(work));
}

aio::Task<Result<Webhook>> WebhookStore::insert(ChannelId channel, WebhookWish wish, std::string secret, UtcTime now,
                                                std::size_t most) {
  std::function<Result<Webhook>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Webhook> {
    // One at a time, so that two requests at once do not both find room.
    work.exec_params("select pg_advisory_xact_lock(hashtext('webhook'), hashtext($1))", channel.value());
    const auto count =
        work.exec_params1("select count(*) from webhook where channel = $1", channel.value())[0].as<std::size_t>();
    if (count >= most)
      return Error{ErrorCode::kTooLarge,
                   "the channel has " + std::to_string(count) + " webhooks, the most there may be"};
    const auto id = work.exec_params1(kInsert, channel.value(), wish.url, storage::array_text(wish.kinds),
                                      wish.description, wish.enabled, microseconds(now), secret)[0];
    return read_webhook(work, channel, id.as<std::uint64_t>());
  };
  return database_.run<Webhook>(std::move(work));
}

aio::Task<Result<Webhook>> WebhookStore::change(ChannelId channel, std::uint64_t webhook, WebhookWish wish) {
  std::function<Result<Webhook>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Webhook> {
    work.exec_params0(kChange, row_id(webhook), channel.value(), wish.url, storage::array_text(wish.kinds),
                      wish.description, wish.enabled);
    return read_webhook(work, channel, webhook);
  };
  return database_.run<Webhook>(std::move(work));
}

aio::Task<Status> WebhookStore::remove(ChannelId channel, std::uint64_t webhook) {
  std::function<Status(pqxx::work&)> work = [=](pqxx::work& work) -> Status {
    const auto removed =
        work.exec_params("delete from webhook where id = $1 and channel = $2", row_id(webhook), channel.value());
    if (removed.affected_rows() == 0) return no_webhook();
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Result<Webhook>> WebhookStore::rotate(ChannelId channel, std::uint64_t webhook, std::string secret,
                                                UtcTime old_until) {
  std::function<Result<Webhook>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Webhook> {
    work.exec_params0(kRotate, row_id(webhook), channel.value(), microseconds(old_until), secret);
    return read_webhook(work, channel, webhook);
  };
  return database_.run<Webhook>(std::move(work));
}

}  // namespace grandstand::webhooks
