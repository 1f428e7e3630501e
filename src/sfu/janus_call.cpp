// SPDX-License-Identifier: MIT
#include "janus_call.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/random_text.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::sfu {
namespace {

constexpr std::size_t kMostPublishers = 64;
constexpr int kMostFailures = 3;

}  // namespace

JanusCall::JanusCall(JanusApi& api, std::uint64_t session, std::uint64_t control, std::function<void(room::News)> hear)
    : api_(api), session_(session), control_(control), hear_(std::move(hear)) {}

std::string JanusCall::path(std::uint64_t handle) const {
  return "/" + std::to_string(session_) + "/" + std::to_string(handle);
}

bool JanusCall::has(std::uint64_t handle) const {
  return std::ranges::any_of(
      places_, [&](const auto& entry) { return entry.second.publisher == handle || entry.second.watcher == handle; });
}

aio::Task<Status> JanusCall::want(Wanted wanted) {
  if (wanted.generation != generation_ || wanted.seats.empty()) {
    GRANDSTAND_CO_RETURN_IF_ERROR(co_await end());
  }
  if (wanted.seats.empty()) co_return success();
  generation_ = wanted.generation;
  if (room_ == 0) {
    pin_ = random_text("abcdefghijklmnopqrstuvwxyz0123456789", 16);
    GRANDSTAND_CO_TRY(const auto made,
                      co_await api_.demand(path(control_), encode_create_room(api_.secrets(), pin_, kMostPublishers)));
    room_ = made.room;
  }
  std::vector<std::string> gone;
  for (const auto& [name, place] : places_) {
    if (std::ranges::find(wanted.seats, name) == wanted.seats.end()) gone.push_back(name);
  }
  // Whoever comes, first: a room that is empty is taken for one that was left behind.
  for (const auto& name : wanted.seats) {
    if (places_.contains(name)) continue;
    GRANDSTAND_CO_RETURN_IF_ERROR(co_await seat(name));
  }
  for (const auto& name : gone) {
    GRANDSTAND_CO_RETURN_IF_ERROR(co_await unseat(places_.extract(name).mapped()));
  }
  co_return success();
}

aio::Task<Result<std::uint64_t>> JanusCall::attach() {
  GRANDSTAND_CO_TRY(const auto made,
                    co_await api_.demand("/" + std::to_string(session_), encode_attach(api_.secrets())));
  co_return made.id;
}

aio::Task<Status> JanusCall::seat(std::string name) {
  auto& place = places_[name];
  place.feed = ++last_feed_;
  GRANDSTAND_CO_TRY(place.publisher, co_await attach());
  GRANDSTAND_CO_RETURN_IF_ERROR(
      co_await api_.demand(path(place.publisher), encode_publisher(api_.secrets(), room_, pin_, place.feed, name)));
  co_return success();
}

aio::Task<Status> JanusCall::unseat(Place place) {
  for (const auto handle : {place.publisher, place.watcher}) {
    if (handle == 0) continue;
    GRANDSTAND_CO_RETURN_IF_ERROR(co_await api_.ask(path(handle), encode_request(api_.secrets(), "detach")));
  }
  co_return success();
}

aio::Task<Status> JanusCall::end() {
  while (!places_.empty()) {
    GRANDSTAND_CO_RETURN_IF_ERROR(co_await unseat(places_.extract(places_.begin()).mapped()));
  }
  if (const auto room = std::exchange(room_, 0); room != 0) {
    GRANDSTAND_CO_RETURN_IF_ERROR(co_await api_.ask(path(control_), encode_destroy_room(api_.secrets(), room)));
  }
  co_return success();
}

aio::Task<Status> JanusCall::say(Said said) {
  const auto found = places_.find(said.seat);
  if (found == places_.end()) co_return success();
  const auto handle = said.publishes ? found->second.publisher : found->second.watcher;
  if (handle == 0) co_return success();
  GRANDSTAND_CO_TRY(const auto answer,
                    co_await api_.ask(path(handle), encode_content(api_.secrets(), said.publishes, said.content)));
  // A browser may say what Janus does not understand; that is between the two.
  if (answer.refused) log::debug("sfu", "Janus refuses what a browser says", {{"reason", answer.reason}});
  co_return success();
}

aio::Task<Status> JanusCall::take(Happening happening) {
  const auto found = std::ranges::find_if(places_, [&](const auto& entry) {
    return entry.second.publisher == happening.handle || entry.second.watcher == happening.handle;
  });
  if (found == places_.end()) co_return success();
  const auto name = found->first;
  auto& place = found->second;
  const bool publishes = place.publisher == happening.handle;
  if (happening.error != 0) {
    log::debug("sfu", "Janus refuses", {{"seat", name}, {"reason", happening.reason}});
    if (!publishes) co_return co_await look_again(name);
    if (!place.joined) co_return Error{ErrorCode::kUnavailable, "Janus refuses a seat: " + happening.reason};
  }
  if (happening.videoroom == "joined") place.joined = true;
  if (happening.videoroom == "attached" || happening.videoroom == "updated") {
    place.watching = Place::Watching::kYes;
    place.failures = 0;
  }
  place.there.insert(happening.published.begin(), happening.published.end());
  const auto is_gone = [&](const Stream& stream) { return stream.first == happening.gone; };
  std::erase_if(place.there, is_gone);
  std::erase_if(place.asked, is_gone);
  if (!happening.content.empty()) tell(name, publishes, happening);
  co_return co_await watch(name);
}

void JanusCall::tell(const std::string& name, bool publishes, const Happening& happening) const {
  std::vector<std::pair<std::string, std::string>> streams;
  for (const auto& [mid, feed] : happening.streams) {
    for (const auto& [seat, place] : places_) {
      if (place.feed == feed) streams.emplace_back(mid, seat);
    }
  }
  hear_(encode_signal(generation_, name, publishes, happening.content, streams));
}

// Asks for what there is and it does not watch yet.
aio::Task<Status> JanusCall::watch(std::string name) {
  auto& place = places_[name];
  std::vector<Stream> more;
  std::ranges::set_difference(place.there, place.asked, std::back_inserter(more));
  if (more.empty() || place.watching == Place::Watching::kJoining) co_return success();
  if (place.watcher == 0) {
    GRANDSTAND_CO_TRY(place.watcher, co_await attach());
  }
  place.asked.insert(more.begin(), more.end());
  place.asking = more;
  auto body = place.watching == Place::Watching::kYes ? encode_subscribe(api_.secrets(), more)
                                                      : encode_subscriber(api_.secrets(), room_, pin_, more);
  if (place.watching == Place::Watching::kNo) place.watching = Place::Watching::kJoining;
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await api_.ask(path(place.watcher), std::move(body)));
  co_return success();
}

// What it wanted to watch was gone, or came and went: who is there now?
aio::Task<Status> JanusCall::look_again(std::string name) {
  auto& place = places_[name];
  if (place.watching == Place::Watching::kJoining) place.watching = Place::Watching::kNo;
  if (++place.failures > kMostFailures) co_return success();
  GRANDSTAND_CO_TRY(const auto there, co_await api_.ask(path(control_), encode_list_publishers(api_.secrets(), room_)));
  std::erase_if(place.there, [&](const Stream& stream) {
    return std::ranges::find(there.publishing, stream.first) == there.publishing.end();
  });
  for (const auto& stream : std::exchange(place.asking, {})) place.asked.erase(stream);
  co_return co_await watch(name);
}

}  // namespace grandstand::sfu
