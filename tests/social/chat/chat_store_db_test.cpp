// SPDX-License-Identifier: MIT
#include "chat.hpp"
#include "manual_clock.hpp"
#include "run_task.hpp"
#include "test_database.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/room/store_writer.hpp>
#include <grandstand/social/feature_table.hpp>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::chat {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const room::User kAda{UserId("guest:ada"), "Ada \"the\\one\"", room::Role::kModerator};
const UtcTime kStart = from_unix_ms(1'763'712'055'123);

room::StoredEvent message(const std::string& room, const std::string& epoch, std::uint64_t offset,
                          std::optional<UtcTime> media_time = {}) {
  room::Event event{epoch,
                    offset,
                    "chat.message",
                    kStart + std::chrono::milliseconds(offset),
                    media_time,
                    kAda,
                    encode_message({"Text {\"" + std::to_string(offset) + "\",\\}\nNULL", {}, {}}),
                    epoch + "-key" + std::to_string(offset)};
  return {RoomId(room), std::move(event)};
}

class ChatStoreTest : public ::testing::Test {
 protected:
  template <class T>
  Result<T> run(aio::Task<Result<T>> task) {
    return run_task(runtime.loop(0), std::move(task));
  }
  Status append(std::vector<room::StoredEvent> events) {
    return run<std::monostate>(
        store->append(std::make_shared<const std::vector<room::StoredEvent>>(std::move(events))));
  }
  Result<std::string> ask(const std::string& query, room::QueryParameters parameters,
                          std::optional<room::User> asker = {}) {
    return run<std::string>(store->query(RoomId("channel:news"), query, std::move(parameters), std::move(asker)));
  }
  static room::StoredEvent change(std::uint64_t offset, const std::string& kind, std::string body,
                                  std::optional<room::User> user = kAda) {
    room::Event event{"e1", offset,          "chat." + kind,  kStart + std::chrono::milliseconds(offset),
                      {},   std::move(user), std::move(body), "key" + std::to_string(offset)};
    return {RoomId("channel:news"), std::move(event)};
  }
  static room::StoredEvent said(std::uint64_t offset, Message body, const room::User& user = kAda) {
    auto stored = message("channel:news", "e1", offset);
    stored.event.user = user;
    stored.event.body = encode_message(body);
    return stored;
  }
  static std::vector<std::string> texts(const std::string& text) {
    std::vector<std::string> all;
    const auto page = json::parse(text);
    for (const auto& event : page["messages"]) all.push_back(event["body"]["text"]);
    return all;
  }
  Result<std::string> history(room::QueryParameters parameters, const std::string& room = "channel:news") {
    return run<std::string>(store->query(RoomId(room), "history", std::move(parameters), {}));
  }
  // "<epoch>:<offset>" of each message.
  static std::vector<std::string> ids(const std::string& text) {
    std::vector<std::string> all;
    const auto page = json::parse(text);
    for (const auto& event : page["messages"]) {
      all.push_back(event["epoch"].get<std::string>() + ":" + std::to_string(event["offset"].get<int>()));
    }
    return all;
  }

  std::vector<storage::Migration> steps = migrations();
  aio::Runtime runtime{1};  // outlives the threads that post to it
  TestDatabase db{steps};
  std::unique_ptr<room::FeatureStore> store = make_store(db.database());
};

TEST_F(ChatStoreTest, GivesBackWhatWasStored) {
  const auto written = message("channel:news", "e1", 1, kStart - 5s);
  ASSERT_TRUE(append({written, message("channel:sport", "x", 1), message("channel:news", "e1", 2)}).ok());
  const auto loaded = run<std::vector<room::Event>>(store->load_newest(RoomId("channel:news"), 50));
  ASSERT_TRUE(loaded.ok());
  ASSERT_EQ(loaded.value().size(), 2u);
  const auto& read = loaded.value()[0];
  EXPECT_EQ(read.epoch, "e1");
  EXPECT_EQ(read.offset, 1u);
  EXPECT_EQ(read.kind, "chat.message");
  EXPECT_EQ(read.server_time, written.event.server_time);
  EXPECT_EQ(read.media_time, written.event.media_time);
  EXPECT_EQ(read.user->id, kAda.id);
  EXPECT_EQ(read.user->name, kAda.name);
  EXPECT_EQ(read.user->role, kAda.role);
  EXPECT_EQ(read.body, written.event.body);
  EXPECT_EQ(read.key, "e1-key1");
  EXPECT_EQ(loaded.value()[1].media_time, std::nullopt);
}

