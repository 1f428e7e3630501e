// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/room/feature.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// A feature for the tests of what is below the features: it says again what it hears.
namespace grandstand::echo {

inline constexpr std::string_view kRefused = R"({"refuse":true})";
// Is said outside of the room only; what is said there comes back as "waved".
inline constexpr std::string_view kCalled = R"({"hello":"there"})";
inline constexpr std::string_view kRefusedByStore = R"({"too":"late"})";
// The last of them is followed by another when the room stops.
inline constexpr std::string_view kFollowed = R"({"n":77})";

class EchoFeature final : public room::Feature {
 public:
  Result<room::Outcome> on_command(const room::Facts& facts, const room::Command& command) override {
    if (command.body == kRefused) return Error{ErrorCode::kConflict, "Refused as asked."};
    if (command.name == "count") {
      ++uncounted_;
      return room::Outcome{};
    }
    if (command.name == "decide") {
      return room::Outcome{{{"decided", std::string(command.body), command.media_time, command.user}}};
    }
    if (command.name == "whisper") {
      room::Outcome outcome{{{"whispered", std::string(command.body), {}, command.user, room::Audience::kModerators}}};
      outcome.announcements.push_back({"whispered", "{}", {}, {}, room::Audience::kUser, UserId("guest:eve")});
      outcome.result = R"({"heard":2})";
      return outcome;
    }
    if (command.name == "say" && command.body == kCalled) {
      room::Outcome outcome;
      outcome.asks.push_back({"call", std::string(command.body)});
      return outcome;
    }
    const std::string event = command.name == "wave" ? "waved" : "said";
    return room::Outcome{{room::Announcement{event, std::string(command.body), command.media_time, command.user}}};
  }
  void apply(const room::Event& event) override {
    said_.push_back(event.body);
    latest_ = event;
  }
  // The latest only: it is an example.
  room::Outcome erase(const room::Facts& facts, const UserId& user) override {
    if (!latest_ || !latest_->user || latest_->user->id != user) return {};
    room::Outcome outcome{{{"waved", "{\"erased\":\"" + user.value() + "\"}", {}, {}}}};
    latest_->body = "{}";
    outcome.redacted.push_back(*latest_);
    return outcome;
  }
  void restore(std::span<const room::Event> events) override {
    std::vector<std::string> earlier;
    for (const auto& event : events) earlier.push_back(event.body);
    said_.insert(said_.begin(), earlier.begin(), earlier.end());
  }
  room::Outcome on_news(const room::Facts&, const room::News& news) override {
    return room::Outcome{{{"waved", news.body, {}, {}}}};
  }
  std::optional<SteadyTime> tick_due() const override {
    if (uncounted_ == 0) return std::nullopt;
    return last_count_ + std::chrono::milliseconds(250);
  }
  room::Outcome tick(const room::Facts& facts) override {
    if (!tick_due() || *tick_due() > facts.now) return {};
    last_count_ = facts.now;
    return room::Outcome{{{"counted", "{\"count\":" + std::to_string(std::exchange(uncounted_, 0)) + "}", {}, {}}}};
  }
  room::Outcome stop(const room::Facts&) override {
    if (!latest_ || latest_->body != kFollowed) return {};
    return room::Outcome{{{"said", R"({"n":78})", {}, {}}}};
  }
  void on_attendance(const room::Attendance& attendance) override { here_ = attendance.users; }
  // Who is here: {"Ada":"guest"}.
  std::string personal(const room::Facts&, const room::User&) const override {
    std::string all = "{";
    for (const auto& user : here_) {
      if (all.size() > 1) all += ',';
      all += "\"" + user.name + "\":\"" + std::string(to_string(user.role)) + "\"";
    }
    return here_.empty() ? "" : all + "}";
  }
  std::string snapshot(const room::Facts& facts) const override {
    std::string all = "{\"said\":[";
    for (const auto& body : said_) {
      if (all.back() != '[') all += ',';
      all += body;
    }
    return all + "]}";
  }

