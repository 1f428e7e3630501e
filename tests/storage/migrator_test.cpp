// SPDX-License-Identifier: MIT
#include "test_database.hpp"

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pqxx/pqxx>

namespace grandstand::storage {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr Migration kSteps[] = {
    {"seats", 1, "create table seat (row integer); insert into seat values (1)"},
    {"tickets", 1, "create table ticket (number integer)"},
    {"seats", 2, "update seat set row = row * 10 + 2"},
};

int first_row(TestDatabase& db) {
  return *db.database().run_blocking<int>(
      [](pqxx::work& work) -> Result<int> { return work.exec1("select row from seat")[0].as<int>(); });
}

TEST(Migrator, AppliesEveryStepOnceAndInOrder) {
  TestDatabase db;
  ASSERT_TRUE(db.database().migrate(std::span(kSteps).first(2)).ok());
  EXPECT_EQ(first_row(db), 1);
  ASSERT_TRUE(db.database().migrate(kSteps).ok());
  ASSERT_TRUE(db.database().migrate(kSteps).ok());
  EXPECT_EQ(first_row(db), 12);
}

TEST(Migrator, RefusesASchemaThatIsNewerThanTheBinary) {
  TestDatabase db(kSteps);
  const auto status = db.database().migrate(std::span(kSteps).first(2));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kConflict);
  EXPECT_THAT(status.error().message, AllOf(HasSubstr("newer than this binary"),
                                            HasSubstr("area \"seats\" is at version 2, this binary knows up to 1")));
}

TEST(Migrator, LeavesNothingOfAStepThatFails) {
  constexpr Migration kBroken[] = {{"seats", 1, "create table seat (row integer); select nonsense"}};
  TestDatabase db;
  const auto status = db.database().migrate(kBroken);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("area \"seats\" version 1"));
  EXPECT_THAT(status.error().message, HasSubstr("nonsense"));
  ASSERT_TRUE(db.database().migrate(kSteps).ok());
  EXPECT_EQ(first_row(db), 12);
}

TEST(Migrator, RefusesAGapInTheNumbers) {
  constexpr Migration kGap[] = {{"seats", 1, "select 1"}, {"seats", 3, "select 1"}};
  TestDatabase db;
  const auto status = db.database().migrate(kGap);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("version 3 comes after 1, expected 2"));
}

TEST(Migrator, LetsNodesThatStartTogetherTakeTurns) {
  TestDatabase db;
  std::vector<std::thread> nodes;
  std::atomic<int> brought_up{0};
  for (int i = 0; i < 4; ++i)
    nodes.emplace_back([&] {
      ops::Metrics metrics;
      ops::Health health;
      Database node(Settings{}, db.url(), metrics, health);
      if (node.migrate(kSteps).ok()) ++brought_up;
    });
  for (auto& node : nodes) node.join();
  EXPECT_EQ(brought_up, 4);
  EXPECT_EQ(first_row(db), 12);
}

}  // namespace
}  // namespace grandstand::storage
