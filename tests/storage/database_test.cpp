// SPDX-License-Identifier: MIT
#include "test_database.hpp"

#include <grandstand/aio/loop.hpp>

#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pqxx/pqxx>

namespace grandstand::storage {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr Migration kSteps[] = {{"things", 1, "create table thing (name text primary key)"}};

const std::function<Result<int>(pqxx::work&)> kCountThings = [](pqxx::work& work) -> Result<int> {
  return work.exec1("select count(*) from thing")[0].as<int>();
};

Result<int> insert_thing(Database& database, const std::string& name) {
  return database.run_blocking<int>([&](pqxx::work& work) -> Result<int> {
    work.exec_params("insert into thing (name) values ($1)", name);
    return 1;
  });
}

// For errors before any connection.
struct UnconnectedDatabase {
  explicit UnconnectedDatabase(const std::string& url) : database(Settings{}, url, metrics, health) {}
  ops::Metrics metrics;
  ops::Health health;
  Database database;
};

TEST(Database, CommitsWhatReturnsAValue) {
  TestDatabase db(kSteps);
  ASSERT_TRUE(insert_thing(db.database(), "chair").ok());
  EXPECT_EQ(*db.database().run_blocking<int>(kCountThings), 1);
  EXPECT_TRUE(db.health().ready());
  EXPECT_THAT(db.metrics().render(), HasSubstr("grandstand_database_queries_total 2"));
}

TEST(Database, RollsBackWhatReturnsAnError) {
  TestDatabase db(kSteps);
  auto outcome = db.database().run_blocking<int>([](pqxx::work& work) -> Result<int> {
    work.exec("insert into thing values ('chair')");
    return Error{ErrorCode::kForbidden, "not today"};
  });
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::kForbidden);
  EXPECT_EQ(*db.database().run_blocking<int>(kCountThings), 0);
}

TEST(Database, CallsASecondRowOfTheSameKeyAConflict) {
  TestDatabase db(kSteps);
  ASSERT_TRUE(insert_thing(db.database(), "chair").ok());
  const auto second = insert_thing(db.database(), "chair");
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_THAT(db.metrics().render(), HasSubstr("grandstand_database_errors_total{code=\"conflict\"} 1"));
  EXPECT_TRUE(insert_thing(db.database(), "table").ok());
}

TEST(Database, CallsABrokenQueryInternalAndGoesOn) {
  TestDatabase db(kSteps);
  const auto outcome = db.database().run_blocking<int>(
      [](pqxx::work& work) -> Result<int> { return work.exec1("select secret from nowhere")[0].as<int>(); });
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::kInternal);
  EXPECT_THAT(outcome.error().message, AllOf(HasSubstr("42P01"), Not(HasSubstr("secret"))));
  EXPECT_EQ(*db.database().run_blocking<int>(kCountThings), 0);
}

TEST(Database, BoundsTheDurationOfAQuery) {
  TestDatabase db(kSteps);
  auto setting = [&](const std::string& name) {
    return *db.database().run_blocking<std::string>([&](pqxx::work& work) -> Result<std::string> {
      return std::string(work.exec1("select current_setting(" + work.quote(name) + ")")[0].c_str());
    });
  };
  EXPECT_EQ(setting("statement_timeout"), "10s");
  EXPECT_EQ(setting("lock_timeout"), "10s");
  EXPECT_EQ(setting("idle_in_transaction_session_timeout"), "5s");
  const auto slow = db.database().run_blocking<int>([](pqxx::work& work) -> Result<int> {
    work.exec("set local statement_timeout = '20ms'");
    work.exec("select pg_sleep(5)");
    return 1;
  });
  ASSERT_FALSE(slow.ok());
  EXPECT_EQ(slow.error().code, ErrorCode::kTimeout);
}

