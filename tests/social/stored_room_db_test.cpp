// SPDX-License-Identifier: MIT
// What moderators do is kept whole, whatever feature they do it in and whenever the daemon dies.
#include "run_task.hpp"
#include "social_room.hpp"
#include "test_database.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>

#include <algorithm>
#include <optional>

#include <boost/asio/io_context.hpp>

namespace grandstand::social {
namespace {

using namespace std::chrono_literals;
using Events = std::vector<room::StoredEvent>;

class StoredRoomTest : public SocialRoom {
 protected:
  template <class T>
  Result<T> run(aio::Task<Result<T>> task) {
    return run_task(runtime_.loop(0), std::move(task));
  }
  // What the command has led to, not yet stored.
  Events do_unstored(const room::User& user, std::string name, const json& body) {
    clock_.advance(1s);
    EXPECT_TRUE(send(user, std::move(name), body).status.ok());
    Events events;
    for (auto& one : room_->take_to_store()) events.push_back(std::move(one.event));
    return events;
  }
  void append(const Events& events) {
    ASSERT_TRUE(run<std::monostate>(store("chat").append(std::make_shared<const Events>(events))).ok());
  }
  void commit(const char* feature, const Events& events) {
    using Decisions = std::vector<Result<std::string>>;
    const auto decided = run<Decisions>(store(feature).commit(std::make_shared<const Events>(events)));
    ASSERT_TRUE(decided.ok()) << decided.error().message;
  }
  // What waits for the store of the house rules is decided by it.
  void settle() {
    for (auto& one : room_->take_to_store()) {
      if (one.ticket == 0 || !one.event.event.kind.starts_with("house_rules.")) continue;
      commit("house_rules", {one.event});
      EXPECT_TRUE(room_->committed(now(), one.ticket, std::string()).ok());
    }
  }
  // As after a restart, with what is stored of the house rules.
  void come_back() {
    start("later");
    const auto loaded = run<std::vector<room::Event>>(store("house_rules").load_newest(room_->id(), 1'000));
    for (std::size_t i = 0; i < feature_table().size(); ++i) {
      if (feature_table()[i]->name == "house_rules") room_->restore(now(), i, *loaded);
    }
  }
  room::FeatureStore& store(const char* feature) { return *stores_->find(feature)->store; }
  // Of the newest messages.
  std::string after_a_restart() {
    std::string all;
    const auto loaded = run<std::vector<room::Event>>(store("chat").load_newest(room_->id(), 100));
    for (const auto& event : *loaded) all += event.body;
    return all;
  }

  std::vector<storage::Migration> steps_ = migrations();
  aio::Runtime runtime_{1};  // outlives the threads that post to it
  TestDatabase db_{steps_};
  std::unique_ptr<room::FeatureCatalogue> stores_ = make_feature_catalogue(db_.database());
};

TEST_F(StoredRoomTest, TakesAwayAfterARestartWhatWasDecidedThoughOnlyTheDecisionWasKept) {
  struct Case {
    const char* feature;
    const char* command;
    json body;
  };
  for (const auto& [feature, command, body] :
       {Case{"moderation", "moderation.delete_all", {{"user", kAda.id.value()}}},
        Case{"house_rules", "house_rules.nuke", {{"text", "spam"}}},
        Case{"moderation", "moderation.ban", {{"user", kAda.id.value()}, {"erase", true}}}}) {
    append(do_unstored(kAda, "chat.send", {{"text", "spam"}}));
    append(do_unstored(kMaria, "chat.send", {{"text", "stop that"}}));
    const auto late = do_unstored(kAda, "chat.send", {{"text", "late spam"}});
    const auto decision = do_unstored(kMaria, command, body);
    ASSERT_NE(after_a_restart().find("spam"), std::string::npos);
    commit(feature, decision);
    append(late);
    EXPECT_EQ(after_a_restart().find("spam"), std::string::npos) << command;
    EXPECT_NE(after_a_restart().find("stop that"), std::string::npos);
  }
}

TEST_F(StoredRoomTest, KnowsAfterARestartWhatMustNotComeAgain) {
  append(do_unstored(kAda, "chat.send", {{"text", "said before the mode"}}));
  send(kMaria, "house_rules.set_mode", {{"mode", "unique"}, {"value", 1}});
  settle();
  ASSERT_TRUE(send(kAda, "chat.send", {{"text", "First!"}}).status.ok());
  clock_.advance(1s);
  room_->tick(now());
  settle();
  come_back();
  EXPECT_FALSE(send(kAda, "chat.send", {{"text", "f i r s t"}}).status.ok());
  EXPECT_TRUE(send(kAda, "chat.send", {{"text", "Second!"}}).status.ok());
  clock_.advance(24h * 30);
  EXPECT_TRUE(send(kAda, "chat.send", {{"text", "First!"}}).status.ok());
}

TEST_F(StoredRoomTest, KeepsABoundedPastOfWhatMustNotComeAgain) {
  const auto said = [&](const std::vector<std::string>& fingerprints) {
    const json body{{"scope", "said"}, {"fingerprints", fingerprints}};
    return room::StoredEvent{room_->id(), {"", 0, "house_rules.said", clock_.utc(), {}, {}, body.dump(), ""}};
  };
  commit("house_rules", {said({"1", "2", "2"})});
  clock_.advance(24h * 31);
  commit("house_rules", {said({"2", "300"})});  // which is one to tidy at
  const auto loaded = run<std::vector<room::Event>>(store("house_rules").load_newest(room_->id(), 10));
  ASSERT_EQ(loaded->size(), 1u);
  auto fingerprints = json::parse(loaded->front().body)["fingerprints"].get<std::vector<std::string>>();
  std::ranges::sort(fingerprints);
  EXPECT_EQ(fingerprints, (std::vector<std::string>{"2", "300"}));
}

TEST_F(StoredRoomTest, TakesNothingAwayThatWasSaidSince) {
  const auto decision = do_unstored(kMaria, "moderation.delete_all", {{"user", kAda.id.value()}});
  commit("moderation", decision);
  append(do_unstored(kAda, "chat.send", {{"text", "sorry"}}));
  EXPECT_NE(after_a_restart().find("sorry"), std::string::npos);
  commit("moderation", decision);  // its first answer was lost
  EXPECT_NE(after_a_restart().find("sorry"), std::string::npos);
}

TEST_F(StoredRoomTest, LogsWhatModeratorsDoToTheMessagesOfOthers) {
  append(do_unstored(kAda, "chat.send", {{"text", "spoiler"}}));
  append(do_unstored(kMaria, "chat.send", {{"text", "hello"}}));
  append(do_unstored(kMaria, "chat.pin", {{"message", "epoch:1"}}));
  append(do_unstored(kMaria, "chat.unpin", {{"message", "epoch:1"}}));
  const auto deletion = do_unstored(kMaria, "chat.delete", {{"message", "epoch:1"}});
  append(deletion);
  append(deletion);  // its first answer was lost
  append(do_unstored(kMaria, "chat.delete", {{"message", "epoch:2"}}));
  append(do_unstored(kMaria, "chat.delete", {{"message", "long:9"}}));
  append(do_unstored(kAda, "chat.send", {{"text", "mine"}}));
  append(do_unstored(kAda, "chat.delete", {{"message", "epoch:8"}}));
  const auto log = [&](room::QueryParameters parameters) {
    auto answer = run<std::string>(store("moderation").query(room_->id(), "log", std::move(parameters), kMaria));
    return json::parse(*answer)["entries"];
  };
  std::vector<std::string> kinds;
  for (const auto& entry : log({}))
    kinds.push_back(entry["kind"].get<std::string>() + " " + entry["subject"].get<std::string>());
  EXPECT_EQ(kinds, (std::vector<std::string>{"chat.deleted long:9", "chat.deleted epoch:1", "chat.unpinned epoch:1",
                                             "chat.pinned epoch:1"}))
      << "the latest first; what people do to their own is nobody's business";
  const auto about_ada = log({{"user", kAda.id.value()}});
  ASSERT_EQ(about_ada.size(), 3u);
  EXPECT_EQ(about_ada[0]["actor_id"], kMaria.id.value());
  EXPECT_EQ(about_ada[0]["body"]["text"], "spoiler");
  EXPECT_EQ(about_ada[0]["evidence"].get<std::string>().size(), 64u);
  const auto restored = run<std::vector<room::Event>>(store("moderation").load_newest(room_->id(), 100));
  EXPECT_TRUE(restored->empty()) << "it is nobody's state";
}

}  // namespace
}  // namespace grandstand::social
