// SPDX-License-Identifier: MIT
#include "device_store.hpp"

#include <grandstand/storage/sql_text.hpp>

#include <pqxx/pqxx>

namespace grandstand::identity {
namespace {

using Answer = DeviceStore::Answer;

// Of two questions, so that a slow network is not taken for a hasty television.
constexpr std::chrono::milliseconds kLeeway{1'000};
constexpr std::chrono::seconds kSlowDown{5};  // RFC 8628 3.5

Error nobody_waits() {
  return {ErrorCode::kNotFound, "no television waits with this code; look at its screen again"};
}

// One that was not decided about, or one that asks too often, which has to wait longer from then on.
Answer put_off(pqxx::work& work, const std::string& digest, const pqxx::row& row, UtcTime now) {
  const bool hasty = row["hasty"].as<bool>();
  const auto pause = std::chrono::seconds(row["poll_seconds"].as<int>()) + (hasty ? kSlowDown : std::chrono::seconds{});
  work.exec_params0(
      "update device_code set poll_seconds = $2, poll_after = $3::timestamptz where digest = decode($1, 'hex')", digest,
      pause.count(), to_rfc3339(now + pause - kLeeway));
  return {hasty ? DeviceAnswer::kSlowDown : DeviceAnswer::kPending};
}

}  // namespace

aio::Task<Status> DeviceStore::insert(std::string digest, WaitingDevice device) {
  std::function<Status(pqxx::work&)> work = [=](pqxx::work& work) -> Status {
    work.exec_params0("delete from device_code where expires_at <= $1::timestamptz", to_rfc3339(device.asked_at));
    const auto waiting = work.exec_params1("select count(*) from device_code")[0].as<std::size_t>();
    if (waiting >= DeviceCode::kMostWaiting)
      return Error{ErrorCode::kUnavailable, "too many televisions wait for a code; try again in some minutes"};
    work.exec_params0(
        "insert into device_code (digest, user_code, user_agent, network, created_at, expires_at, poll_seconds, "
        "poll_after) values (decode($1, 'hex'), $2, $3, $4, $5::timestamptz, $6::timestamptz, $7, $5::timestamptz)",
        digest, device.user_code, device.device.user_agent, device.device.network, to_rfc3339(device.asked_at),
        to_rfc3339(device.expires_at), DeviceCode::kInterval.count());
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Result<WaitingDevice>> DeviceStore::find(std::string user_code, UtcTime now) {
  std::function<Result<WaitingDevice>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<WaitingDevice> {
    const auto rows = work.exec_params(
        "select user_agent, network, " MILLISECONDS("created_at") " as asked_ms, "
        MILLISECONDS("expires_at") " as expires_ms from device_code "
        "where user_code = $1 and decision = 'waiting' and expires_at > $2::timestamptz",
        user_code, to_rfc3339(now));
    if (rows.empty()) return nobody_waits();
    const auto row = rows[0];
    return WaitingDevice{user_code,
                         {row["user_agent"].c_str(), row["network"].c_str()},
                         from_unix_ms(row["asked_ms"].as<std::int64_t>()),
                         from_unix_ms(row["expires_ms"].as<std::int64_t>())};
  };
  return database_.run<WaitingDevice>(std::move(work));
}

aio::Task<Status> DeviceStore::decide(std::string user_code, User by, bool allow, UtcTime now) {
  std::function<Status(pqxx::work&)> work = [=](pqxx::work& work) -> Status {
    const auto session = by.is_guest() ? std::nullopt : std::optional(by.session);
    const auto decided = work.exec_params(
        "update device_code set decision = $2, session_id = $3, guest_name = $4 "
        "where user_code = $1 and decision = 'waiting' and expires_at > $5::timestamptz",
        user_code, allow ? "allowed" : "denied", session, by.is_guest() ? by.name : "", to_rfc3339(now));
    return decided.affected_rows() == 1 ? success() : Status(nobody_waits());
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Result<Answer>> DeviceStore::poll(std::string digest, NewSession session) {
  std::function<Result<Answer>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Answer> {
    const auto now = session.created_at;
    const auto rows = work.exec_params(
        "select decision, guest_name, poll_seconds, poll_after > $2::timestamptz as hasty, d.session_id, "
        "s.account_id from device_code d left join account_session s on s.id = d.session_id and s.expires_at > "
        "$2::timestamptz "
        "where d.digest = decode($1, 'hex') and d.expires_at > $2::timestamptz for update of d",
        digest, to_rfc3339(now));
    if (rows.empty()) return Answer{DeviceAnswer::kExpired};
    const auto row = rows[0];
    const std::string_view decision = row["decision"].c_str();
    if (decision == "waiting") return put_off(work, digest, row, now);
    work.exec_params0("delete from device_code where digest = decode($1, 'hex')", digest);
    if (decision == "denied") return Answer{DeviceAnswer::kDenied};
    if (row["session_id"].is_null()) return Answer{DeviceAnswer::kAllowed, {}, row["guest_name"].c_str()};
    if (row["account_id"].is_null()) return Answer{DeviceAnswer::kDenied};  // it has expired meanwhile
    auto begun = session;
    begun.begun_by = row["session_id"].as<std::uint64_t>();
    const auto account = row["account_id"].as<std::int64_t>();
    GRANDSTAND_RETURN_IF_ERROR(insert_session(work, account, begun));
    return Answer{DeviceAnswer::kAllowed, find_user(work, account)};
  };
  return database_.run<Answer>(std::move(work));
}

}  // namespace grandstand::identity
