// SPDX-License-Identifier: MIT
#include "couch.hpp"

#include <array>
#include <memory>
#include <utility>

namespace grandstand::social::couch {
namespace {

class CouchFeature final : public room::Feature {
 public:
  Result<room::Outcome> on_command(const room::Facts& facts, const room::Command& command) override {
    if (command.name == "show") {
      GRANDSTAND_TRY(auto wanted, decode_show(command.body));
      GRANDSTAND_RETURN_IF_ERROR(show(state_, std::move(wanted), facts.now));
      return tell_screens();
    }
    if (command.name == "hide") {
      GRANDSTAND_TRY(const auto screen, decode_screen(command.body));
      return hide(state_, screen) ? tell_screens() : room::Outcome();
    }
    if (command.name == "press") return hand_on("pressed", decode_press(command.body));
    if (command.name == "open") return hand_on("opened", decode_open(command.body));
    return hand_on("typed", decode_type(command.body));
  }
  void apply(const room::Event& event) override {}
  void restore(std::span<const room::Event> events) override {}

  std::optional<SteadyTime> tick_due() const override { return silent_due(state_); }
  room::Outcome tick(const room::Facts& facts) override {
    return forget_silent(state_, facts.now) ? tell_screens() : room::Outcome();
  }

  std::string snapshot(const room::Facts& facts) const override { return "{}"; }
  // Also for those who resume: what is announced is in no history.
  std::string personal(const room::Facts& facts, const room::User& user) const override {
    return encode_screens(state_);
  }

 private:
  room::Outcome tell_screens() const { return {{{"screens", encode_screens(state_), {}, {}}}}; }
  template <class Asked>
  Result<room::Outcome> hand_on(const char* event, Result<Asked> asked) const {
    if (!asked.ok()) return asked.error();
    GRANDSTAND_RETURN_IF_ERROR(check_present(state_, asked->screen));
    return room::Outcome{{{event, encode(*asked), {}, {}}}};
  }

  State state_;
};

std::unique_ptr<room::Feature> make() {
  return std::make_unique<CouchFeature>();
}

constexpr auto kAccount = room::Role::kViewer;  // guests have no couch
constexpr std::array kCommands{
    room::CommandSpec{"show", kAccount, {.burst = 20, .per_second = 4}, 2'048},
    room::CommandSpec{"press", kAccount, {.burst = 20, .per_second = 10}, 256},
    room::CommandSpec{"open", kAccount, {.burst = 10, .per_second = 1}, 512},
    room::CommandSpec{"type", kAccount, {.burst = 20, .per_second = 5}, 3'072},
    room::CommandSpec{"hide", kAccount, {.burst = 10, .per_second = 1}, 128},
};
constexpr std::array kEvents{
    room::EventSpec{"screens", room::Durability::kPassing},
    room::EventSpec{"pressed", room::Durability::kPassing},
    room::EventSpec{"opened", room::Durability::kPassing},
    room::EventSpec{"typed", room::Durability::kPassing},
};

}  // namespace

constinit const room::FeatureSpec kSpec{
    .name = "couch",
    .commands = kCommands,
    .events = kEvents,
    .queries = {},
    .migrations = {},
    .make = make,
    .rooms = "couch",
    .founds = true,
    .personal = true,
};

}  // namespace grandstand::social::couch
