// SPDX-License-Identifier: MIT
#include "test_database.hpp"

#include <gtest/gtest.h>

namespace grandstand::storage {
namespace {

constexpr Migration kSteps[] = {{"things", 1, "create table thing (name text primary key)"},
                                {"things", 2, "alter table thing add column size integer not null default 7"}};

Result<int> count_things(pqxx::work& work) {
  return work.exec1("select count(*) from thing")[0].as<int>();
}

Result<int> insert_thing(Database& database, const std::string& name) {
  return database.run_blocking<int>([&](pqxx::work& work) -> Result<int> {
    work.exec_params("insert into thing (name) values ($1)", name);
    return 1;
  });
}

TEST(Database, CommitsWhatReturnsAValue) {
  TestDatabase db(kSteps);
  ASSERT_TRUE(insert_thing(db.database(), "chair").ok());
  EXPECT_EQ(*db.database().run_blocking<int>(count_things), 1);
  EXPECT_TRUE(db.health().ready());
}

}  // namespace
}  // namespace grandstand::storage
