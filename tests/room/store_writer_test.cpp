// SPDX-License-Identifier: MIT
#include "echo_feature.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/room/store_writer.hpp>

#include <thread>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace grandstand::room {
namespace {

using namespace std::chrono_literals;

class Listener final : public StoreListener {
 public:
  void on_stored(std::vector<std::uint64_t> offsets, bool stored) override {
    for (const auto offset : offsets) (stored ? kept : given_up).push_back(offset);
  }
  void on_committed(std::vector<Decision> told) override { std::ranges::move(told, std::back_inserter(decisions)); }
  std::vector<std::uint64_t> kept, given_up;
  std::vector<Decision> decisions;
};

class StoreWriterTest : public ::testing::Test {
 protected:
  void make(StoreWriter::Settings settings) {
    settings.retry_first = 5ms;
    settings.retry_longest = 20ms;
    writer = std::make_unique<StoreWriter>(settings, runtime.loop(0), clock, *catalogue.features, metrics);
  }
  void add(std::uint64_t first, std::uint64_t last) {
    std::vector<ToStore> events;
    for (auto offset = first; offset <= last; ++offset) {
      Event event{"e", offset, "echo.said", clock.utc(), {}, {}, "{\"n\":" + std::to_string(offset) + "}", "k"};
      events.push_back({0, {RoomId("channel:news"), event}});
    }
    runtime.loop(0).post([this, events] { writer->add(listener, events); });
  }
  // Runs the loop until `done`, for real time passes in its timers.
  template <class Condition>
  bool run_until(Condition done) {
    auto& context = runtime.loop(0).context();
    for (int i = 0; i < 2'000 && !done(); ++i) {
      context.restart();
      context.run_for(2ms);
    }
    return done();
  }
  std::vector<std::uint64_t> stored() const {
    std::vector<std::uint64_t> offsets;
    for (const auto& event : catalogue.store->events()) offsets.push_back(event.event.offset);
    return offsets;
  }
  static std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> offsets;
    for (; first <= last; ++first) offsets.push_back(first);
    return offsets;
  }

  SystemClock clock;
  ops::Metrics metrics;
  echo::Catalogue catalogue;
  std::shared_ptr<Listener> listener = std::make_shared<Listener>();
  aio::Runtime runtime{1};
  std::unique_ptr<StoreWriter> writer;
};

TEST_F(StoreWriterTest, WritesWhatWaitedInOneCommit) {
  make({});
  add(1, 1);
  add(2, 100);
  add(101, 300);
  EXPECT_TRUE(run_until([&] { return listener->kept.size() == 300; }));
  EXPECT_EQ(stored(), range(1, 300));
  EXPECT_LE(catalogue.store->appends, 3u);
}

TEST_F(StoreWriterTest, TellsWhatTheStoreDecidedOnEachCommittedEvent) {
  make({});
  const auto decided = [&](std::string_view body, std::uint64_t ticket) {
    return ToStore{
        0, {RoomId("channel:news"), Event{"", 0, "echo.decided", clock.utc(), {}, {}, std::string(body), "k"}}, ticket};
  };
  catalogue.store->down = true;
  add(1, 2);
  runtime.loop(0).post(
      [&] { writer->add(listener, {decided("{}", 7), decided(echo::kRefusedByStore, 8), decided("{}", 9)}); });
  add(3, 3);
  EXPECT_TRUE(run_until([&] { return catalogue.store->appends >= 2; }));
  EXPECT_TRUE(listener->decisions.empty()) << "nothing is decided while the database is down";
  catalogue.store->down = false;
  EXPECT_TRUE(run_until([&] { return listener->kept.size() == 3; }));
  ASSERT_EQ(listener->decisions.size(), 3u);
  EXPECT_EQ(listener->decisions[0].ticket, 7u);
  EXPECT_EQ(*listener->decisions[0].outcome, R"({"number":3})") << "in the order of all";
  EXPECT_EQ(listener->decisions[1].outcome.error().code, ErrorCode::kConflict);
  EXPECT_EQ(*listener->decisions[2].outcome, R"({"number":4})");
}

TEST_F(StoreWriterTest, TellsThatACommittedEventFoundNoPlace) {
  make({.queue_limit = 0});
  runtime.loop(0).post([&] {
    writer->add(listener,
                {{0, {RoomId("channel:news"), Event{"", 0, "echo.decided", clock.utc(), {}, {}, "{}", "k"}}, 7}});
  });
  EXPECT_TRUE(run_until([&] { return !listener->decisions.empty(); }));
  EXPECT_EQ(listener->decisions[0].outcome.error().code, ErrorCode::kUnavailable);
}

TEST_F(StoreWriterTest, KeepsTheOrderAndTellsAfterAnOutage) {
  make({});
  catalogue.store->down = true;
  add(1, 10);
  EXPECT_TRUE(run_until([&] { return catalogue.store->appends >= 3; }));
  EXPECT_TRUE(listener->kept.empty());
  add(11, 20);
  catalogue.store->down = false;
  EXPECT_TRUE(run_until([&] { return listener->kept.size() == 20; }));
  EXPECT_EQ(stored(), range(1, 20));
  EXPECT_EQ(listener->kept, range(1, 20));
}

TEST_F(StoreWriterTest, KeepsTheOldestWhenTheQueueIsFull) {
  StoreWriter::Settings settings;
  settings.queue_limit = 15;
  make(settings);
  catalogue.store->down = true;
  add(1, 10);
  add(11, 20);
  EXPECT_TRUE(run_until([&] { return listener->given_up.size() == 5; }));
  EXPECT_EQ(listener->given_up, range(16, 20));
  catalogue.store->down = false;
  EXPECT_TRUE(run_until([&] { return listener->kept.size() == 15; }));
  EXPECT_EQ(stored(), range(1, 15));
  EXPECT_NE(metrics.render().find("grandstand_store_dropped_total{reason=\"queue_full\"} 5"), std::string::npos);
}

TEST_F(StoreWriterTest, GivesUpOnlyTheEventThatTheStoreRefuses) {
  StoreWriter::Settings settings;
  settings.attempts = 2;
  make(settings);
  catalogue.store->poison = "{\"n\":7}";
  add(1, 12);
  EXPECT_TRUE(run_until([&] { return listener->kept.size() == 11; }));
  EXPECT_EQ(listener->given_up, range(7, 7));
  EXPECT_EQ(stored().size(), 11u);
  add(13, 20);
  EXPECT_TRUE(run_until([&] { return listener->kept.size() == 19; }));
}

TEST_F(StoreWriterTest, FlushWaitsForTheLastCommit) {
  make({});
  std::thread loop([&] { runtime.run(); });
  add(1, 500);
  EXPECT_EQ(writer->flush(5s), 0u);
  EXPECT_EQ(stored().size(), 500u);
  catalogue.store->down = true;
  add(501, 510);
  EXPECT_EQ(writer->flush(50ms), 10u);
  runtime.stop();
  loop.join();
}

}  // namespace
}  // namespace grandstand::room
