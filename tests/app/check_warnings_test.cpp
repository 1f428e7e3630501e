// SPDX-License-Identifier: MIT
#include "check_warnings.hpp"

#include <grandstand/config/load.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> warnings_of(const std::string& channel) {
  const auto loaded = config::parse_lineup("channels:\n  - {id: news, " + channel + "}\n", "/srv/channels.yaml");
  const auto* const lineup = std::get_if<channels::Lineup>(&loaded);
  if (lineup == nullptr) return {"a fault: " + std::get<std::vector<config::Fault>>(loaded).front().message};
  return check_warnings({}, *lineup);
}

TEST(CheckWarnings, WhatThisMachineDoesNotHaveForAFeedIsWarnedOf) {
  EXPECT_THAT(warnings_of("sources: [{url: \"udp://239.1.1.1:5000\", interface: eth77}, \"file:film.mp4\", "
                          "\"udp://239.1.1.2:5000\"]"),
              ElementsAre("news: interface \"eth77\": this machine has none of that name.",
                          "news: \"/srv/film.mp4\": there is no such file."));
}

TEST(CheckWarnings, AnEncoderThatNoLibavcodecKnowsIsWarnedOf) {
  const std::string ladder =
      "feed: \"udp://239.1.1.1:5000\", ladder: [{height: 72, bitrate: 80k}], preset: ultrafast, encoders: ";
  EXPECT_THAT(warnings_of(ladder + "[h264_bogus]"), ElementsAre(HasSubstr("has none of the encoders h264_bogus")));
  EXPECT_THAT(warnings_of(ladder + "[h264_bogus, libx264]"), ElementsAre());
}

TEST(CheckWarnings, CountriesWithoutADatabaseAreWarnedOf) {
  EXPECT_THAT(warnings_of("feed: \"udp://239.1.1.1:5000\", access: {countries: [DE]}"),
              ElementsAre(HasSubstr("nobody can watch it")));
}

}  // namespace
}  // namespace grandstand::app
