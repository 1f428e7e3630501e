// SPDX-License-Identifier: MIT
#include "reactions.hpp"
#include "run_task.hpp"
#include "test_database.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/social/feature_table.hpp>

#include <gtest/gtest.h>

namespace grandstand::social::reactions {
namespace {

using namespace std::chrono_literals;

const UtcTime kMedia = from_unix_ms(1'763'712'050'000);

class ReactionsStoreTest : public ::testing::Test {
 protected:
  static room::StoredEvent counted(std::vector<Mark> marks, std::chrono::microseconds after = 0us,
                                   const std::string& room = "channel:news") {
    room::Event event{"", 0, "reactions.counted", kMedia + 30s + after};
    event.body = encode_marks(marks);
    return {RoomId(room), event};
  }
  std::vector<Result<std::string>> commit(std::vector<room::StoredEvent> events) {
    auto shared = std::make_shared<const std::vector<room::StoredEvent>>(std::move(events));
    return run_task(runtime.loop(0), store->commit(std::move(shared))).value();
  }
  std::string timeline(UtcTime from, UtcTime to, room::QueryParameters more = {}) {
    more["from"] = std::to_string(to_unix_ms(from));
    more["to"] = std::to_string(to_unix_ms(to));
    return run_task(runtime.loop(0), store->query(RoomId("channel:news"), "timeline", std::move(more), {})).value();
  }

  std::vector<storage::Migration> steps = migrations();
  aio::Runtime runtime{1};  // outlives the threads that post to it
  TestDatabase db{steps};
  std::unique_ptr<room::FeatureStore> store = make_store(db.database());
};

TEST_F(ReactionsStoreTest, SumsWhatWasCountedOfASecond) {
  (void)commit({counted({{kMedia, "heart", 2}, {kMedia + 1s, "clap", 1}}), counted({{kMedia, "heart", 3}}, 1us),
                counted({{kMedia, "heart", 100}}, 0us, "channel:sport")});
  EXPECT_EQ(timeline(kMedia, kMedia + 2s),
            R"({"marks":[{"media_time":1763712050000,"reaction":"heart","count":5},)"
            R"({"media_time":1763712051000,"reaction":"clap","count":1}],"more":false})");
  EXPECT_EQ(timeline(kMedia + 1s, kMedia + 2s),
            R"({"marks":[{"media_time":1763712051000,"reaction":"clap","count":1}],"more":false})");
  EXPECT_EQ(timeline(kMedia - 1h, kMedia), R"({"marks":[],"more":false})");
}

TEST_F(ReactionsStoreTest, CountsOnceWhatIsTriedAgain) {
  (void)commit({counted({{kMedia, "heart", 2}})});
  const auto again = commit({counted({{kMedia, "heart", 2}}), counted({{kMedia, "heart", 1}}, 5s)});
  EXPECT_TRUE(again[0].ok());
  EXPECT_EQ(timeline(kMedia, kMedia + 1s),
            R"({"marks":[{"media_time":1763712050000,"reaction":"heart","count":3}],"more":false})");
}

TEST_F(ReactionsStoreTest, DividesNoSecondBetweenTwoPages) {
  std::vector<Mark> marks;
  for (int second = 0; second < 5; ++second) {
    for (const auto reaction : kReactions) marks.push_back({kMedia + std::chrono::seconds(second), reaction, 1});
  }
  (void)commit({counted(marks)});
  std::vector<Mark> read;
  int pages = 0;
  for (bool more = true; more && pages < 9; ++pages) {
    const auto from = read.empty() ? kMedia : *read.back().media_time + 1s;
    const auto page = timeline(from, kMedia + 1h, {{"limit", "14"}});
    more = page.ends_with("\"more\":true}");
    const auto some = decode_marks(page).value();
    EXPECT_EQ(some.size() % kReactions.size(), 0u);
    read.insert(read.end(), some.begin(), some.end());
  }
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(read.size(), marks.size());
}

TEST_F(ReactionsStoreTest, RefusesWhatItCannotRead) {
  auto broken = counted({});
  broken.event.body = "{}";
  const auto decisions = commit({broken, counted({{kMedia, "wow", 1}})});
  EXPECT_FALSE(decisions[0].ok());
  EXPECT_TRUE(decisions[1].ok());
}

}  // namespace
}  // namespace grandstand::social::reactions
