// SPDX-License-Identifier: MIT
#include "chat.hpp"
#include "manual_clock.hpp"
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
                    encode_message({"Text {\"" + std::to_string(offset) + "\",\\}\nNULL"}),
                    "key" + std::to_string(offset)};
  return {RoomId(room), std::move(event)};
}

template <class T>
aio::Task<Status> keep(aio::Task<Result<T>> task, std::shared_ptr<std::optional<Result<T>>> outcome) {
  *outcome = co_await std::move(task);
  co_return success();
}

class ChatStoreTest : public ::testing::Test {
 protected:
  template <class T>
  Result<T> run(aio::Task<Result<T>> task) {
    auto outcome = std::make_shared<std::optional<Result<T>>>();
    aio::spawn(runtime.loop(0), keep<T>(std::move(task), outcome));
    auto& context = runtime.loop(0).context();
    for (int i = 0; i < 5'000 && !*outcome; ++i) {
      context.restart();
      context.run_for(2ms);
    }
    return outcome->value();
  }
  Status append(std::vector<room::StoredEvent> events) {
    return run<std::monostate>(
        store->append(std::make_shared<const std::vector<room::StoredEvent>>(std::move(events))));
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
  EXPECT_EQ(read.key, "key1");
  EXPECT_EQ(loaded.value()[1].media_time, std::nullopt);
}

TEST_F(ChatStoreTest, TakesTheSameEventsTwiceAsOnce) {
  ASSERT_TRUE(append({message("channel:news", "e1", 1)}).ok());
  ASSERT_TRUE(append({message("channel:news", "e1", 1), message("channel:news", "e1", 2)}).ok());
  EXPECT_EQ(ids(*history({})), (std::vector<std::string>{"e1:1", "e1:2"}));
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

TEST_F(ChatWriterTest, StoresFiveThousandMessagesASecondWithinFiftyMilliseconds) {
  start();
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < 400; ++i) {
    add(i * 25 + 1, i * 25 + 25);
    std::this_thread::sleep_until(begin + (i + 1) * 5ms);
  }
  ASSERT_TRUE(wait_for([&] { return listener->kept == 10'000; }));
  const auto page = db.metrics().render();
  const auto bucket = [&](const std::string& bound) {
    const auto at = page.find("grandstand_store_seconds_bucket{le=\"" + bound + "\"} ");
    return at == std::string::npos ? 0.0 : std::stod(page.substr(page.find(' ', at) + 1));
  };
  RecordProperty("within_50_ms", std::to_string(bucket("0.05") / 10'000));
  std::printf("stored within 20 ms: %.4f, within 50 ms: %.4f\n", bucket("0.02") / 10'000, bucket("0.05") / 10'000);
  // The budget is measured by scripts/bench; under a sanitizer on a busy machine only its order is looked at.
  EXPECT_GE(bucket("0.25") / 10'000, 0.9);
}

}  // namespace
}  // namespace grandstand::social::chat
