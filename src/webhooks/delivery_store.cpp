// SPDX-License-Identifier: MIT
// The outbox and what is delivered of it.
#include "webhook_rows.hpp"
#include "webhook_store.hpp"

#include <grandstand/room/event_text.hpp>

#include <algorithm>
#include <array>
#include <set>

#include <pqxx/pqxx>

namespace grandstand::webhooks {
namespace {

constexpr std::string_view kRoomPrefix = "channel:";

// clang-format off
constexpr const char* kPut =
    "with wanted as (select w.id, w.is_full, e.kind, e.body, e.place "
    "  from unnest($1::text[], $2::text[], $3::text[]) with ordinality as e(channel, kind, body, place) "
    "  join webhook w on w.channel = e.channel and e.kind = any(w.kinds) where w.enabled), "
    "written as (insert into webhook_delivery (webhook_id, digest, kind, body, created_at, since, due_at) "
    "  select id, sha256(convert_to(body, 'UTF8')), kind, body, "
    TIME_OF("$4") ", " TIME_OF("$4") ", " TIME_OF("$4") " "
    "  from wanted where not is_full order by place on conflict (webhook_id, digest) do nothing returning 1), "
    "dropped as (update webhook w set dropped = w.dropped + lost.n "
    "  from (select id, count(*) as n from wanted where is_full group by id) lost where lost.id = w.id) "
    "select (select count(*) from written), (select count(*) from wanted where is_full)";

constexpr const char* kList =
    "select id, kind, state, attempts, status, error, "
    MILLISECONDS("created_at") " as created_ms, " MILLISECONDS("due_at") " as due_ms, "
    MILLISECONDS("finished_at") " as finished_ms "
    "from webhook_delivery where webhook_id = $1 and ($2 = '' or state = $2) and id < $3 order by id desc limit $4";

constexpr const char* kRedeliver =
    "update webhook_delivery set state = 'waiting', attempts = 0, error = '', finished_at = null, "
    "since = " TIME_OF("$2") ", due_at = " TIME_OF("$2") " "
    "where webhook_id = $1 and ($3::bigint = 0 or id = $3::bigint) and "
    "coalesce(created_at >= " TIME_OF("$4") ", true) and coalesce(created_at < " TIME_OF("$5") ", true)";

constexpr const char* kTakeLease =
    "insert into webhook_lease (holder, until) values ($1, clock_timestamp() + interval '10 s') "
    "on conflict (singleton) do update set holder = excluded.holder, until = excluded.until "
    "where webhook_lease.holder = excluded.holder or webhook_lease.until < clock_timestamp() returning 1";

constexpr const char* kDue =
    "select d.id, d.webhook_id, w.url, w.secret, "
    "case when w.old_secret_until > " TIME_OF("$1") " then w.old_secret end as old_secret, "
    "d.body, d.attempts, " MILLISECONDS("d.since") " as since_ms "
    "from webhook w cross join lateral (select * from webhook_delivery d where d.webhook_id = w.id "
    "and d.state = 'waiting' and d.due_at <= " TIME_OF("$1") " and d.id <> all($2::bigint[]) "
    "order by d.id limit $4) d where w.enabled and w.id <> all($3::bigint[]) order by d.id limit 200";

constexpr const char* kRecord =
    "update webhook_delivery set state = $2, attempts = attempts + 1, status = $3, error = $4, "
    "due_at = " TIME_OF("$5") ", "
    "finished_at = case when $2 = 'waiting' then null else " TIME_OF("$6") " end where id = $1";
// clang-format on

std::string ids_text(const std::vector<std::uint64_t>& ids) {
  storage::ArrayText text;
  for (const auto id : ids) text.add(std::to_string(id));
  return std::move(text).finish();
}

// Empty: the room is no channel's.
std::string_view channel_of(const room::StoredEvent& stored) {
  const std::string_view room = stored.room.value();
  return room.starts_with(kRoomPrefix) ? room.substr(kRoomPrefix.size()) : "";
}

std::string body_of(const room::StoredEvent& stored) {
  return R"({"type":")" + stored.event.kind + R"(","timestamp":")" + to_rfc3339(stored.event.server_time) +
         R"(","data":)" + room::event_text(stored.room, stored.event) + "}";
}

}  // namespace

WebhookStore::Outcome WebhookStore::put(pqxx::work& transaction, std::span<const room::StoredEvent> events,
                                        const std::vector<std::string>& kinds, UtcTime now) {
  std::vector<const room::StoredEvent*> told;
  std::set<std::string_view> channels;
  for (const auto& stored : events) {
    const auto channel = channel_of(stored);
    if (channel.empty() || std::ranges::find(kinds, stored.event.kind) == kinds.end()) continue;
    told.push_back(&stored);
    channels.insert(channel);
  }
  if (told.empty()) return {};
  std::set<std::string, std::less<>> listened_to;
  for (const auto& row :
       transaction.exec_params("select distinct channel from webhook where enabled and channel = any($1::text[])",
                               storage::array_text(channels)))
    listened_to.insert(row[0].c_str());
  if (listened_to.empty()) return {};
  std::array<storage::ArrayText, 3> columns;
  for (const auto* stored : told) {
    const auto channel = channel_of(*stored);
    if (!listened_to.contains(channel)) continue;
    columns[0].add(channel);
    columns[1].add(stored->event.kind);
    columns[2].add(body_of(*stored));
  }
  const auto row = transaction.exec_params1(kPut, std::move(columns[0]).finish(), std::move(columns[1]).finish(),
                                            std::move(columns[2]).finish(), microseconds(now));
  return {row[0].as<std::size_t>(), row[1].as<std::size_t>()};
}

