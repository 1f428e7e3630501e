// SPDX-License-Identifier: MIT
#include "presence.hpp"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::social::presence {
namespace {

using nlohmann::json;

json user_json(const room::User& user) {
  return {{"id", user.id.value()}, {"name", user.name}, {"role", to_string(user.role)}};
}

bool looks_the_same(const room::User& a, const room::User& b) {
  return a.name == b.name && a.role == b.role;
}

class PresenceFeature final : public room::Feature {
 public:
  Result<room::Outcome> on_command(const room::Facts&, const room::Command&) override {
    return Error{ErrorCode::kNotFound, "Presence takes no commands."};
  }
  void apply(const room::Event&) override {}
  void restore(std::span<const room::Event>) override {}
  void on_attendance(const room::Attendance& attendance) override { take(state_, attendance); }

  std::optional<SteadyTime> tick_due() const override {
    return state_.news ? std::optional(SteadyTime::min()) : std::nullopt;
  }
  room::Outcome tick(const room::Facts&) override {
    auto body = announce(state_);
    if (!body) return {};
    list_.clear();
    return {{{"changed", *std::move(body)}}};
  }

  std::string snapshot(const room::Facts&) const override { return "{}"; }
  // Also for those who resume: what is announced is in no history.
  std::string personal(const room::Facts&, const room::User&) const override {
    if (list_.empty()) list_ = encode_list(state_);
    return list_;
  }

 private:
  State state_;
  mutable std::string list_;  // until something changes
};

std::unique_ptr<room::Feature> make() {
  return std::make_unique<PresenceFeature>();
}

constexpr std::array kEvents{room::EventSpec{"changed", room::Durability::kPassing}};

}  // namespace

std::optional<std::string> announce(State& state) {
  if (!state.news) return std::nullopt;
  const auto news = *std::exchange(state.news, std::nullopt);
  std::map<UserId, room::User> here;
  for (const auto& user : news.users) {
    if (here.size() < room::kMostPresent) here.emplace(user.id, user);
  }
  const bool anew = news.complete != state.complete;
  json joined = json::array(), left = json::array();
  for (const auto& [id, user] : here) {
    const auto before = state.here.find(id);
    if (anew || before == state.here.end() || !looks_the_same(before->second, user)) joined.push_back(user_json(user));
  }
  for (const auto& [id, user] : state.here) {
    if (!anew && !here.contains(id)) left.push_back(id.value());
  }
  state.here = std::move(here);
  state.complete = news.complete;
  if (anew) return json{{"users", std::move(joined)}, {"complete", state.complete}}.dump();
  if (joined.empty() && left.empty()) return std::nullopt;
  return json{{"joined", std::move(joined)}, {"left", std::move(left)}}.dump();
}

std::string encode_list(const State& state) {
  json users = json::array();
  for (const auto& [id, user] : state.here) users.push_back(user_json(user));
  return json{{"users", std::move(users)}, {"complete", state.complete}}.dump();
}

constinit const room::FeatureSpec kSpec{
    .name = "presence",
    .commands = {},
    .events = kEvents,
    .queries = {},
    .migrations = {},
    .restored_events = 0,
    .make = make,
    .make_store = nullptr,
};

}  // namespace grandstand::social::presence
