// SPDX-License-Identifier: MIT
#pragma once

#include "echo_feature.hpp"

#include <grandstand/room/feature.hpp>

#include <array>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

// A feature with rooms of its own, for the tests of what is below the features: "club:<founder's name>".
namespace grandstand::club {

inline constexpr char kTicket[] = "sesame", kGuess[] = "barley";

// Lets in who has the ticket, makes Maria a moderator, and puts out whom it is told to.
class ClubFeature final : public room::Feature {
 public:
  room::Entry enter(const room::Facts&, const std::optional<room::User>& user, std::string_view ticket) override {
    if (user && user->name == "Maria") maria_ = user->id;
    if (ticket == kTicket) return {};
    if (ticket == kGuess) return {Error{ErrorCode::kNotFound, "There is no such ticket."}};
    return {Error{ErrorCode::kForbidden, "You need a ticket."}, std::chrono::milliseconds(2'500)};
  }
  std::vector<UserId> moderators() const override { return {maria_}; }
  Result<room::Outcome> on_command(const room::Facts&, const room::Command& command) override {
    room::Outcome outcome;
    outcome.expelled = {UserId(nlohmann::json::parse(command.body).value("user", ""))};
    return outcome;
  }
  void apply(const room::Event&) override {}
  void restore(std::span<const room::Event>) override {}
  std::string snapshot(const room::Facts&) const override { return R"({"open":true})"; }

 private:
  UserId maria_;
};

class ClubStore final : public room::FeatureStore {
 public:
  aio::Task<Status> append(std::shared_ptr<const std::vector<room::StoredEvent>>) override { co_return success(); }
  aio::Task<Result<std::vector<room::Event>>> load_newest(RoomId, std::size_t) override {
    co_return std::vector<room::Event>();
  }
  aio::Task<Result<std::string>> query(RoomId room, std::string query, room::QueryParameters parameters,
                                       std::optional<room::User> asker) override {
    if (query == "ticket" && parameters["code"] != kTicket) co_return Error{ErrorCode::kNotFound, "No such ticket."};
    const auto role = asker ? ",\"as\":\"" + std::string(to_string(asker->role)) + "\"" : "";
    co_return "{\"query\":\"" + query + "\",\"room\":\"" + room.value() + "\"" + role + "}";
  }
  aio::Task<Result<std::string>> found_room(std::string, room::User founder, UtcTime) override {
    const std::lock_guard lock(mutex_);
    rooms_.insert("club:" + founder.name);
    co_return "{\"room\":\"club:" + founder.name + "\"}";
  }
  aio::Task<Result<bool>> has_room(RoomId room) override {
    const std::lock_guard lock(mutex_);
    co_return rooms_.contains(room.value());
  }
  aio::Task<Result<std::optional<room::Role>>> reading_role(RoomId, std::optional<room::User> asker) override {
    co_return asker && asker->name == "Maria" ? std::optional(room::Role::kModerator) : std::nullopt;
  }

 private:
  std::mutex mutex_;
  std::set<std::string> rooms_;
};

inline constexpr std::array kCommands{room::CommandSpec{"expel", room::Role::kModerator, {10, 10}, 128}};
inline constexpr std::array kQueries{room::QuerySpec{"all", false}, room::QuerySpec{"one"},
                                     room::QuerySpec{.name = "ticket", .of_room = false, .by_code = true}};

inline const room::FeatureSpec kSpec{
    .name = "club",
    .commands = kCommands,
    .events = {},
    .queries = kQueries,
    .migrations = {},
    .make = []() -> std::unique_ptr<room::Feature> { return std::make_unique<ClubFeature>(); },
    .rooms = "club",
    .founds = true,
};

// A room for each user: "nook:<user id>".
class NookFeature final : public room::Feature {
 public:
  Result<room::Outcome> on_command(const room::Facts&, const room::Command&) override { return room::Outcome{}; }
  void apply(const room::Event&) override {}
  void restore(std::span<const room::Event>) override {}
  std::string snapshot(const room::Facts&) const override { return R"({"nook":true})"; }
};

inline const room::FeatureSpec kNookSpec{
    .name = "nook",
    .commands = {},
    .events = {},
    .queries = {},
    .migrations = {},
    .make = []() -> std::unique_ptr<room::Feature> { return std::make_unique<NookFeature>(); },
    .rooms = "nook",
    .founds = true,
    .personal = true,
};

// The echo, in every room, the clubs, and the nooks.
inline std::unique_ptr<room::FeatureCatalogue> make_catalogue() {
  std::vector<room::FeatureCatalogue::Entry> entries;
  entries.push_back({&echo::kSpec, std::make_unique<echo::EchoStore>()});
  entries.push_back({&kSpec, std::make_unique<ClubStore>()});
  entries.push_back({&kNookSpec, nullptr});
  return std::make_unique<room::FeatureCatalogue>(std::move(entries));
}

}  // namespace grandstand::club
