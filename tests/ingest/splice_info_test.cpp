// SPDX-License-Identifier: MIT
#include "splice_info.hpp"

#include "psi.hpp"
#include "time_unwrap.hpp"
#include "ts_builder.hpp"

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using Kind = media::SpliceCue::Kind;
using elementary::from_hex;

// The examples of ANSI/SCTE 35 section 14.
const ByteVector kSpliceInsert =
    from_hex("FC302F000000000000FFFFF014054800008F7FEFFE7369C02EFE0052CCF500000000000A0008435545490000013562DBA30A");
const ByteVector kPlacementStart = from_hex(
    "FC3034000000000000FFFFF00506FE72BD0050001E021C435545494800008E7FCF0001A599B00808000000002CA0A18A3402009AC9D17E");
const ByteVector kTwoSegmentations = from_hex(
    "FC3048000000000000FFFFF00506FE7A4D88B60032021743554549480000187F9F0808000000002CCBC344110000021743554549480000197F"
    "9F"
    "0808000000002CA4DBA01000009972E343");

// The section with a CRC that is right for what it holds now.
ByteVector sealed(ByteVector section) {
  section.resize(section.size() - 4);
  const std::uint32_t crc = mpeg_crc32(section);
  for (int shift = 24; shift >= 0; shift -= 8) section.push_back(static_cast<std::uint8_t>(crc >> shift));
  return section;
}

TEST(SpliceInfo, ReadsSpliceInsert) {
  ASSERT_EQ(mpeg_crc32(kSpliceInsert), 0u);
  const auto points = parse_splice_info(kSpliceInsert);
  ASSERT_TRUE(points.ok()) << points.error().message;
  ASSERT_EQ(points->size(), 1u);
  EXPECT_EQ(points->front().kind, Kind::kOut);
  EXPECT_EQ(points->front().event_id, 0x4800008Fu);
  EXPECT_EQ(points->front().pts, 0x07369C02Eu);
  EXPECT_EQ(points->front().duration, 0x00052CCF5u);
  EXPECT_TRUE(points->front().auto_return);
  EXPECT_EQ(points->front().segmentation_type, 0);
}

TEST(SpliceInfo, ReadsTimeSignalWithItsSegmentationDescriptors) {
  const auto start = parse_splice_info(kPlacementStart);
  ASSERT_TRUE(start.ok() && start->size() == 1);
  EXPECT_EQ(start->front(), (SplicePoint{Kind::kOut, 0x4800008Eu, 0x072BD0050u, 0x001A599B0u, false, 0x34}));

  const auto two = parse_splice_info(kTwoSegmentations);
  ASSERT_TRUE(two.ok());
  ASSERT_EQ(two->size(), 2u);
  EXPECT_EQ(two->front().segmentation_type, 0x11);  // programme end
  EXPECT_EQ(two->front().kind, Kind::kOther);
  EXPECT_EQ(two->back().segmentation_type, 0x10);  // programme start
}

TEST(SpliceInfo, AppliesThePtsAdjustmentModulo33Bits) {
  auto section = kSpliceInsert;
  section[4] |= 0x01;  // adjustment 2^33 - 1
  section[5] = section[6] = section[7] = section[8] = 0xFF;
  const auto points = parse_splice_info(sealed(section));
  ASSERT_TRUE(points.ok());
  EXPECT_EQ(points->front().pts, 0x07369C02Du);
}

TEST(SpliceInfo, GivesNoPointForSpliceNull) {
  const auto points = parse_splice_info(from_hex("FC301100000000000000FFFFFF0000004F253396"));
  ASSERT_TRUE(points.ok()) << points.error().message;
  EXPECT_TRUE(points->empty());
}

TEST(SpliceInfo, RefusesEncryptedSections) {
  auto section = kSpliceInsert;
  section[4] |= 0x80;
  const auto points = parse_splice_info(sealed(section));
  ASSERT_FALSE(points.ok());
  EXPECT_EQ(points.error().code, ErrorCode::kUnsupported);
}

TEST(SpliceInfo, EveryCutShortSectionIsAnErrorOrHoldsNothing) {
  for (const ByteVector& whole : {kSpliceInsert, kPlacementStart, kTwoSegmentations}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto points = parse_splice_info(std::span(whole).first(size));
      if (points.ok()) {
        EXPECT_LE(points->size(), 2u);
      }
    }
  }
}

struct Cues {
  SpliceCues cues;
  TimeUnwrap clock;
  std::size_t count(const ByteVector& section, std::optional<media::MediaTime> now = media::MediaTime{90'000}) {
    auto taken = cues.take(section, [this](std::uint64_t stamp) { return clock.unwrap(stamp); }, now);
    return taken.ok() ? taken->size() : 99;
  }
};

TEST(SpliceCues, TellsEachEventOnceAlthoughItIsRepeated) {
  Cues cues;
  EXPECT_EQ(cues.count(kSpliceInsert), 1u);
  EXPECT_EQ(cues.count(kSpliceInsert), 0u);
  EXPECT_EQ(cues.count(kPlacementStart), 1u);
  EXPECT_EQ(cues.count(kTwoSegmentations), 2u);
  EXPECT_EQ(cues.count(kTwoSegmentations), 0u);
}

TEST(SpliceCues, TakesTheClockForImmediateEvents) {
  auto section = kSpliceInsert;
  section[19] |= 0x10;  // splice_immediate_flag; no splice_time then
  section.erase(section.begin() + 20, section.begin() + 25);
  section[2] = static_cast<std::uint8_t>(section[2] - 5);
  section[12] = static_cast<std::uint8_t>(section[12] - 5);
  section = sealed(section);
  SpliceCues cues;
  const auto unwrap = [](std::uint64_t stamp) { return media::MediaTime{static_cast<std::int64_t>(stamp)}; };
  const auto first = cues.take(section, unwrap, media::MediaTime{1'000});
  ASSERT_TRUE(first.ok() && first->size() == 1);
  EXPECT_TRUE(first->front().immediate);
  EXPECT_EQ(first->front().pts, media::MediaTime{1'000});
  EXPECT_EQ(first->front().duration, media::MediaTime{0x52CCF5});
  EXPECT_EQ(first->front().section.size(), section.size());
  const auto again = cues.take(section, unwrap, media::MediaTime{90'000});
  EXPECT_TRUE(again.ok() && again->empty());
  const auto later = cues.take(section, unwrap, media::MediaTime{90'000 * 60});
  EXPECT_TRUE(later.ok() && later->size() == 1);
}

}  // namespace
}  // namespace grandstand::ingest
