// SPDX-License-Identifier: MIT
// A real database that refuses connections for a while.
#include "captured_log.hpp"
#include "test_database.hpp"

#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <pqxx/transaction>

namespace grandstand::storage {
namespace {

using testing::HasSubstr;

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 2'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

TEST(Outage, IsToldToOperatorsAndEndsByItself) {
  TestDatabase db({});
  const auto ask = [&] {
    return db.database().run_blocking<int>(
        [](pqxx::work& work) -> Result<int> { return work.exec1("select 1")[0].as<int>(); });
  };
  const auto has = [&](const char* series) { return db.metrics().render().find(series) != std::string::npos; };
  ASSERT_TRUE(ask().ok());
  EXPECT_TRUE(has("grandstand_database_up 1"));
  test::CapturedLog log;
  const std::string rest = db.url().substr(db.url().find("///") + 3);
  const auto name = rest.substr(0, rest.find('?'));
  auto& server = TestPostgres::instance();
  server.run("alter database " + name + " with allow_connections false");
  server.run("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");

  const auto refused = ask();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(db.health().ready());
  EXPECT_TRUE(has("grandstand_database_up 0"));
  EXPECT_TRUE(has("grandstand_database_errors_total{code=\"unavailable\"} 1"));

  server.run("alter database " + name + " with allow_connections true");
  EXPECT_TRUE(eventually([&] { return db.health().ready(); })) << "nobody asks meanwhile";
  EXPECT_TRUE(ask().ok());
  EXPECT_TRUE(has("grandstand_database_up 1"));
  const auto lines = log.take();
  EXPECT_THAT(lines, HasSubstr("the database cannot be reached reason="));
  EXPECT_THAT(lines, HasSubstr("the database is back"));
}

}  // namespace
}  // namespace grandstand::storage
