// SPDX-License-Identifier: MIT
#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/offload.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/aio/ticker.hpp>

#include <atomic>
#include <future>
#include <set>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace grandstand::aio {
namespace {

using namespace std::chrono_literals;

class RunningRuntime {
 public:
  explicit RunningRuntime(std::size_t loops = 2) : runtime(loops) { runtime.start(); }
  ~RunningRuntime() {
    runtime.stop();
    runtime.join();
  }
  Runtime runtime;
};

Task<Status> add_on_threads(Offload& offload, int& sum) {
  for (int i = 1; i <= 10; ++i) {
    std::function<Result<int>()> work = [i] { return Result<int>(i); };
    GRANDSTAND_CO_TRY(auto number, co_await offload.run<int>(std::move(work)));
    sum += number;
  }
  co_return success();
}

Task<Status> throwing() {
  throw std::runtime_error("oops");
  co_return success();
}

TEST(Loop, RunsPostedWorkInOrderAndOnItsOwnThread) {
  RunningRuntime running;
  auto& loop = running.runtime.loop(1);
  std::vector<int> order;
  std::promise<bool> here;
  for (int i = 0; i < 100; ++i) loop.post([&order, i] { order.push_back(i); });
  loop.post([&] { here.set_value(loop.runs_here()); });
  EXPECT_TRUE(here.get_future().get());
  EXPECT_FALSE(loop.runs_here());
  ASSERT_EQ(order.size(), 100u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(Loop, AnEscapedExceptionLosesOneHandlerNotTheLoop) {
  RunningRuntime running(1);
  running.runtime.loop(0).post([] { throw std::runtime_error("lost"); });
  std::promise<void> alive;
  running.runtime.loop(0).post([&] { alive.set_value(); });
  EXPECT_EQ(alive.get_future().wait_for(10s), std::future_status::ready);
}

TEST(Runtime, HandsOutItsLoopsInTurn) {
  Runtime runtime(3);
  std::set<std::size_t> seen;
  for (int i = 0; i < 3; ++i) seen.insert(runtime.next().index());
  EXPECT_EQ(seen.size(), 3u);
}

TEST(Task, AwaitsWorkOnOtherThreadsAndResumesOnItsLoop) {
  RunningRuntime running;
  Offload offload("test", 2, 16);
  int sum = 0;
  std::promise<bool> done;
  auto& loop = running.runtime.loop(1);
  spawn(loop, add_on_threads(offload, sum), [&](Status outcome) { done.set_value(outcome.ok() && loop.runs_here()); });
  EXPECT_TRUE(done.get_future().get());
  EXPECT_EQ(sum, 55);
}

TEST(Task, AnEscapedExceptionIsAnInternalError) {
  RunningRuntime running(1);
  std::promise<ErrorCode> code;
  spawn(running.runtime.loop(0), throwing(), [&](Status outcome) { code.set_value(outcome.error().code); });
  EXPECT_EQ(code.get_future().get(), ErrorCode::kInternal);
}

TEST(Offload, RefusesWhatIsBeyondItsQueue) {
  Offload offload("test", 1, 2);
  std::promise<void> entered;
  std::promise<void> release;
  auto released = release.get_future().share();
  ASSERT_TRUE(offload.try_post([&, released] {
    entered.set_value();
    released.wait();
  }));
  entered.get_future().wait();
  EXPECT_TRUE(offload.try_post([] {}));
  EXPECT_TRUE(offload.try_post([] {}));
  EXPECT_FALSE(offload.try_post([] {}));
  EXPECT_EQ(offload.queued(), 2u);
  release.set_value();
}

TEST(Offload, StopFinishesWhatIsQueuedAndRefusesMore) {
  std::atomic<int> ran{0};
  Offload offload("test", 1, 100);
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(offload.try_post([&] { ++ran; }));
  offload.stop();
  EXPECT_EQ(ran, 50);
  EXPECT_FALSE(offload.try_post([] {}));
}

TEST(Offload, AbandonsWhatIsQueuedAndWaitsForWhatRuns) {
  std::atomic<int> ran{0};
  Offload offload("test", 1, 100);
  std::promise<void> entered;
  std::promise<void> release;
  ASSERT_TRUE(offload.try_post([&] {
    entered.set_value();
    release.get_future().wait();
    ++ran;
  }));
  entered.get_future().wait();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(offload.try_post([&] { ++ran; }));
  std::thread owner([&] { offload.abandon(); });
  while (offload.queued() > 0) std::this_thread::yield();
  release.set_value();
  owner.join();
  EXPECT_EQ(ran, 1);
  EXPECT_FALSE(offload.try_post([] {}));
}

TEST(Ticker, CallsUntilItIsDestroyed) {
  RunningRuntime running(1);
  auto& loop = running.runtime.loop(0);
  std::promise<void> thrice;
  std::unique_ptr<Ticker> ticker;
  int calls = 0;
  loop.post([&] {
    ticker = std::make_unique<Ticker>(loop, 1ms, [&] {
      if (++calls == 3) {
        ticker.reset();
        thrice.set_value();
      }
    });
  });
  EXPECT_EQ(thrice.get_future().wait_for(10s), std::future_status::ready);
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace grandstand::aio
