// SPDX-License-Identifier: MIT
// Holds for every feature of the table, so that a new one is tested before its author has written a test.
#include "manual_clock.hpp"
#include "test_paths.hpp"

#include <grandstand/room/room.hpp>
#include <grandstand/social/feature_table.hpp>
#include <grandstand/wire/client_message.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
namespace fs = std::filesystem;

const fs::path kSource{GRANDSTAND_SOURCE_DIR};
const room::User kAda{UserId("guest:ada"), "Ada", room::Role::kAdmin};

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class FeatureContract : public ::testing::TestWithParam<const room::FeatureSpec*> {
 protected:
  const room::FeatureSpec& spec() const { return *GetParam(); }
  std::string name() const { return std::string(spec().name); }
  fs::path golden(std::string_view message) const {
    return kSource / "tests/social" / name() / "golden" / (std::string(message) + ".json");
  }
  // One with rooms of its own begins with what its store has of them: its first stored events.
  std::unique_ptr<room::Feature> make() const {
    auto feature = spec().make();
    std::vector<room::Event> founded;
    for (const auto& event : spec().events) {
      if (spec().rooms.empty() || !is_stored(event.name)) continue;
      founded.push_back(event_of({std::string(event.name), text_of(golden(event.name))}, 0));
    }
    feature->restore(founded);
    return feature;
  }
  room::Facts facts() const { return {room_, clock_.steady(), clock_.utc(), 3}; }
  room::Event event_of(const room::Announcement& announcement, std::uint64_t offset) const {
    return {"e1",
            offset,
            name() + "." + announcement.name,
            clock_.utc(),
            announcement.media_time,
            announcement.user,
            announcement.body,
            "key"};
  }
  bool is_stored(std::string_view event) const {
    const auto found = std::ranges::find(spec().events, event, &room::EventSpec::name);
    return found != spec().events.end() &&
           (found->durability == room::Durability::kStored || found->durability == room::Durability::kCommitted);
  }
  // What happens to the feature, as the room lets it happen; the stored ones are added to `stored`.
  void happen(room::Feature& feature, const std::vector<room::Announcement>& announcements,
              std::vector<room::Event>& stored) const {
    for (const auto& announcement : announcements) {
      if (!is_stored(announcement.name)) continue;
      stored.push_back(event_of(announcement, stored.size() + 1));
      feature.apply(stored.back());
    }
  }
  // Every command by its golden example, and every tick: what it announced.
  std::vector<room::Announcement> act(room::Feature& feature, int round, std::vector<room::Event>& stored) {
    std::vector<room::Announcement> all;
    const auto add = [&](std::vector<room::Announcement> announcements) {
      happen(feature, announcements, stored);
      std::ranges::move(announcements, std::back_inserter(all));
    };
    for (const auto& command : spec().commands) {
      const auto body = text_of(golden(command.name));
      auto announced =
          feature.on_command(facts(), {command.name, kAda, clock_.utc() - std::chrono::seconds(round), body});
      if (announced.ok()) add(std::move(announced->announcements));
    }
    clock_.advance(10s);
    add(feature.tick(facts()).announcements);
    return all;
  }

  ManualClock clock_;
  RoomId room_{(spec().rooms.empty() ? "channel" : std::string(spec().rooms)) + ":news"};
};

TEST_P(FeatureContract, HasWellFormedNamesThatAreUnique) {
  const std::regex word("[a-z][a-z_]{0,30}");
  EXPECT_TRUE(std::regex_match(name(), word));
  std::set<std::string_view> names;
  for (const auto& command : spec().commands) {
    EXPECT_TRUE(std::regex_match(std::string(command.name), word)) << command.name;
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
  }
  names.clear();
  for (const auto& event : spec().events) {
    EXPECT_TRUE(std::regex_match(std::string(event.name), word)) << event.name;
    EXPECT_TRUE(names.insert(event.name).second) << event.name;
  }
  EXPECT_EQ(std::ranges::count(feature_table(), spec().name, &room::FeatureSpec::name), 1);
}

