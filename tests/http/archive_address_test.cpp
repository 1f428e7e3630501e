// SPDX-License-Identifier: MIT
#include "archive_address.hpp"

#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using dvr::Question;
using dvr::Stretch;
using std::chrono::seconds;

constexpr UtcTime kNow{seconds(1'763'720'000)};

ArchiveRequest parsed(std::string_view place, std::string_view query = "") {
  auto request = parse_archive_address(place, query, kNow);
  if (!request || !*request) {
    ADD_FAILURE() << place << "?" << query;
    return {};
  }
  return **request;
}

std::string refusal(std::string_view place, std::string_view query = "") {
  const auto request = parse_archive_address(place, query, kNow);
  return request && !*request ? request->error().message : "";
}

TEST(ArchiveAddress, ReadsRangesOfAChannelAndOfARendition) {
  const auto channel = parsed("news/archive.m3u8", "start=1763714455&duration=600&container=ts").question;
  EXPECT_EQ(channel.kind, Question::Kind::kMultivariant);
  EXPECT_EQ(channel.channel, "news");
  EXPECT_EQ(channel.container, "ts");
  EXPECT_EQ(channel.stretch.kind, Stretch::Kind::kRange);
  EXPECT_EQ(channel.stretch.duration, seconds(600));
  const auto rendition = parsed("news/fmp4/archive.m3u8", "start=2025-11-21T08:40:55Z").question;
  EXPECT_EQ(rendition.kind, Question::Kind::kMedia);
  EXPECT_EQ(rendition.rendition, "fmp4");
  EXPECT_EQ(rendition.stretch.duration, seconds(0));
  EXPECT_TRUE(parsed("news/fmp4/dvr.m3u8", "_HLS_skip=YES").question.skip);
}

TEST(ArchiveAddress, ReadsFlussonicsNames) {
  const auto range = parsed("news/index-1763714455-3600.m3u8").question.stretch;
  EXPECT_EQ(range.start, UtcTime{seconds(1'763'714'455)});
  EXPECT_EQ(range.duration, seconds(3'600));
  EXPECT_EQ(parsed("news/index-1763714455-now.m3u8").question.stretch.duration, seconds(0));
  EXPECT_EQ(parsed("news/archive-1763714455-60.m3u8").question.stretch.duration, seconds(60));
  EXPECT_TRUE(parsed("news/archive-1763714455-60.ts").continuous);
  EXPECT_EQ(parsed("news/timeshift_abs-1763714455.m3u8").question.stretch.start, UtcTime{seconds(1'763'714'455)});
  EXPECT_EQ(parsed("news/timeshift_rel-300.m3u8").question.stretch.delay, seconds(300));
  EXPECT_EQ(parsed("news/timeshift_rel-300.ts").question.stretch.start, kNow - seconds(300));
  EXPECT_TRUE(is_flussonic_path("/news/timeshift_rel-300.m3u8"));
  EXPECT_FALSE(is_flussonic_path("/assets/index-4f2a.js"));
  EXPECT_FALSE(is_flussonic_path("/index-1-2.m3u8"));
}

TEST(ArchiveAddress, ReadsTheShiftOfTheLiveAddress) {
  const auto question = parsed("news/index.m3u8", "utc=1763714455&lutc=1763720000").question;
  EXPECT_EQ(question.stretch.kind, Stretch::Kind::kRange);
  EXPECT_EQ(question.stretch.start, UtcTime{seconds(1'763'714'455)});
  EXPECT_FALSE(parse_archive_address("news/index.m3u8", "autc=1", kNow));
  const auto ts = parsed("news/index-ts.m3u8", "lutc=1763720000&utc=1763714455&duration=90").question;
  EXPECT_EQ(ts.container, "ts");
  EXPECT_EQ(ts.stretch.duration, seconds(90));
  EXPECT_TRUE(parsed("news/stream.ts", "utc=1763714455").continuous);
  EXPECT_FALSE(parse_archive_address("news/stream.ts", "", kNow));
}

TEST(ArchiveAddress, SaysWhatWasExpected) {
  EXPECT_EQ(refusal("news/archive.m3u8"), "start: expected a time such as 2026-11-21T08:40:55Z, or seconds since 1970");
  EXPECT_EQ(refusal("news/archive.m3u8", "start=1763714455&duration=0"), "duration: expected 1 to 86400 seconds");
  EXPECT_EQ(refusal("news/archive.m3u8", "start=1763714455&duration=1e9"), "duration: expected 1 to 86400 seconds");
  EXPECT_EQ(refusal("news/dvr.m3u8", "container=mp4"), "container: expected ts or fmp4");
  EXPECT_EQ(refusal("news/index.m3u8", "utc=soon"), "utc: expected seconds since 1970");
  EXPECT_EQ(refusal("news/timeshift_rel-99999999.m3u8"), "timeshift_rel: expected 1 to 86400 seconds");
  EXPECT_NE(refusal("news/index-1763714455.m3u8"), "");
  EXPECT_NE(refusal("news/archive.m3u8", "start=%zz"), "");
}

TEST(ArchiveAddress, LeavesOtherAddressesAlone) {
  for (const auto* place : {"news/index.m3u8", "news/fmp4/media.m3u8", "news/fmp4/k3-1763714455.m4s", "archive.m3u8",
                            "news/a/b/archive.m3u8", "news/fmp4/index-1-2.m3u8", "news/index-ts.m3u8", ""}) {
    EXPECT_FALSE(parse_archive_address(place, "", kNow)) << place;
  }
}

}  // namespace
}  // namespace grandstand::http