TEST(Database, MakesStaleConnectionsAgainUnnoticed) {
  TestDatabase db(kSteps);
  ASSERT_EQ(*db.database().run_blocking<int>(kCountThings), 0);
  TestPostgres::instance().run(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'grandstand'");
  int calls = 0;
  const auto outcome = db.database().run_blocking<int>([&](pqxx::work& work) {
    ++calls;
    return kCountThings(work);
  });
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(calls, 1);
}

TEST(Database, NeverRunsWorkTwiceWhenTheConnectionBreaksInside) {
  TestDatabase db(kSteps);
  int calls = 0;
  const auto outcome = db.database().run_blocking<int>([&](pqxx::work& work) -> Result<int> {
    ++calls;
    work.exec("select pg_terminate_backend(pg_backend_pid())");
    return 1;
  });
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(*db.database().run_blocking<int>(kCountThings), 0);
}

TEST(Database, AnswersACoroutineOnItsLoop) {
  aio::Runtime runtime(1);  // outlives the threads that post to it
  TestDatabase db(kSteps);
  aio::Loop& loop = runtime.loop(0);
  bool on_loop = false;
  int count = -1;
  auto ask = [](TestDatabase& from, aio::Loop& home, bool& here, int& number) -> aio::Task<Status> {
    std::function<Result<int>(pqxx::work&)> work = kCountThings;
    auto outcome = co_await from.database().run<int>(std::move(work));
    here = home.runs_here();
    number = outcome.ok() ? *outcome : -2;
    co_return success();
  };
  aio::spawn(loop, ask(db, loop, on_loop, count), [&](Status) { runtime.stop(); });
  runtime.run();
  EXPECT_TRUE(on_loop);
  EXPECT_EQ(count, 0);
}

TEST(Database, RefusesWhatItsQueueCannotHold) {
  Settings settings;
  settings.connections = 1;
  settings.queue_limit = 2;
  aio::Runtime runtime(1);  // outlives the threads that post to it
  TestDatabase db(kSteps, settings);
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  int refused = 0, done = 0;
  auto ask = [](TestDatabase& from, std::shared_future<void> open, int& no) -> aio::Task<Status> {
    std::function<Result<int>(pqxx::work&)> work = [open](pqxx::work&) -> Result<int> {
      open.wait();
      return 1;
    };
    auto outcome = co_await from.database().run<int>(std::move(work));
    if (!outcome.ok() && outcome.error().code == ErrorCode::kUnavailable) ++no;
    co_return success();
  };
  for (int i = 0; i < 10; ++i)
    aio::spawn(runtime.loop(0), ask(db, opened, refused), [&](Status) {
      // The last one is refused at once; only then may the first go on.
      if (++done == 7) gate.set_value();
      if (done == 10) runtime.stop();
    });
  runtime.run();
  EXPECT_GE(refused, 7);
  EXPECT_LE(refused, 8);
  EXPECT_THAT(db.metrics().render(), HasSubstr("grandstand_database_refused_total " + std::to_string(refused)));
}

TEST(Database, SaysWhatItCannotReachWithoutThePassword) {
  UnconnectedDatabase db("postgresql://ada:s3cret@127.0.0.1:1/stand");
  EXPECT_FALSE(db.health.ready());
  const auto status = db.database.migrate(kSteps);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(status.error().message, AllOf(HasSubstr("host \"127.0.0.1\", port 1, database \"stand\", user \"ada\""),
                                            HasSubstr("refused"), Not(HasSubstr("s3cret"))));
  EXPECT_THAT(db.health.checks()["database"].reason, Not(HasSubstr("s3cret")));
  // Within the back-off the answer comes without an attempt.
  const auto next = db.database.run_blocking<int>(kCountThings);
  ASSERT_FALSE(next.ok());
  EXPECT_EQ(next.error().code, ErrorCode::kUnavailable);
}

TEST(Database, SaysWhatIsWrongWithAUrlWithoutThePassword) {
  for (const char* url : {"postgresql://ada:s3cret@[host/stand", "postgresql://ada:x@s3cret:word@host/stand",
                          "postgresql://ada:s3cret@host:port/stand", "not a url s3cret"}) {
    UnconnectedDatabase db(url);
    const auto status = db.database.migrate(kSteps);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument) << url;
    EXPECT_THAT(status.error().message, AllOf(HasSubstr("database.url"), Not(HasSubstr("s3cret"))));
  }
}

TEST(Database, RefusesWorkOnceStopped) {
  TestDatabase db(kSteps);
  db.database().stop();
  const auto outcome = db.database().run_blocking<int>(kCountThings);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace grandstand::storage