TEST_P(FeatureContract, LimitsEveryCommand) {
  for (const auto& command : spec().commands) {
    EXPECT_GE(command.limit.burst, 1) << command.name;
    EXPECT_GT(command.limit.per_second, 0) << command.name;
    EXPECT_GT(command.max_bytes, 0u) << command.name;
    // What a client may send at once, with room for the command around it.
    EXPECT_LE(command.max_bytes, wire::kMaxMessageBytes - (4u << 10)) << command.name;
  }
}

TEST_P(FeatureContract, SaysThatWhatIsReadIsShown) {
  for (const auto& command : spec().commands) {
    EXPECT_TRUE(command.shown || command.spoken == nullptr) << command.name;
    EXPECT_TRUE(command.spoken != nullptr || !command.amends) << command.name;
  }
}

TEST_P(FeatureContract, HasAStoreExactlyWhenItStores) {
  const bool stores = std::ranges::any_of(spec().events, [](const auto& event) {
    return event.durability == room::Durability::kStored || event.durability == room::Durability::kCommitted;
  });
  EXPECT_EQ(spec().make_store != nullptr, stores);
  EXPECT_EQ(!spec().migrations.empty(), stores);
  if (!spec().queries.empty()) EXPECT_TRUE(stores);
  for (const auto& migration : spec().migrations) EXPECT_EQ(migration.area, spec().name);
}

TEST_P(FeatureContract, HasAGoldenFileForEveryCommandAndEvent) {
  const auto check = [&](std::string_view message) {
    EXPECT_TRUE(json::parse(text_of(golden(message)), nullptr, false).is_object()) << golden(message);
  };
  for (const auto& command : spec().commands) check(command.name);
  for (const auto& event : spec().events) check(event.name);
}

// One after the other, as listed: a later one may be about what an earlier one made, which is at e1:1.
TEST_P(FeatureContract, TakesItsGoldenCommandsAndAnnouncesItsOwnEventsOnly) {
  const auto feature = make();
  std::vector<room::Event> stored;
  for (const auto& command : spec().commands) {
    const auto body = text_of(golden(command.name));
    EXPECT_LE(body.size(), command.max_bytes);
    const auto announced = feature->on_command(facts(), {command.name, kAda, clock_.utc(), body});
    ASSERT_TRUE(announced.ok()) << command.name << ": " << announced.error().message;
    happen(*feature, announced->announcements, stored);
  }
  for (const auto& announcement : act(*feature, 1, stored)) {
    EXPECT_TRUE(std::ranges::count(spec().events, announcement.name, &room::EventSpec::name) == 1) << announcement.name;
    EXPECT_TRUE(json::parse(announcement.body).is_object());
  }
}

TEST_P(FeatureContract, SurvivesRandomBodies) {
  std::mt19937 random(11);
  const std::string alphabet = "{}[]\":,0123456789.-truefalsnx\\u\n ";
  for (const auto& command : spec().commands) {
    const auto good = text_of(golden(command.name));
    for (int i = 0; i < 3'000; ++i) {
      std::string body = good;
      if (i % 3 == 0) body.clear();
      for (unsigned n = random() % 12; n > 0; --n) {
        const auto at = random() % (body.size() + 1);
        if (random() % 2 == 0) {
          body.insert(at, 1, alphabet[random() % alphabet.size()]);
        } else {
          body.erase(at, random() % 4);
        }
      }
      const auto feature = make();
      EXPECT_NO_THROW({
        const auto announced = feature->on_command(facts(), {command.name, kAda, {}, body});
        if (!announced.ok()) EXPECT_FALSE(announced.error().message.empty());
      });
    }
  }
}

