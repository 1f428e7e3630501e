// SPDX-License-Identifier: MIT
#include "session_table.hpp"

#include <gtest/gtest.h>

namespace grandstand::access {
namespace {

using std::chrono::seconds;
using Outcome = SessionTable::Outcome;

constexpr SteadyTime kBegin{std::chrono::hours{1}};
const Player kBox{"box", "192.0.2.1"};
const Player kPhone{"phone", "192.0.2.1"};
const Player kTablet{"tablet", "198.51.100.9"};

TEST(SessionTable, AdmitsNoMorePlayersAtOnceThanTheLimit) {
  SessionTable table(seconds{30}, 10);
  EXPECT_EQ(table.admit("alice", kBox, 2, kBegin), Outcome::kAdmitted);
  EXPECT_EQ(table.admit("alice", kPhone, 2, kBegin), Outcome::kAdmitted);
  EXPECT_EQ(table.admit("alice", kTablet, 2, kBegin), Outcome::kTooMany);
  EXPECT_EQ(table.admit("alice", kBox, 2, kBegin), Outcome::kAdmitted);
  EXPECT_EQ(table.admit("bob", kTablet, 2, kBegin), Outcome::kAdmitted);
}

TEST(SessionTable, APlayerThatAsksForNothingLeavesItsPlace) {
  SessionTable table(seconds{30}, 10);
  table.admit("alice", kBox, 1, kBegin);
  EXPECT_EQ(table.admit("alice", kBox, 1, kBegin + seconds{20}), Outcome::kAdmitted);
  EXPECT_EQ(table.admit("alice", kPhone, 1, kBegin + seconds{49}), Outcome::kTooMany);
  EXPECT_EQ(table.admit("alice", kPhone, 1, kBegin + seconds{50}), Outcome::kAdmitted);
  EXPECT_EQ(table.admit("alice", kBox, 1, kBegin + seconds{51}), Outcome::kTooMany);
}

TEST(SessionTable, ACopiedAddressIsAnotherPlayerElsewhere) {
  SessionTable table(seconds{30}, 10);
  table.admit("alice", kBox, 1, kBegin);
  EXPECT_EQ(table.admit("alice", {"box", "198.51.100.9"}, 1, kBegin), Outcome::kTooMany);
}

TEST(SessionTable, APlayerWithBothKindsOfAddressIsOne) {
  SessionTable table(seconds{30}, 10);
  table.admit("alice", kBox, 1, kBegin);
  EXPECT_EQ(table.admit("alice", {"box", "2001:db8::"}, 1, kBegin), Outcome::kAdmitted);
  EXPECT_EQ(table.admit("alice", kBox, 1, kBegin), Outcome::kAdmitted);
}

TEST(SessionTable, ACopiedAddressIsNoSecondKindOfAddressForEverybody) {
  SessionTable table(seconds{30}, 10);
  table.admit("alice", kBox, 1, kBegin);
  table.admit("alice", {"box", "2001:db8::"}, 1, kBegin);
  EXPECT_EQ(table.admit("alice", {"box", "2001:db8:1::"}, 1, kBegin), Outcome::kTooMany);
}

TEST(SessionTable, IsBounded) {
  SessionTable table(seconds{30}, 2);
  table.admit("alice", kBox, 1, kBegin);
  table.admit("bob", kBox, 1, kBegin);
  EXPECT_EQ(table.admit("carol", kBox, 1, kBegin), Outcome::kAdmittedForgettingAnother);
  EXPECT_EQ(table.subjects(), 2U);
}

}  // namespace
}  // namespace grandstand::access