aio::Task<Result<std::vector<Delivery>>> WebhookStore::deliveries(ChannelId channel, std::uint64_t webhook,
                                                                  DeliveryQuery query) {
  using Deliveries = std::vector<Delivery>;
  std::function<Result<Deliveries>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Deliveries> {
    GRANDSTAND_RETURN_IF_ERROR(check_webhook(work, channel, webhook));
    const std::string state = query.state ? std::string(to_string(*query.state)) : "";
    Deliveries deliveries;
    for (const auto& row : work.exec_params(kList, row_id(webhook), state, row_id(query.before.value_or(INT64_MAX)),
                                            row_id(query.limit))) {
      Delivery delivery;
      delivery.id = row["id"].as<std::uint64_t>();
      delivery.kind = row["kind"].c_str();
      delivery.state = parse_delivery_state(row["state"].c_str()).value_or(DeliveryState::kWaiting);
      delivery.attempts = row["attempts"].as<std::size_t>();
      delivery.status = row["status"].as<int>();
      delivery.error = row["error"].c_str();
      delivery.created_at = from_unix_ms(row["created_ms"].as<std::int64_t>());
      if (delivery.state == DeliveryState::kWaiting) delivery.due_at = time_of(row["due_ms"]);
      delivery.finished_at = time_of(row["finished_ms"]);
      deliveries.push_back(std::move(delivery));
    }
    return deliveries;
  };
  return database_.run<Deliveries>(std::move(work));
}

aio::Task<Result<std::size_t>> WebhookStore::redeliver(ChannelId channel, std::uint64_t webhook, Redelivery which,
                                                       UtcTime now) {
  std::function<Result<std::size_t>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<std::size_t> {
    GRANDSTAND_RETURN_IF_ERROR(check_webhook(work, channel, webhook));
    const auto changed =
        work.exec_params(kRedeliver, row_id(webhook), microseconds(now), row_id(which.delivery.value_or(0)),
                         microseconds(which.from), microseconds(which.to));
    if (which.delivery && changed.affected_rows() == 0)
      return Error{ErrorCode::kNotFound, "the webhook has no such delivery"};
    return static_cast<std::size_t>(changed.affected_rows());
  };
  return database_.run<std::size_t>(std::move(work));
}

aio::Task<Result<Round>> WebhookStore::begin_round(std::string node, UtcTime now, std::size_t each,
                                                   std::vector<std::uint64_t> under_way,
                                                   std::vector<std::uint64_t> resting) {
  std::function<Result<Round>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Round> {
    Round round;
    round.is_ours = !work.exec_params(kTakeLease, node).empty();
    if (!round.is_ours) return round;
    for (const auto& row :
         work.exec_params(kDue, microseconds(now), ids_text(under_way), ids_text(resting), row_id(each))) {
      DueDelivery due{row["id"].as<std::uint64_t>(),
                      row["webhook_id"].as<std::uint64_t>(),
                      row["url"].c_str(),
                      {row["secret"].c_str()},
                      row["body"].c_str(),
                      row["attempts"].as<std::size_t>(),
                      from_unix_ms(row["since_ms"].as<std::int64_t>())};
      if (!row["old_secret"].is_null()) due.secrets.emplace_back(row["old_secret"].c_str());
      round.due.push_back(std::move(due));
    }
    return round;
  };
  return database_.run<Round>(std::move(work));
}

aio::Task<Status> WebhookStore::record(Attempt attempt) {
  std::function<Status(pqxx::work&)> work = [=](pqxx::work& work) -> Status {
    const bool waits = attempt.state == DeliveryState::kWaiting;
    work.exec_params0(kRecord, row_id(attempt.delivery), std::string(to_string(attempt.state)), attempt.status,
                      attempt.error, microseconds(waits ? attempt.due_at : attempt.at), microseconds(attempt.at));
    if (attempt.is_gone)
      work.exec_params0(
          "update webhook set enabled = false where id = (select webhook_id from webhook_delivery where id = $1)",
          row_id(attempt.delivery));
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Result<std::size_t>> WebhookStore::tidy(std::size_t queue_limit, UtcTime oldest) {
  std::function<Result<std::size_t>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<std::size_t> {
    work.exec_params0(
        "update webhook w set is_full = not w.is_full where w.is_full <> "
        "((select count(*) from (select 1 from webhook_delivery d where d.webhook_id = w.id and d.state = 'waiting' "
        "limit $1) x) >= $1)",
        row_id(queue_limit));
    work.exec_params0(
        "delete from webhook_delivery where id in (select id from webhook_delivery "
        "where state <> 'waiting' and created_at < " TIME_OF("$1") " limit 10000)",
        microseconds(oldest));
    work.exec_params0(
        "delete from webhook_delivery where id in (select d.id from webhook w join webhook_delivery d "
        "on d.webhook_id = w.id and d.state = 'waiting' "
        "where not w.enabled and d.since < " TIME_OF("$1") " limit 10000)",
        microseconds(oldest));
    return work.exec1("select count(*) from webhook_delivery where state = 'waiting'")[0].as<std::size_t>();
  };
  return database_.run<std::size_t>(std::move(work));
}

}  // namespace grandstand::webhooks
