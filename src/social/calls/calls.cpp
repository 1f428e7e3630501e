// SPDX-License-Identifier: MIT
#include "calls.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::social::calls {
namespace {

// Few enough are left for a mesh, and the SFU is away.
void settle(Call& call) {
  if (call.mode == Mode::kMesh || call.sfu_reachable || call.seats.size() > kMeshSeats) return;
  call.mode = Mode::kMesh;
  ++call.generation;
}

std::int64_t seconds_of(UtcTime time) {
  return to_unix_ms(time) / 1'000;
}

}  // namespace

Result<std::string> enter(Call& call, const CallSettings& settings, const room::User& user, Media media,
                          const room::Facts& facts) {
  if (static_cast<std::size_t>(std::ranges::count(call.seats, user.id, &Seat::user)) >= kSeatsOfUser) {
    return Error{ErrorCode::kConflict, "You are in this call with two devices already."};
  }
  const auto most =
      call.mode == Mode::kSfu || call.sfu_reachable ? settings.seats : std::min(settings.seats, kMeshSeats);
  if (call.seats.size() >= most) {
    return Error{ErrorCode::kTooLarge, "The call is full: it has " + std::to_string(most) + " seats."};
  }
  if (call.seats.empty()) {
    call.mode = Mode::kMesh;
    call.generation = std::max(call.generation + 1, seconds_of(facts.utc));
  }
  auto id = std::to_string(seconds_of(facts.utc)) + "." + std::to_string(++call.entered);
  call.seats.push_back({id, user.id, user.name, media.audio, media.video, facts.now});
  if (call.mode == Mode::kMesh && call.seats.size() > kMeshSeats) {
    call.mode = Mode::kSfu;
    ++call.generation;
  }
  return id;
}

Result<Seat*> find_seat(Call& call, std::string_view seat) {
  const auto found = std::ranges::find(call.seats, seat, &Seat::id);
  if (found == call.seats.end()) return Error{ErrorCode::kNotFound, "This seat is not in the call any more."};
  return &*found;
}

Result<Seat*> own_seat(Call& call, std::string_view seat, const UserId& user) {
  GRANDSTAND_TRY(auto* const found, find_seat(call, seat));
  if (found->user != user) return Error{ErrorCode::kForbidden, "This seat is somebody else's."};
  return found;
}

void leave(Call& call, std::string_view seat) {
  std::erase_if(call.seats, [&](const Seat& one) { return one.id == seat; });
  settle(call);
}

bool take_away_silent(Call& call, SteadyTime now) {
  const auto gone = std::erase_if(call.seats, [&](const Seat& seat) { return now - seat.heard > kSilence; });
  settle(call);
  return gone > 0;
}

std::optional<SteadyTime> silent_at(const Call& call) {
  if (call.seats.empty()) return std::nullopt;
  return std::ranges::min(call.seats, {}, &Seat::heard).heard + kSilence + SteadyTime::duration(1);
}

bool on_reachable(Call& call, bool reachable) {
  if (std::exchange(call.sfu_reachable, reachable) == reachable || call.mode == Mode::kMesh) return false;
  const auto before = call.generation;
  // What it knew of the call is lost: it is joined anew.
  if (reachable) ++call.generation;
  settle(call);
  return call.generation != before;
}

Status check_signal(Call& call, const Signal& signal, const UserId& user, SteadyTime now) {
  GRANDSTAND_TRY(auto* const seat, own_seat(call, signal.seat, user));
  if (signal.generation != call.generation) {
    return Error{ErrorCode::kConflict,
                 "The call has gone on: connect anew, generation " + std::to_string(call.generation) + "."};
  }
  const bool to_sfu = signal.to == "sfu";
  if (to_sfu != (call.mode == Mode::kSfu) || to_sfu != signal.leg.has_value()) {
    return Error{ErrorCode::kInvalidArgument,
                 "In this call \"to\" must be " +
                     std::string(call.mode == Mode::kSfu ? "\"sfu\", with \"leg\"." : "a seat, without \"leg\".")};
  }
  if (to_sfu && !call.sfu_reachable) {
    return Error{ErrorCode::kUnavailable, "The call's server is away. The call goes on when it is back."};
  }
  if (!to_sfu && !find_seat(call, signal.to)) {
    return Error{ErrorCode::kNotFound, "The seat that this is for is not in the call any more."};
  }
  if (to_sfu && !signal.description_type.empty() &&
      (signal.description_type == "offer") != (*signal.leg == Leg::kPublish)) {
    return Error{ErrorCode::kInvalidArgument, "Offers are for the leg \"publish\", answers for \"watch\"."};
  }
  if (!signal.description_type.empty() && !seat->descriptions.try_take(now)) {
    return Error{ErrorCode::kRateLimited, "Your browser negotiates too often. Wait a moment."};
  }
  return success();
}

}  // namespace grandstand::social::calls
