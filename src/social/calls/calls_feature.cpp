// SPDX-License-Identifier: MIT
#include "calls.hpp"

#include <array>
#include <utility>

namespace grandstand::social::calls {
namespace {

class CallsFeature final : public room::Feature {
 public:
  explicit CallsFeature(CallSettings settings) : settings_(std::move(settings)) {}

  Result<room::Outcome> on_command(const room::Facts& facts, const room::Command& command) override {
    if (command.name == "enter") return enter_call(facts, command);
    if (command.name == "signal") return signal(facts, command);
    GRANDSTAND_TRY(const auto id, decode_seat(command.body));
    if (command.name == "mute" || command.name == "dismiss") return moderate(id, command.name == "dismiss");
    if (command.name == "leave" && !find_seat(call_, id)) return room::Outcome{};
    GRANDSTAND_TRY(auto* const seat, own_seat(call_, id, command.user.id));
    if (command.name == "leave") {
      leave(call_, id);
      return seats();
    }
    seat->heard = facts.now;
    if (command.name == "alive") return keep(facts, *seat);
    GRANDSTAND_TRY(const auto media, decode_media(command.body));
    seat->audio = media.audio;
    seat->video = media.video;
    return seats();
  }

  void apply(const room::Event& event) override {}
  void restore(std::span<const room::Event> events) override {}

  std::optional<SteadyTime> tick_due() const override { return silent_at(call_); }
  room::Outcome tick(const room::Facts& facts) override {
    return take_away_silent(call_, facts.now) ? seats() : room::Outcome{};
  }
  room::Outcome on_expelled(const room::Facts& facts, const UserId& user) override {
    const auto before = call_.seats.size();
    const auto mine = call_.seats;
    for (const auto& seat : mine) {
      if (seat.user == user) leave(call_, seat.id);
    }
    return call_.seats.size() == before ? room::Outcome{} : seats();
  }

  room::Outcome on_news(const room::Facts& facts, const room::News& news) override {
    if (news.name == "reachable") {
      const auto reachable = decode_reachable(news.body);
      return reachable.ok() && on_reachable(call_, *reachable) ? seats() : room::Outcome{};
    }
    const auto told = decode_told(news.body);
    if (!told.ok() || call_.mode != Mode::kSfu || told->generation != call_.generation) return {};
    return pass_on(*told, "sfu");
  }

  std::string snapshot(const room::Facts& facts) const override { return encode_seats(call_); }

 private:
  // The call has changed: everybody hears of it, and the SFU of what concerns it.
  room::Outcome seats() {
    room::Outcome outcome{{{"seats", encode_seats(call_), {}, {}}}};
    auto wanted = encode_wanted(call_);
    if (wanted != wanted_) outcome.asks.push_back({"seats", wanted});
    wanted_ = std::move(wanted);
    return outcome;
  }

  Result<room::Outcome> enter_call(const room::Facts& facts, const room::Command& command) {
    GRANDSTAND_TRY(const auto media, decode_media(command.body));
    GRANDSTAND_TRY(const auto id, calls::enter(call_, settings_, command.user, media, facts));
    auto outcome = seats();
    outcome.result = encode_servers(call_, call_.seats.back(), settings_, facts.utc, true);
    return outcome;
  }

  Result<room::Outcome> keep(const room::Facts& facts, Seat& seat) {
    room::Outcome outcome;
    const bool stale = !settings_.turn.empty() && seat.credentials_until - facts.utc < settings_.turn_lifetime / 2;
    outcome.result = stale ? encode_servers(call_, seat, settings_, facts.utc, false) : "{}";
    return outcome;
  }

  Result<room::Outcome> signal(const room::Facts& facts, const room::Command& command) {
    GRANDSTAND_TRY(const auto signal, decode_signal(command.body));
    GRANDSTAND_RETURN_IF_ERROR(check_signal(call_, signal, command.user.id, facts.now));
    if (!signal.leg) return pass_on(signal, signal.seat);
    room::Outcome outcome;
    outcome.asks.push_back({"signal", encode_said(signal)});
    return outcome;
  }

  room::Outcome pass_on(const Signal& signal, std::string_view from) {
    room::Outcome outcome;
    if (const auto to = find_seat(call_, signal.to)) {
      outcome.announcements.push_back(
          {"signal", encode_signal(signal, from), {}, {}, room::Audience::kUser, (*to)->user});
    }
    return outcome;
  }

  Result<room::Outcome> moderate(const std::string& id, bool dismissed) {
    GRANDSTAND_TRY(auto* const seat, find_seat(call_, id));
    room::Announcement asked{"asked", encode_asked(id, dismissed), {}, {}, room::Audience::kUser, seat->user};
    seat->audio = false;
    if (dismissed) leave(call_, id);
    auto outcome = seats();
    outcome.announcements.push_back(std::move(asked));
    return outcome;
  }

  const CallSettings settings_;
  Call call_;
  std::string wanted_ = encode_wanted({});  // of the SFU, as it was asked
};

constexpr RateLimit kSeatRate{.burst = 10, .per_second = 1};
// In a mesh of four a page that enters sends three offers and their candidates at once.
constexpr RateLimit kSignalRate{.burst = 300, .per_second = 30};
constexpr std::array kCommands{
    room::CommandSpec{"enter", room::Role::kGuest, kSeatRate, 64, true},
    room::CommandSpec{"alive", room::Role::kGuest, kSeatRate, 64},
    room::CommandSpec{"update", room::Role::kGuest, {.burst = 20, .per_second = 2}, 128},
    room::CommandSpec{"signal", room::Role::kGuest, kSignalRate, kLongestSdp + (6u << 10)},
    room::CommandSpec{"mute", room::Role::kModerator, kSeatRate, 64},
    room::CommandSpec{"dismiss", room::Role::kModerator, kSeatRate, 64},
    room::CommandSpec{"leave", room::Role::kGuest, kSeatRate, 64},
};
constexpr std::array kEvents{
    room::EventSpec{"seats", room::Durability::kPassing},
    room::EventSpec{"signal", room::Durability::kPassing},
    room::EventSpec{"asked", room::Durability::kPassing},
};

}  // namespace

std::unique_ptr<room::Feature> make(CallSettings settings) {
  return std::make_unique<CallsFeature>(std::move(settings));
}

constinit const room::FeatureSpec kSpec{
    .name = "calls",
    .commands = kCommands,
    .events = kEvents,
    .queries = {},
    .migrations = {},
    .make = [] { return make(CallSettings{}); },
    .rooms = "party",
};

}  // namespace grandstand::social::calls
