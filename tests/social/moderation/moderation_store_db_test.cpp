// SPDX-License-Identifier: MIT
#include "moderation.hpp"
#include "run_task.hpp"
#include "test_database.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/social/feature_table.hpp>

#include <optional>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::moderation {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const room::User kMaria{UserId("account:3"), "Maria", room::Role::kModerator};
const UtcTime kStart = from_unix_ms(1'763'712'055'123);

room::StoredEvent decision(const std::string& name, const json& body, std::chrono::seconds after = {}) {
  return {RoomId("channel:news"), {"", 0, "moderation." + name, kStart + after, {}, kMaria, body.dump(), "key"}};
}

class ModerationStoreTest : public ::testing::Test {
 protected:
  template <class T>
  Result<T> run(aio::Task<Result<T>> task) {
    return run_task(runtime.loop(0), std::move(task));
  }
  bool commit(std::vector<room::StoredEvent> events) {
    using Decisions = std::vector<Result<std::string>>;
    const auto count = events.size();
    auto decided =
        run<Decisions>(store->commit(std::make_shared<const std::vector<room::StoredEvent>>(std::move(events))));
    EXPECT_TRUE(decided.ok()) << (decided.ok() ? "" : decided.error().message);
    return decided.ok() && decided->size() == count;
  }
  std::vector<room::Event> load(std::size_t limit = 100) {
    return run<std::vector<room::Event>>(store->load_newest(RoomId("channel:news"), limit)).value();
  }
  Result<std::string> log(room::QueryParameters parameters, std::optional<room::User> asker) {
    return run<std::string>(store->query(RoomId("channel:news"), "log", std::move(parameters), std::move(asker)));
  }

  std::vector<storage::Migration> steps = migrations();
  aio::Runtime runtime{1};  // outlives the threads that post to it
  TestDatabase db{steps};
  std::unique_ptr<room::FeatureStore> store = make_store(db.database());
};

TEST_F(ModerationStoreTest, GivesBackTheLatestDecisionOnEachSubject) {
  ASSERT_TRUE(commit({decision("sanctioned", {{"scope", "ban"}, {"subject", "account:7"}, {"reason", "o'spam\\ {}"}}),
                      decision("sanctioned", {{"scope", "shadow"}, {"subject", "account:7"}}),
                      decision("lifted", {{"scope", "ban"}, {"subject", "account:7"}}, 5s)}));
  const auto events = load();
  ASSERT_EQ(events.size(), 1u) << "the ban is over";
  EXPECT_EQ(events[0].kind, "moderation.sanctioned");
  EXPECT_EQ(json::parse(events[0].body)["scope"], "shadow");
  EXPECT_EQ(events[0].user->name, "Maria");
}

TEST_F(ModerationStoreTest, GivesBackTheKeysOfWhatWasLiftedAMomentAgo) {
  auto lifted = decision("lifted", {{"scope", "ban"}, {"subject", "account:7"}});
  lifted.event.server_time = std::chrono::time_point_cast<UtcTime::duration>(std::chrono::system_clock::now());
  ASSERT_TRUE(commit({lifted}));
  ASSERT_EQ(load().size(), 1u);
  EXPECT_EQ(load()[0].key, "key");
}

TEST_F(ModerationStoreTest, GivesBackABanHoweverMuchWasDecidedSince) {
  std::vector<room::StoredEvent> events{decision("sanctioned", {{"scope", "ban"}, {"subject", "account:7"}})};
  for (int i = 0; i < 300; ++i) {
    const auto id = "report-" + std::to_string(i);
    events.push_back(decision("reported", {{"scope", "report"}, {"subject", id}}, 1s));
    if (i < 150) events.push_back(decision("resolved", {{"scope", "report"}, {"subject", id}}, 2s));
  }
  ASSERT_TRUE(commit(std::move(events)));
  const auto loaded = load();
  EXPECT_EQ(loaded.size(), 101u) << "a hundred of each scope";
  EXPECT_EQ(loaded.front().kind, "moderation.sanctioned");
}

