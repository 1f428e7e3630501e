// SPDX-License-Identifier: MIT
#include <grandstand/hls/directives.hpp>

#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

TEST(Directives, ReadsWhatAPlayerAsks) {
  const auto asked = parse_directives("token=x&_HLS_msn=1763712055&_HLS_part=3&_HLS_skip=YES");
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->sequence, 1'763'712'055u);
  EXPECT_EQ(asked->part, 3u);
  EXPECT_EQ(asked->skip, Directives::Skip::kSegments);
  EXPECT_EQ(parse_directives("_HLS_skip=v2")->skip, Directives::Skip::kSegmentsAndDateRanges);
  EXPECT_FALSE(parse_directives("")->blocking());
  EXPECT_FALSE(parse_directives("_hls_msn=x&msn=1")->blocking()) << "other parameters are not ours";
}

TEST(Directives, RefusesWhatMakesNoSense) {
  for (const auto* const query :
       {"_HLS_msn=", "_HLS_msn", "_HLS_msn=-1", "_HLS_msn=1x", "_HLS_msn=0x10", "_HLS_msn=1.5", "_HLS_msn=+1",
        "_HLS_msn=99999999999999999999999", "_HLS_msn=1&_HLS_msn=1", "_HLS_msn=1&_HLS_part=1&_HLS_part=2",
        "_HLS_part=1", "_HLS_msn=1&_HLS_part=", "_HLS_skip=NO", "_HLS_skip=yes", "_HLS_skip=YES&_HLS_skip=YES"}) {
    const auto refused = parse_directives(query);
    ASSERT_FALSE(refused) << query;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument) << query;
  }
}

}  // namespace
}  // namespace grandstand::hls
