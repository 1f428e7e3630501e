// SPDX-License-Identifier: MIT
#include <grandstand/media/annex_b.hpp>

#include <gtest/gtest.h>

namespace grandstand::media {
namespace {

using ByteList = std::vector<std::uint8_t>;

std::vector<ByteList> units_of(const ByteList& bytes) {
  std::vector<ByteList> units;
  for_each_nal(bytes, [&](std::span<const std::uint8_t> nal) {
    units.emplace_back(nal.begin(), nal.end());
    return true;
  });
  return units;
}

TEST(AnnexB, SplitsAtShortAndLongStartCodes) {
  EXPECT_EQ(units_of({0, 0, 0, 1, 9, 0xf0, 0, 0, 1, 0x67, 1, 2, 0, 0, 0, 0, 1, 0x65, 1, 1, 0, 1}),
            (std::vector<ByteList>{{9, 0xf0}, {0x67, 1, 2}, {0x65, 1, 1, 0, 1}}));
  EXPECT_EQ(units_of({0, 0, 1, 0x67, 9, 0, 0, 0, 1, 0x68, 0, 0, 3, 0, 0, 1, 0x65}),
            (std::vector<ByteList>{{0x67, 9}, {0x68, 0, 0, 3}, {0x65}}));
}

TEST(AnnexB, FindsNothingWhereNothingIs) {
  for (const ByteList& bytes :
       {ByteList{}, {0}, {0, 0, 1}, {0, 0, 1, 0, 0, 1}, {1, 1, 1, 1}, {0, 0, 0, 0, 0}, {1, 2, 3}}) {
    EXPECT_TRUE(units_of(bytes).empty());
  }
}

TEST(AnnexB, StopsWhenItIsTold) {
  int visits = 0;
  for_each_nal(ByteList{0, 0, 1, 1, 0, 0, 1, 2}, [&](auto) { return ++visits < 1; });
  EXPECT_EQ(visits, 1);
}

TEST(AnnexB, TakesEmulationPreventionOut) {
  EXPECT_EQ(unescape_nal(ByteList{0x67, 0, 0, 3, 1, 0, 0, 3}), (ByteList{0x67, 0, 0, 1, 0, 0}));
  EXPECT_EQ(unescape_nal(ByteList{0, 0, 3, 0, 0, 3, 0}), (ByteList{0, 0, 0, 0, 0}));
  EXPECT_EQ(unescape_nal(ByteList{0, 0, 3, 1, 2}, 3), (ByteList{0, 0, 1}));
}

}  // namespace
}  // namespace grandstand::media