TEST_F(ChatStoreTest, TakesTheSameEventsTwiceAsOnce) {
  ASSERT_TRUE(append({message("channel:news", "e1", 1)}).ok());
  ASSERT_TRUE(append({message("channel:news", "e1", 1), message("channel:news", "e1", 2)}).ok());
  EXPECT_EQ(ids(*history({})), (std::vector<std::string>{"e1:1", "e1:2"}));
}

TEST_F(ChatStoreTest, KeepsWhatWasSaidUnderOneKeyOnceWhicheverNodeStoresItFirst) {
  auto again = message("channel:news", "e1", 7);
  const auto taken_over = message("channel:news", "e2", 1);
  again.event.key = taken_over.event.key;
  ASSERT_TRUE(append({taken_over}).ok());
  ASSERT_TRUE(append({again, message("channel:news", "e1", 8)}).ok());
  EXPECT_THAT(ids(history({}).value()), testing::ElementsAre("e2:1", "e1:8"));
}

TEST_F(ChatStoreTest, KeepsWhatIsSaidUnderAKeyThatRoomsHaveForgotten) {
  auto first = message("channel:news", "e1", 1), second = message("channel:news", "e1", 2);
  first.event.server_time = kStart - 10min;
  second.event.server_time = kStart;
  auto again = message("channel:news", "e2", 1);
  again.event.server_time = kStart + 1s;
  for (auto* const stored : {&first, &second, &again}) stored->event.key = "1";
  ASSERT_TRUE(append({first}).ok());
  ASSERT_TRUE(append({second, change(3, "edited", encode_edited({{"e1", 2}, "edited", {}}))}).ok());
  ASSERT_TRUE(append({first, again}).ok());
  EXPECT_THAT(ids(history({}).value()), testing::ElementsAre("e1:1", "e1:2"));
  EXPECT_EQ(texts(*history({})).back(), "edited");
}