 private:
  std::vector<std::string> said_;
  std::optional<room::Event> latest_;
  std::vector<room::User> here_;
  int uncounted_ = 0;
  SteadyTime last_count_{};
};

// Keeps events in memory, and fails as it is told to.
class EchoStore final : public room::FeatureStore {
 public:
  aio::Task<Status> append(std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    ++appends;
    if (down) co_return Error{ErrorCode::kUnavailable, "the database is down"};
    const std::lock_guard lock(mutex_);
    for (const auto& stored : *events) {
      if (stored.event.body == poison) co_return Error{ErrorCode::kInternal, "this event cannot be stored"};
    }
    for (const auto& stored : *events) events_.push_back(stored);
    largest = std::max(largest.load(), events->size());
    co_return success();
  }
  // Numbers what it accepts.
  aio::Task<Result<std::vector<Result<std::string>>>> commit(
      std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    ++commits;
    if (down) co_return Error{ErrorCode::kUnavailable, "the database is down"};
    const std::lock_guard lock(mutex_);
    std::vector<Result<std::string>> decisions;
    for (const auto& stored : *events) {
      if (stored.event.body == kRefusedByStore) {
        decisions.emplace_back(Error{ErrorCode::kConflict, "It is too late."});
        continue;
      }
      events_.push_back(stored);
      decisions.emplace_back("{\"number\":" + std::to_string(events_.size()) + "}");
    }
    co_return decisions;
  }
  aio::Task<Result<std::vector<room::Event>>> load_newest(RoomId room, std::size_t limit) override {
    if (down) co_return Error{ErrorCode::kUnavailable, "the database is down"};
    const std::lock_guard lock(mutex_);
    std::vector<room::Event> newest;
    for (const auto& stored : events_) {
      if (stored.room == room) newest.push_back(stored.event);
    }
    if (newest.size() > limit) newest.erase(newest.begin(), newest.end() - static_cast<std::ptrdiff_t>(limit));
    co_return newest;
  }
  aio::Task<Result<std::string>> query(RoomId room, std::string query, room::QueryParameters parameters,
                                       std::optional<room::User> asker) override {
    auto answer = "{\"query\":\"" + query + "\",\"parameters\":" + std::to_string(parameters.size());
    if (asker) answer += ",\"asker\":\"" + asker->name + ", " + std::string(to_string(asker->role)) + "\"";
    co_return answer + "}";
  }

  std::vector<room::StoredEvent> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

  std::atomic<bool> down{false};
  std::atomic<std::size_t> appends{0};
  std::atomic<std::size_t> commits{0};
  std::atomic<std::size_t> largest{0};
  std::string poison = "none";

 private:
  mutable std::mutex mutex_;
  std::vector<room::StoredEvent> events_;
};

// Says at once what it is asked.
class EchoOutside final : public room::Outside {
 public:
  std::unique_ptr<room::Line> open(const RoomId&, std::function<void(room::News)> hear) override {
    return std::make_unique<EchoLine>(*this, std::move(hear));
  }
  std::atomic<int> lines{0};

 private:
  class EchoLine final : public room::Line {
   public:
    EchoLine(EchoOutside& outside, std::function<void(room::News)> hear) : outside_(outside), hear_(std::move(hear)) {
      ++outside_.lines;
    }
    ~EchoLine() override { --outside_.lines; }
    void ask(room::Ask ask) override { hear_({"answer", std::move(ask.body)}); }

   private:
    EchoOutside& outside_;
    std::function<void(room::News)> hear_;
  };
};

inline constexpr std::array kCommands{
    room::CommandSpec{"say", room::Role::kGuest, {.burst = 1000, .per_second = 1000}, 4096},
    room::CommandSpec{"wave",
                      room::Role::kViewer,
                      {.burst = 2, .per_second = 1},
                      64,
                      true,
                      [](std::string_view body) -> Result<std::string> { return std::string(body); }},
    room::CommandSpec{"count", room::Role::kGuest, {.burst = 1000, .per_second = 1000}, 64},
    room::CommandSpec{"decide", room::Role::kGuest, {.burst = 1000, .per_second = 1000}, 64},
    room::CommandSpec{"whisper", room::Role::kGuest, {.burst = 1000, .per_second = 1000}, 64},
    room::CommandSpec{"rule", room::Role::kModerator, {.burst = 1, .per_second = 1}, 64},
};
inline constexpr std::array kEvents{
    room::EventSpec{"said", room::Durability::kStored},
    room::EventSpec{"waved", room::Durability::kPassing},
    room::EventSpec{"decided", room::Durability::kCommitted},
    room::EventSpec{"whispered", room::Durability::kPassing},
    room::EventSpec{"counted", room::Durability::kConflatable},
};
inline constexpr std::array kQueries{room::QuerySpec{"list"}};

inline std::unique_ptr<room::Feature> make() {
  return std::make_unique<EchoFeature>();
}

inline const room::FeatureSpec kSpec{
    .name = "echo",
    .commands = kCommands,
    .events = kEvents,
    .queries = kQueries,
    .migrations = {},
    .restored_events = 50,
    .make = make,
    .make_store = nullptr,
};

// The catalogue of this feature alone; `store` is the one that it holds.
struct Catalogue {
  Catalogue() {
    auto owned = std::make_unique<EchoStore>();
    store = owned.get();
    std::vector<room::FeatureCatalogue::Entry> entries;
    entries.push_back({&kSpec, std::move(owned), {}, outside});
    features = std::make_unique<room::FeatureCatalogue>(std::move(entries));
  }
  EchoStore* store = nullptr;
  std::shared_ptr<EchoOutside> outside = std::make_shared<EchoOutside>();
  std::unique_ptr<room::FeatureCatalogue> features;
};

}  // namespace grandstand::echo
