// SPDX-License-Identifier: MIT
// Messages between nodes by a real NATS server.
#include "nats_server.hpp"
#include "on_loop.hpp"

#include <grandstand/cluster/bus.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::cluster {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class BusTest : public testing::Test {
 protected:
  BusTest() { runtime_.start(); }
  ~BusTest() override {
    one_->stop();
    two_->stop();
    runtime_.stop();
    runtime_.join();
  }
  // What a subscription hears, looked at on its loop.
  Bus::Subscription listen(Bus& bus, const std::string& subject) {
    return bus.subscribe(subject, runtime_.loop(0), [this, subject](std::string_view text) {
      heard_.push_back(subject + ": " + std::string(text));
    });
  }
  std::vector<std::string> heard() {
    std::vector<std::string> copy;
    on_loop(runtime_.loop(0), [&] { copy = heard_; });
    return copy;
  }
  bool eventually(const std::function<bool()>& question) {
    for (int i = 0; i < 1'000; ++i) {
      if (question()) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }

  NatsServer server_;
  ops::Metrics metrics_;
  aio::Runtime runtime_{2};
  std::vector<std::string> heard_;
  std::unique_ptr<Bus> one_ = Bus::connect(server_.url(), "one", metrics_).value();
  std::unique_ptr<Bus> two_ = Bus::connect(server_.url(), "two", metrics_).value();
};

TEST_F(BusTest, KeepsTheOrderOverSubjects) {
  const auto a = listen(*two_, "room.a");
  const auto b = listen(*two_, "room.b");
  std::vector<std::string> expected;
  for (int i = 0; i < 2'000; ++i) {
    const std::string subject = i % 3 == 0 ? "room.a" : "room.b";
    expected.push_back(subject + ": " + std::to_string(i));
  }
  ASSERT_TRUE(eventually([&] {
    one_->publish("room.a", "begin");
    return !heard().empty();
  }));
  on_loop(runtime_.loop(0), [&] { heard_.clear(); });
  for (int i = 0; i < 2'000; ++i) one_->publish(i % 3 == 0 ? "room.a" : "room.b", std::to_string(i));
  EXPECT_TRUE(eventually([&] { return heard().size() >= 2'000; }));
  auto all = heard();
  std::erase(all, "room.a: begin");
  EXPECT_EQ(all, expected);
}

TEST_F(BusTest, HearsNothingOfItsOwnNorAfterTheEnd) {
  auto own = listen(*one_, "room.a");
  auto other = listen(*two_, "room.a");
  ASSERT_TRUE(eventually([&] {
    one_->publish("room.a", "x");
    return !heard().empty();
  }));
  other = {};
  on_loop(runtime_.loop(0), [&] { heard_.clear(); });
  const auto mark = listen(*two_, "room.b");
  one_->publish("room.a", "x");
  ASSERT_TRUE(eventually([&] {
    one_->publish("room.b", "y");
    return !heard().empty();
  }));
  EXPECT_EQ(heard().front(), "room.b: y");
}

TEST_F(BusTest, ComesBackWhenTheServerDoes) {
  const auto subscription = listen(*two_, "room.a");
  std::atomic<int> reconnected{0};
  const auto noticed = one_->on_reconnected(runtime_.loop(0), [&] { ++reconnected; });
  server_.stop();
  EXPECT_TRUE(eventually([&] { return !one_->connected(); }));
  EXPECT_EQ(reconnected, 0);
  server_.restart();
  EXPECT_TRUE(eventually([&] { return one_->connected() && two_->connected(); }));
  EXPECT_TRUE(eventually([&] { return reconnected == 1; }));
  EXPECT_TRUE(eventually([&] {
    one_->publish("room.a", "again");
    return !heard().empty();
  }));
  EXPECT_THAT(heard(), testing::Contains("room.a: again"));
}

TEST_F(BusTest, SaysWhenItCouldNotTakeEverything) {
  std::atomic<int> holes{0};
  const auto noticed = two_->on_reconnected(runtime_.loop(1), [&] { ++holes; });
  std::atomic<int> taken{0};
  std::atomic<bool> ended{false};
  const auto subscription = two_->subscribe("room.a", runtime_.loop(0), [&](std::string_view text) {
    ++taken;
    if (text == "end") ended = true;
  });
  ASSERT_TRUE(eventually([&] {
    one_->publish("room.a", "begin");
    return taken > 0;
  }));
  EXPECT_EQ(holes, 0);
  std::promise<void> busy;
  runtime_.loop(0).post([&] { busy.get_future().wait(); });
  const std::string lost = "grandstand_cluster_lost_total 0\n";
  for (int i = 0; i < 100; ++i) one_->publish("room.a", std::string(1'000'000, 'x'));
  EXPECT_TRUE(eventually([&] { return metrics_.render().find(lost) == std::string::npos; }));
  busy.set_value();
  EXPECT_TRUE(eventually([&] {
    one_->publish("room.a", "again");
    return holes > 0;
  }));
  EXPECT_NE(metrics_.render().find(R"(grandstand_cluster_messages_total{way="received"})"), std::string::npos);
  EXPECT_EQ(metrics_.render().find(R"(grandstand_cluster_messages_total{way="received"} 0)"), std::string::npos);
  // The library leaks a message that it has read in part when it is closed.
  EXPECT_TRUE(eventually([&] {
    one_->publish("room.a", "end");
    return ended.load();
  }));
}

TEST_F(BusTest, NoticesAServerThatSaysNothing) {
  server_.pause();
  EXPECT_TRUE(eventually([&] { return !one_->connected(); }));
  server_.go_on();
  EXPECT_TRUE(eventually([&] { return one_->connected(); }));
}

TEST_F(BusTest, EndsWhileTheServerIsAway) {
  const auto subscription = listen(*two_, "room.a");
  server_.stop();
  EXPECT_TRUE(eventually([&] { return !two_->connected(); }));
  two_->stop();
}

TEST_F(BusTest, IsNotCalledBackWhenItIsGone) {
  for (int i = 0; i < 100; ++i) {
    ops::Metrics metrics;
    aio::Runtime runtime{1};
    runtime.start();
    auto bus = Bus::connect(server_.url(), "three", metrics).value();
    auto subscription = bus->subscribe("room.a", runtime.loop(0), [](std::string_view) {});
    for (int n = 0; n < 10; ++n) one_->publish("room.a", "x");
    bus->stop();
    EXPECT_FALSE(bus->connected());
    subscription = {};
    bus.reset();
    runtime.stop();
    runtime.join();
  }
}

TEST(Bus, SaysWhereNobodyAnswersWithoutTheSecret) {
  ops::Metrics metrics;
  const auto bus = Bus::connect("nats://user:secret@127.0.0.1:1", "one", metrics);
  ASSERT_FALSE(bus.ok());
  EXPECT_EQ(bus.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(bus.error().message, HasSubstr("nats://127.0.0.1:1"));
}

}  // namespace
}  // namespace grandstand::cluster
