// SPDX-License-Identifier: MIT
// Who owns what among nodes that share a real PostgreSQL. Its clock cannot be moved, so tests move what is written
// there.
#include "manual_clock.hpp"
#include "on_loop.hpp"
#include "test_database.hpp"

#include <grandstand/cluster/leases.hpp>

#include <algorithm>
#include <chrono>
#include <future>
#include <map>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <pqxx/pqxx>

namespace grandstand::cluster {
namespace {

using namespace std::chrono_literals;

class LeasesTest : public testing::Test {
 protected:
  struct Node {
    Node(LeasesTest& test, const std::string& name, const std::string& instance)
        : leases(test.kind_,
                 {.node = name, .address = "http://" + name, .lease = 1h, .renewal = 1h, .settling = test.settling_},
                 instance, test.database_.database(), test.clock_, test.runtime_.loop(0), test.metrics_,
                 [this] { return healthy; }) {}
    ~Node() { leases.stop(); }
    bool healthy = true;
    Leases leases;
    std::map<std::string, std::string> told;  // the owner of each name
  };

  LeasesTest() { runtime_.start(); }
  ~LeasesTest() override {
    database_.database().stop();
    runtime_.stop();
    runtime_.join();
  }
  std::unique_ptr<Node> make(const std::string& name) { return make(name, "of " + name); }
  std::unique_ptr<Node> make(const std::string& name, const std::string& instance) {
    auto node = std::make_unique<Node>(*this, name, instance);
    on_loop(runtime_.loop(0), [&] {
      node->leases.start(
          [told = &node->told](const std::string& n, const Leases::Owner& owner) { (*told)[n] = owner.node; });
    });
    return node;
  }
  void want(Node& node) {
    on_loop(runtime_.loop(0), [&] { node.leases.want(names_); });
  }
  void tick(Node& node) {
    on_loop(runtime_.loop(0), [&] { node.leases.tick(); });
  }
  std::size_t held(const Node& node) const {
    return static_cast<std::size_t>(std::ranges::count_if(names_, [&](const auto& n) { return node.leases.holds(n); }));
  }
  bool eventually(const std::function<bool()>& question) {
    for (int i = 0; i < 2'000; ++i) {
      if (question()) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }
  bool holds_by_and_by(Node& node, std::size_t count) {
    return eventually([&] {
      tick(node);
      return held(node) == count;
    });
  }
  void execute(const std::string& sql) {
    ASSERT_TRUE(database_.database()
                    .run_blocking<std::monostate>([&](pqxx::work& work) -> Status {
                      work.exec0(sql);
                      return success();
                    })
                    .ok());
  }
  void die(const std::string& node) {
    execute("update cluster_node set seen_at = now() - interval '1 day' where name = '" + node + "'");
    execute("with mine as (select name from cluster_lease where node = '" + node +
            "' order by name for update) update cluster_lease set expires_at = now() where name in (select name from "
            "mine)");
  }

  std::vector<std::string> names_{"channel:a", "channel:b", "channel:c", "channel:d", "channel:e", "channel:f"};
  TestDatabase database_{Leases::migrations()};
  std::chrono::milliseconds settling_{0};
  Leases::Kind kind_ = Leases::Kind::kRooms;
  ManualClock clock_;
  ops::Metrics metrics_;
  aio::Runtime runtime_{1};
};

TEST_F(LeasesTest, ANodeAloneOwnsEverything) {
  const auto one = make("one");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  EXPECT_EQ(one->leases.owner("channel:a").address, "http://one");
  EXPECT_FALSE(one->leases.holds("channel:unknown"));
}

TEST_F(LeasesTest, TakesWhatItCanWhileANodeThatWasCutOffHasTheRestLocked) {
  auto one = make("one");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  one.reset();  // its last round is over, and what it had is free
  std::promise<void> locked, healed;
  std::thread cut_off([&] {
    const auto unlocked = database_.database().run_blocking<std::monostate>([&](pqxx::work& work) -> Status {
      work.exec1("select name from cluster_lease where name = 'channel:a' for update");
      locked.set_value();
      healed.get_future().wait();
      return success();
    });
    EXPECT_TRUE(unlocked.ok());
  });
  locked.get_future().wait();
  const auto two = make("two");
  want(*two);
  EXPECT_TRUE(holds_by_and_by(*two, 5));
  EXPECT_FALSE(two->leases.holds("channel:a"));
  healed.set_value();
  cut_off.join();
  EXPECT_TRUE(holds_by_and_by(*two, 6));
}

TEST_F(LeasesTest, NodesNeverOwnTheSame) {
  const auto one = make("one");
  const auto two = make("two");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  want(*two);
  EXPECT_TRUE(eventually([&] {
    tick(*two);
    return two->leases.owner("channel:a").node == "one";
  }));
  EXPECT_EQ(held(*two), 0u) << "what has an owner is not taken";
}

TEST_F(LeasesTest, ASecondDaemonOfTheSameNameOwnsNothingAndSaysWhy) {
  const auto one = make("one");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  auto twin = make("one", "of another machine");
  want(*twin);
  EXPECT_TRUE(eventually([&] { return !twin->leases.fault().empty(); }));
  EXPECT_NE(twin->leases.fault().find("another daemon is called \"one\""), std::string::npos);
  EXPECT_FALSE(twin->leases.renewed());
  EXPECT_EQ(held(*twin), 0u);
  std::promise<Status> claimed;
  on_loop(runtime_.loop(0),
          [&] { twin->leases.claim("channel:a", [&](Status status) { claimed.set_value(std::move(status)); }); });
  EXPECT_FALSE(claimed.get_future().get().ok());
  // Nor does it take anything away when it goes.
  twin.reset();
  const auto two = make("two");
  want(*two);
  EXPECT_TRUE(eventually([&] {
    tick(*two);
    return two->leases.owner("channel:a").node == "one";
  }));
  EXPECT_EQ(held(*two), 0u);
}

TEST_F(LeasesTest, ADaemonThatIsReplacedLeavesItsNameWhenItIsNotHeardOfAnyMore) {
  const auto one = make("one");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  const auto replacement = make("one", "of another machine");
  want(*replacement);
  EXPECT_TRUE(eventually([&] { return !replacement->leases.fault().empty(); }));
  EXPECT_TRUE(eventually([&] {
    die("one");
    tick(*replacement);
    return held(*replacement) == 6;
  }));
  EXPECT_TRUE(replacement->leases.fault().empty());
  // It is heard of again after the last time that the name was made to look dead.
  EXPECT_TRUE(eventually([&] {
    tick(*replacement);
    return database_.database()
        .run_blocking<bool>([](pqxx::work& work) -> Result<bool> {
          return work.exec1("select seen_at > now() - interval '1 hour' from cluster_node where name = 'one'")[0]
              .as<bool>();
        })
        .value();
  }));
  EXPECT_TRUE(eventually([&] {
    tick(*one);
    return !one->leases.fault().empty();
  }));
}

TEST_F(LeasesTest, ARestartedDaemonHasItsLeasesAtOnce) {
  const auto one = make("one");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  // As after a crash: nothing was given up.
  const auto again = make("one");
  want(*again);
  EXPECT_TRUE(holds_by_and_by(*again, 6));
}

TEST_F(LeasesTest, RenewsWhileEverybodyElseFillsTheDatabase) {
  const auto one = make("one");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  // Every connection that is shared is busy until the test says so, and more work waits.
  std::promise<void> over;
  const auto ended = over.get_future().share();
  for (int i = 0; i < 50; ++i) {
    std::function<Status(pqxx::work&)> work = [ended](pqxx::work&) -> Status {
      ended.wait();
      return success();
    };
    on_loop(runtime_.loop(0), [&] {
      auto ask = [](storage::Database& database, std::function<Status(pqxx::work&)> w) -> aio::Task<Status> {
        co_return co_await database.run<std::monostate>(std::move(w));
      };
      aio::spawn(runtime_.loop(0), ask(database_.database(), work));
    });
  }
  clock_.advance(1h);
  EXPECT_FALSE(one->leases.renewed());
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  EXPECT_TRUE(one->leases.renewed());
  over.set_value();
}

TEST_F(LeasesTest, NodesThatStartTogetherShare) {
  settling_ = 2s;
  const auto one = make("one");
  const auto two = make("two");
  want(*one);
  want(*two);
  EXPECT_TRUE(eventually([&] {
    tick(*one);
    tick(*two);
    return database_.database()
               .run_blocking<int>([](pqxx::work& work) -> Result<int> {
                 return work.exec1("select count(*) from cluster_node")[0].as<int>();
               })
               .value() == 2;
  }));
  EXPECT_EQ(held(*one) + held(*two), 0u);
  clock_.advance(2s);
  EXPECT_TRUE(eventually([&] {
    tick(*one);
    tick(*two);
    return held(*one) + held(*two) == 6;
  }));
  EXPECT_GT(held(*one), 0u);
  EXPECT_GT(held(*two), 0u);
}

TEST_F(LeasesTest, AnotherTakesOverWhatADeadNodeOwned) {
  const auto one = make("one");
  const auto two = make("two");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  want(*two);
  // Again, for what it asked before it died may still be on its way.
  EXPECT_TRUE(eventually([&] {
    die("one");
    tick(*two);
    return held(*two) == 6;
  }));
  EXPECT_GE(two->leases.owner("channel:a").term, 2u);
  // The dead one wakes up: it asks, and learns that it owns nothing any more.
  EXPECT_TRUE(holds_by_and_by(*one, 0));
  EXPECT_TRUE(eventually([&] {
    bool all = true;
    on_loop(runtime_.loop(0), [&] {
      for (const auto& name : names_) all = all && one->told[name] == "two";
    });
    return all;
  }));
}

TEST_F(LeasesTest, StopsBelievingInItsLeasesByItsOwnClock) {
  const auto one = make("one");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  clock_.advance(1h - 400ms);
  EXPECT_EQ(held(*one), 0u) << "whether or not the database was heard of";
}

TEST_F(LeasesTest, ANodeThatIsCutOffGivesUpWhatItOwns) {
  const auto one = make("one");
  const auto two = make("two");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  want(*two);
  on_loop(runtime_.loop(0), [&] {
    one->healthy = false;
    one->leases.tick();
    EXPECT_EQ(held(*one), 0u) << "before the database lets others take it";
  });
  // Again, for a round of before may still be on its way.
  EXPECT_TRUE(eventually([&] {
    tick(*one);
    tick(*two);
    return held(*two) == 6;
  }));
}

TEST_F(LeasesTest, WhatRanOutIsItsOwnersAgainUnlessAnotherTookIt) {
  settling_ = 2s;
  const auto one = make("one");
  want(*one);
  clock_.advance(2s);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  clock_.advance(1h);
  execute("update cluster_lease set expires_at = now()");
  execute("update cluster_lease set node = 'two', expires_at = now() + interval '1 hour' where name = 'channel:a'");
  EXPECT_TRUE(holds_by_and_by(*one, 5));
  EXPECT_EQ(one->leases.owner("channel:a").node, "two");
  EXPECT_GE(one->leases.owner("channel:b").term, 2u) << "rooms begin a new epoch";
}

TEST_F(LeasesTest, ChannelsStayWhereTheyAreWhileTheDatabaseIsSilent) {
  kind_ = Leases::Kind::kChannels;
  const auto one = make("one");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  clock_.advance(24h);
  EXPECT_EQ(held(*one), 6u);
  const auto two = make("two");
  want(*two);
  // Again, for what it asked before it died may still be on its way.
  EXPECT_TRUE(eventually([&] {
    die("one");
    tick(*two);
    return held(*two) == 6;
  }));
  EXPECT_TRUE(holds_by_and_by(*one, 0)) << "until it names another owner";
}

TEST_F(LeasesTest, ForgetsWhatNobodyHasWantedForADayAndGivesItAHigherTermAgain) {
  const auto one = make("one");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  const auto term = one->leases.owner("channel:f").term;
  const auto over = names_.back();
  names_.pop_back();
  want(*one);
  EXPECT_TRUE(eventually([&] {
    // Again, for a round that still wanted it may be on its way.
    execute("update cluster_lease set expires_at = now() - interval '25 hours' where name = '" + over + "'");
    clock_.advance(1h);  // old ones are looked for once in a while
    tick(*one);
    return database_.database()
               .run_blocking<int>([](pqxx::work& work) -> Result<int> {
                 return work.exec1("select count(*) from cluster_lease")[0].as<int>();
               })
               .value() == 5;
  }));
  names_.push_back(over);
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  EXPECT_GT(one->leases.owner(over).term, term);
}

TEST_F(LeasesTest, WhatIsNeededElsewhereIsClaimed) {
  kind_ = Leases::Kind::kChannels;
  const auto one = make("one");
  const auto two = make("two");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  want(*two);
  on_loop(runtime_.loop(0), [&] { two->leases.claim("channel:c", {}); });
  EXPECT_TRUE(holds_by_and_by(*two, 1));
  EXPECT_TRUE(holds_by_and_by(*one, 5));
  EXPECT_EQ(one->leases.owner("channel:c").node, "two");
}

TEST_F(LeasesTest, AStopLeavesEverythingToTheOthers) {
  const auto one = make("one");
  const auto two = make("two");
  want(*one);
  EXPECT_TRUE(holds_by_and_by(*one, 6));
  want(*two);
  one->leases.stop();
  EXPECT_EQ(held(*one), 0u);
  EXPECT_TRUE(holds_by_and_by(*two, 6));
}

}  // namespace
}  // namespace grandstand::cluster