TEST_F(ChatStoreTest, PagesThroughTheHistoryOverAllLifetimesOfTheRoom) {
  std::vector<room::StoredEvent> events;
  for (std::uint64_t i = 1; i <= 5; ++i) events.push_back(message("channel:news", "zz", i));
  for (std::uint64_t i = 1; i <= 5; ++i) events.push_back(message("channel:news", "aa", i));
  events.push_back(message("channel:sport", "bb", 1));
  ASSERT_TRUE(append(events).ok());
  const auto newest = history({{"limit", "4"}});
  ASSERT_TRUE(newest.ok());
  EXPECT_EQ(ids(*newest), (std::vector<std::string>{"aa:2", "aa:3", "aa:4", "aa:5"}));
  EXPECT_EQ(json::parse(*newest)["more"], true);
  const auto second = history({{"limit", "4"}, {"before", "aa:2"}});
  EXPECT_EQ(ids(*second), (std::vector<std::string>{"zz:3", "zz:4", "zz:5", "aa:1"}));
  const auto last = history({{"limit", "4"}, {"before", "zz:3"}});
  EXPECT_EQ(ids(*last), (std::vector<std::string>{"zz:1", "zz:2"}));
  EXPECT_EQ(json::parse(*last)["more"], false);
  EXPECT_EQ(ids(*history({{"before", "zz:99"}})).back(), "zz:5") << "not stored itself";
  const auto unknown = history({{"before", "qq:1"}});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(history({{"limit", "x"}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(ids(*history({}, "channel:empty")).empty());
}

const room::User kBob{UserId("account:7"), "Bob", room::Role::kViewer};

TEST_F(ChatStoreTest, KeepsAnswersMentionsAndEdits) {
  const Quote quote{{"e1", 1}, kAda.id, kAda.name, "first"};
  const std::vector<room::StoredEvent> events{said(1, {"first", {}, {}}),
                                              said(2, {"second", quote, {kAda.id, kBob.id}}, kBob),
                                              change(3, "edited", encode_edited({{"e1", 1}, "First", {}})),
                                              change(4, "edited", encode_edited({{"e1", 1}, "First!", {kBob.id}}))};
  ASSERT_TRUE(append(events).ok());
  ASSERT_TRUE(append(events).ok()) << "a commit whose answer was lost";
  const auto page = json::parse(*history({}));
  EXPECT_EQ(page["messages"][0]["body"], json::parse(R"({"text":"First!","mentions":["account:7"],"edited":true})"));
  const auto& answer = page["messages"][1]["body"];
  EXPECT_EQ(answer["reply_to"]["text"], "First!") << "a quote says what is said now";
  EXPECT_EQ(answer["reply_to"]["name"], kAda.name);
  EXPECT_EQ(answer["mentions"], json::parse(R"(["guest:ada","account:7"])"));
  const auto edits = ask("edits", {{"message", "e1:1"}}, kAda);
  ASSERT_TRUE(edits.ok());
  const auto versions = json::parse(*edits)["versions"];
  ASSERT_EQ(versions.size(), 3u);
  EXPECT_EQ(versions[0]["text"], "first");
  EXPECT_EQ(versions[0]["until"], 1'763'712'055'126);
  EXPECT_EQ(versions[2]["text"], "First!");
  EXPECT_TRUE(versions[2]["until"].is_null());
  EXPECT_EQ(ask("edits", {{"message", "e1:77"}}, kAda).error().code, ErrorCode::kNotFound);
}

TEST_F(ChatStoreTest, GivesDeletedMessagesToModeratorsOnly) {
  const Quote quote{{"e1", 1}, kAda.id, kAda.name, "rude"};
  ASSERT_TRUE(append({said(1, {"rude", {}, {}}), said(2, {"so what", quote, {}}, kBob), said(3, {"spam", {}, {}}, kBob),
                      change(4, "deleted", encode_deleted({MessageId{"e1", 1}})),
                      change(5, "deleted", encode_deleted({kBob.id}), std::nullopt), said(6, {"sorry", {}, {}}, kBob)})
                  .ok());
  // Again and late: what was said after it stays.
  ASSERT_TRUE(append({change(5, "deleted", encode_deleted({kBob.id}), std::nullopt)}).ok());
  EXPECT_EQ(texts(*history({})), std::vector<std::string>{"sorry"});
  EXPECT_EQ(texts(*ask("timeline", {{"from", "0"}, {"to", "4000000000000"}})), std::vector<std::string>{"sorry"});
  const auto loaded = run<std::vector<room::Event>>(store->load_newest(RoomId("channel:news"), 50));
  EXPECT_EQ(loaded->size(), 1u);
  EXPECT_EQ(ask("search", {{"user", "bob"}}).error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(ask("search", {{"user", "bob"}}, kBob).error().code, ErrorCode::kForbidden);
  const auto found = ask("search", {{"user", "bob"}}, kAda);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(texts(*found), (std::vector<std::string>{"so what", "spam", "sorry"}));
  EXPECT_EQ(json::parse(*found)["messages"][1]["body"]["deleted"], true);
  EXPECT_EQ(json::parse(*found)["messages"][0]["body"]["reply_to"]["deleted"], true);
  EXPECT_EQ(texts(*ask("search", {{"text", "SPA"}}, kAda)), std::vector<std::string>{"spam"});
  EXPECT_TRUE(texts(*ask("search", {{"text", "_%"}}, kAda)).empty()) << "no patterns";
  EXPECT_EQ(texts(*ask("search", {{"user", "account:7"}, {"limit", "2"}}, kAda)),
            (std::vector<std::string>{"spam", "sorry"}));
  EXPECT_EQ(texts(*ask("search", {{"user", "account:7"}, {"before", "e1:3"}}, kAda)),
            std::vector<std::string>{"so what"});
}

TEST_F(ChatStoreTest, GivesPinsBackWithTheirMessages) {
  const auto first = said(1, {"first", {}, {}});
  const auto second = said(2, {"second", {}, {}});
  ASSERT_TRUE(append({first, second, change(3, "pinned", encode_pinned(first.room, second.event)),
                      change(4, "pinned", encode_pinned(first.room, first.event)),
                      change(5, "edited", encode_edited({{"e1", 1}, "First", {}})),
                      change(6, "unpinned", encode_message_id({"e1", 2}))})
                  .ok());
  const auto loaded = run<std::vector<room::Event>>(store->load_newest(RoomId("channel:news"), 1));
  ASSERT_EQ(loaded->size(), 2u);
  EXPECT_EQ(loaded->at(0).offset, 2u);
  EXPECT_EQ(loaded->at(1).kind, "chat.pinned");
  const auto feature = kSpec.make();
  feature->restore(*loaded);
  const RoomId room("channel:news");
  const auto snapshot = json::parse(feature->snapshot({room, {}, kStart, 1}));
  EXPECT_EQ(snapshot["pins"][0]["body"]["text"], "First");
  ASSERT_TRUE(append({change(7, "deleted", encode_deleted({MessageId{"e1", 1}}))}).ok());
  EXPECT_EQ(run<std::vector<room::Event>>(store->load_newest(RoomId("channel:news"), 9))->size(), 1u);
}

TEST_F(ChatStoreTest, TellsWhatWasPinnedInAStretchOfTheProgramme) {
  const auto moment = [](int seconds) { return kStart - 10s + std::chrono::seconds(seconds); };  // latency: 10 s
  const auto about = [&](std::uint64_t offset, const std::string& kind, std::string body, int seconds) {
    auto stored = change(offset, kind, std::move(body));
    stored.event.server_time = kStart + std::chrono::seconds(seconds);
    stored.event.media_time = moment(seconds);
    return stored;
  };
  const auto first = said(1, {"first", {}, {}}), second = said(2, {"second", {}, {}});
  const auto pin_first = encode_pinned(first.room, first.event), unpin_first = encode_message_id({"e1", 1});
  const std::vector<room::StoredEvent> events{
      first,
      second,
      about(3, "pinned", pin_first, 20),
      about(4, "unpinned", unpin_first, 30),
      about(5, "pinned", encode_pinned(first.room, second.event), 40),
      about(6, "pinned", pin_first, 50),
      change(7, "edited", encode_edited({{"e1", 1}, "First", {}})),
  };
  ASSERT_TRUE(append(events).ok());
  ASSERT_TRUE(append(events).ok()) << "once more changes nothing";
  const auto pinned = [&](int from, int to) {
    const auto answer = ask(
        "pins", {{"from", std::to_string(to_unix_ms(moment(from)))}, {"to", std::to_string(to_unix_ms(moment(to)))}});
    std::vector<std::string> pins;
    const auto page = answer.ok() ? json::parse(*answer) : json{{"pins", json::array()}};
    for (const auto& pin : page["pins"]) {
      const auto second_of = [&](const json& time) {
        return (time.get<std::int64_t>() - to_unix_ms(moment(0))) / 1000;
      };
      pins.push_back(pin["message"]["body"]["text"].get<std::string>() + " " + std::to_string(second_of(pin["from"])) +
                     (pin["to"].is_null() ? "-" : "-" + std::to_string(second_of(pin["to"]))));
    }
    return pins;
  };
  using Pins = std::vector<std::string>;
  EXPECT_EQ(pinned(0, 20), Pins());
  EXPECT_EQ(pinned(0, 21), Pins{"First 20-30"});
  EXPECT_EQ(pinned(29, 41), (Pins{"First 20-30", "second 40-"}));
  EXPECT_EQ(pinned(30, 41), Pins{"second 40-"});
  EXPECT_EQ(pinned(60, 90), (Pins{"second 40-", "First 50-"}));
  EXPECT_FALSE(ask("pins", {{"from", "2"}, {"to", "1"}}).ok());
  const auto loaded = run<std::vector<room::Event>>(store->load_newest(RoomId("channel:news"), 9));
  EXPECT_EQ(std::ranges::count(*loaded, "chat.pinned", &room::Event::kind), 2) << "what was taken down is no pin now";
  ASSERT_TRUE(append({change(8, "deleted", encode_deleted({MessageId{"e1", 1}}))}).ok());
  EXPECT_EQ(pinned(0, 90), Pins{"second 40-"});
}

TEST_F(ChatStoreTest, PagesThroughTheTimeline) {
  std::vector<room::StoredEvent> events;
  // Said in another order than that of the pictures; every third one without a picture, every fourth at the same one.
  for (std::uint64_t i = 1; i <= 10; ++i) {
    const auto picture = i % 4 == 0 ? kStart : kStart - std::chrono::seconds(i);
    events.push_back(message("channel:news", "e1", i, i % 3 == 0 ? std::nullopt : std::optional(picture)));
  }
  ASSERT_TRUE(append(events).ok());
  const auto from = std::to_string(to_unix_ms(kStart - 8s));
  const auto to = std::to_string(to_unix_ms(kStart) + 8);
  std::vector<std::string> all;
  room::QueryParameters parameters{{"from", from}, {"to", to}, {"limit", "3"}};
  for (bool more = true; more;) {
    const auto page = ask("timeline", parameters);
    ASSERT_TRUE(page.ok());
    const auto names = ids(*page);
    ASSERT_LE(names.size(), 3u);
    all.insert(all.end(), names.begin(), names.end());
    more = json::parse(*page)["more"];
    if (more) parameters["after"] = names.back();
  }
  EXPECT_EQ(all, (std::vector<std::string>{"e1:7", "e1:5", "e1:2", "e1:1", "e1:4", "e1:8", "e1:3", "e1:6"}));
  EXPECT_EQ(ask("timeline", {{"from", from}, {"to", to}, {"after", "e1:99"}}).error().code, ErrorCode::kNotFound);
}

class Listener final : public room::StoreListener {
 public:
  void on_stored(std::vector<std::uint64_t> offsets, bool stored) override {
    (stored ? kept : given_up) += offsets.size();
    for (const auto offset : offsets) highest = std::max(highest.load(), offset);
  }
  void on_committed(std::vector<room::Decision>) override {}
  std::atomic<std::size_t> kept{0}, given_up{0};
  std::atomic<std::uint64_t> highest{0};
};

class ChatWriterTest : public ChatStoreTest {
 protected:
  ~ChatWriterTest() override {
    runtime.stop();
    if (thread.joinable()) thread.join();
  }
  void start() {
    writer = std::make_unique<room::StoreWriter>(room::StoreWriter::Settings{}, runtime.loop(0), clock, *features,
                                                 db.metrics());
    thread = std::thread([this] { runtime.run(); });
  }
  void add(std::uint64_t first, std::uint64_t last) {
    std::vector<room::ToStore> events;
    for (; first <= last; ++first) events.push_back({0, message("channel:news", "e1", first)});
    writer->add(listener, std::move(events));
  }
  bool wait_for(const std::function<bool()>& condition, std::chrono::seconds limit = 20s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
    return condition();
  }
  std::size_t rows() {
    return db.database()
        .run_blocking<std::size_t>([](pqxx::work& transaction) -> Result<std::size_t> {
          return transaction.exec1("SELECT count(*) FROM chat_message")[0].as<std::size_t>();
        })
        .value();
  }

  SystemClock clock;
  std::unique_ptr<room::FeatureCatalogue> features = make_feature_catalogue(db.database());
  std::shared_ptr<Listener> listener = std::make_shared<Listener>();
  std::unique_ptr<room::StoreWriter> writer;
  std::thread thread;
};

TEST_F(ChatWriterTest, SaysStoredOnlyOfRowsThatAreThere) {
  start();
  for (std::uint64_t i = 0; i < 20; ++i) {
    add(i * 10 + 1, i * 10 + 10);
    ASSERT_TRUE(wait_for([&] { return listener->kept == (i + 1) * 10; }));
    ASSERT_EQ(rows(), (i + 1) * 10);
  }
}

TEST_F(ChatWriterTest, LosesNothingWhileTheDatabaseIsGoneForAWhile) {
  start();
  add(1, 10);
  ASSERT_TRUE(wait_for([&] { return listener->kept == 10; }));
  const std::string name = db.url().substr(db.url().find("///") + 3);
  const auto database = name.substr(0, name.find('?'));
  TestPostgres::instance().run("alter database " + database + " with allow_connections false");
  TestPostgres::instance().run("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database +
                               "'");
  add(11, 200);
  std::this_thread::sleep_for(300ms);
  add(201, 400);
  EXPECT_EQ(listener->kept, 10u);
  TestPostgres::instance().run("alter database " + database + " with allow_connections true");
  EXPECT_TRUE(wait_for([&] { return listener->kept == 400; }));
  EXPECT_EQ(listener->given_up, 0u);
  EXPECT_EQ(rows(), 400u);
}

// How long each takes is measured by scripts/bench.
TEST_F(ChatWriterTest, StoresAFloodInBatchesAndEachMessageOnce) {
  start();
  for (std::uint64_t i = 0; i < 400; ++i) add(i * 25 + 1, i * 25 + 25);
  ASSERT_TRUE(wait_for([&] { return listener->kept == 10'000; }));
  EXPECT_EQ(rows(), 10'000u);
  EXPECT_EQ(listener->given_up, 0u);
}

}  // namespace
}  // namespace grandstand::social::chat