// What only passes is in no snapshot that could be folded.
TEST_P(FeatureContract, FoldsItsEventsIntoTheSnapshot) {
  if (spec().make_store == nullptr) return;
  const auto live = make();
  const auto folded = make();
  std::vector<room::Event> stored;
  for (int round = 0; round < 60; ++round) act(*live, round, stored);
  for (const auto& event : stored) folded->apply(event);
  EXPECT_EQ(live->snapshot(facts()), folded->snapshot(facts()));
  EXPECT_TRUE(json::parse(live->snapshot(facts())).is_object());
}

TEST_P(FeatureContract, IsTheSameAfterRestoringAsAfterApplying) {
  if (spec().make_store == nullptr) return;
  const auto applied = make();
  const auto restored = make();
  std::vector<room::Event> events;
  for (int round = 0; round < 10; ++round) act(*applied, round, events);
  const auto half = events.size() / 2;
  for (auto i = half; i < events.size(); ++i) restored->apply(events[i]);
  restored->restore(std::span(events).first(half));
  EXPECT_EQ(applied->snapshot(facts()), restored->snapshot(facts()));
}

TEST_P(FeatureContract, TicksDoNothingTwice) {
  const auto feature = make();
  for (const auto& command : spec().commands) {
    (void)feature->on_command(facts(), {command.name, kAda, {}, text_of(golden(command.name))});
  }
  clock_.advance(1min);
  (void)feature->tick(facts());
  const auto snapshot = feature->snapshot(facts());
  EXPECT_TRUE(feature->tick(facts()).announcements.empty());
  EXPECT_EQ(feature->snapshot(facts()), snapshot);
}

TEST_P(FeatureContract, ConsistsOfItsFixedFilesAndOthersOfItsName) {
  const std::regex allowed(name() + R"((_[a-z0-9]+)*\.(hpp|cpp|sql))");
  std::set<std::string> files;
  for (const auto& file : fs::directory_iterator(kSource / "src/social" / name())) {
    files.insert(file.path().filename().string());
    EXPECT_TRUE(std::regex_match(*files.rbegin(), allowed)) << file.path();
  }
  for (const auto* const fixed : {".hpp", ".cpp", "_feature.cpp"}) EXPECT_TRUE(files.contains(name() + fixed)) << fixed;
  EXPECT_EQ(files.contains(name() + "_store.cpp"), spec().make_store != nullptr);
}

TEST_P(FeatureContract, IsSeenInTheWebApplicationAndInTheProtocolPage) {
  const auto features = kSource / "src/webui/src/features";
  const bool seen = fs::exists(features / name()) || fs::exists(features / (name() + ".ts")) ||
                    fs::exists(features / (name() + ".tsx"));
  EXPECT_TRUE(seen) << (features / name());
  const auto page = text_of(kSource / "docs/protocol.md");
  EXPECT_NE(page.find("**" + name() + "**"), std::string::npos);
  for (const auto& command : spec().commands) {
    EXPECT_NE(page.find("`" + name() + "." + std::string(command.name) + "`"), std::string::npos) << command.name;
  }
  for (const auto& event : spec().events) {
    EXPECT_NE(page.find("`" + name() + "." + std::string(event.name) + "`"), std::string::npos) << event.name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, FeatureContract, ::testing::ValuesIn(feature_table().begin(), feature_table().end()),
                         [](const auto& feature) { return std::string(feature.param->name); });

TEST(FeatureTable, ListsEveryFolder) {
  std::set<std::string> folders;
  for (const auto& entry : fs::directory_iterator(kSource / "src/social")) {
    if (entry.is_directory()) folders.insert(entry.path().filename().string());
  }
  std::set<std::string> listed;
  for (const auto* spec : feature_table()) listed.insert(std::string(spec->name));
  EXPECT_EQ(listed, folders);
}

TEST(FeatureTable, NumbersTheStepsOfEachSchemaFromOne) {
  for (const auto* spec : feature_table()) {
    int version = 0;
    for (const auto& migration : spec->migrations) EXPECT_EQ(migration.version, ++version) << spec->name;
  }
}

}  // namespace
}  // namespace grandstand::social