TEST_F(ModerationStoreTest, GivesBackABanHoweverManyOthersAreOver) {
  std::vector<room::StoredEvent> events{
      decision("sanctioned", {{"scope", "ban"}, {"subject", "account:7"}, {"until", nullptr}})};
  const auto over = to_unix_ms(kStart + 60s);
  for (int i = 0; i < 5; ++i) {
    const auto guest = "guest:" + std::to_string(i);
    events.push_back(decision("sanctioned", {{"scope", "ban"}, {"subject", guest}, {"until", over}}, 1s));
    events.push_back(decision("network", {{"scope", "network"}, {"subject", guest}, {"until", over}}, 1s));
  }
  const auto later = 4'102'444'800'000;  // 2100
  events.push_back(decision("sanctioned", {{"scope", "timeout"}, {"subject", "guest:1"}, {"until", later}}, 1s));
  ASSERT_TRUE(commit(std::move(events)));
  const auto loaded = load(5);
  ASSERT_EQ(loaded.size(), 2u);
  EXPECT_EQ(json::parse(loaded[0].body)["subject"], "account:7");
  EXPECT_EQ(json::parse(loaded[1].body)["scope"], "timeout");
}

TEST_F(ModerationStoreTest, TakesTheSameDecisionsTwiceAsOnce) {
  const auto once = decision("noted", {{"scope", "note"}, {"subject", "account:7"}, {"text", "first"}});
  ASSERT_TRUE(commit({once}));
  ASSERT_TRUE(commit({once}));
  EXPECT_EQ(json::parse(*log({}, kMaria))["entries"].size(), 1u);
}

TEST_F(ModerationStoreTest, ShowsTheLogToModeratorsWithAHashOfWhatWasSaid) {
  ASSERT_TRUE(commit({decision("noted", {{"scope", "note"}, {"subject", "account:7"}, {"text", "first"}}),
                      decision("network", {{"scope", "network"}, {"subject", "192.0.2.7"}, {"hidden", true}}),
                      decision("sanctioned", {{"scope", "ban"}, {"subject", "account:8"}, {"reason", "spam"}})}));
  EXPECT_EQ(log({}, std::nullopt).error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(log({}, room::User{UserId("account:7"), "Bob", room::Role::kMember}).error().code, ErrorCode::kForbidden);
  const auto entries = json::parse(*log({}, kMaria))["entries"];
  ASSERT_EQ(entries.size(), 2u) << "addresses are for nobody";
  EXPECT_EQ(entries[0]["subject"], "account:8");
  EXPECT_EQ(entries[0]["reason"], "spam");
  EXPECT_EQ(entries[1]["evidence"], "a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e");
  EXPECT_EQ(json::parse(*log({{"user", "account:7"}}, kMaria))["entries"].size(), 1u);
  EXPECT_EQ(json::parse(*log({{"limit", "1"}, {"before", std::to_string(entries[0]["id"].get<int>())}},
                             kMaria))["entries"][0]["subject"],
            "account:7");
  EXPECT_FALSE(log({{"limit", "x"}}, kMaria).ok());
}

TEST_F(ModerationStoreTest, NeverChangesWhatIsInTheLog) {
  ASSERT_TRUE(commit({decision("sanctioned", {{"scope", "ban"}, {"subject", "account:7"}})}));
  for (const char* sql :
       {"DELETE FROM moderation_log", "UPDATE moderation_log SET reason = 'x'", "TRUNCATE moderation_log"}) {
    std::function<Result<int>(pqxx::work&)> work = [sql](pqxx::work& transaction) -> Result<int> {
      transaction.exec(sql);
      return 1;
    };
    EXPECT_FALSE(db.database().run_blocking<int>(work).ok()) << sql;
  }
  EXPECT_EQ(load().size(), 1u);
}

}  // namespace
}  // namespace grandstand::social::moderation
