// SPDX-License-Identifier: MIT
#include "emote_store.hpp"

#include <pqxx/pqxx>

namespace grandstand::identity {

aio::Task<Status> EmoteStore::put(ChannelId channel, std::string name, Emote emote) {
  std::function<Status(pqxx::work&)> work = [=](pqxx::work& work) -> Status {
    // One after the other, so that two at once do not pass the limit.
    work.exec_params("select pg_advisory_xact_lock(hashtext('emote ' || $1))", channel.value());
    const auto bytes = emote.png.view();
    work.exec_params0(
        "insert into emote (channel, name, version, png) values ($1, $2, $3, $4) "
        "on conflict (channel, name) do update set version = excluded.version, png = excluded.png",
        channel.value(), name, emote.version, pqxx::binarystring(bytes.data(), bytes.size()));
    const auto count = work.exec_params1("select count(*) from emote where channel = $1", channel.value());
    if (count[0].as<std::size_t>() > kMostEmotes)
      return Error{ErrorCode::kTooLarge,
                   "the channel has " + std::to_string(kMostEmotes) + " emotes, the most that a channel may have"};
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Status> EmoteStore::remove(ChannelId channel, std::string name) {
  std::function<Status(pqxx::work&)> work = [=](pqxx::work& work) -> Status {
    work.exec_params0("delete from emote where channel = $1 and name = $2", channel.value(), name);
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Result<Emote>> EmoteStore::find(ChannelId channel, std::string name) {
  std::function<Result<Emote>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Emote> {
    const auto rows =
        work.exec_params("select version, png from emote where channel = $1 and name = $2", channel.value(), name);
    if (rows.empty()) return Error{ErrorCode::kNotFound, "the channel has no emote of that name"};
    return Emote{rows[0]["version"].c_str(), SharedBytes(pqxx::binarystring(rows[0]["png"]).str())};
  };
  return database_.run<Emote>(std::move(work));
}

}  // namespace grandstand::identity
