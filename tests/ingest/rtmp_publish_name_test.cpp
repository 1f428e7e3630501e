// SPDX-License-Identifier: MIT
#include "rtmp_publish_name.hpp"

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

TEST(RtmpPublishName, KnowsTheDialectsOfEncoders) {
  struct Case {
    const char* app;
    const char* tc_url;
    const char* name;
    const char* channel;
    const char* key;
  };
  const Case cases[] = {
      {"live", "rtmp://h/live", "news?key=s3cret", "news", "s3cret"},
      {"live/", "rtmp://h/live/", "/news?x=1&key=a%2Bb", "news", "a+b"},
      {"live?key=k", "rtmp://h/live?key=k", "news", "news", "k"},
      {"live", "rtmp://h/live?key=k", "news", "news", "k"},
      {"live", "rtmp://h/live", "news", "news", ""},
      {"live/news", "rtmp://h/live/news", "s3cret", "news", "s3cret"},
      {"live/news", "rtmp://h/live/news", "?key=k", "news", "k"},
      {"live/news", "rtmp://h/live/news?key=k", "", "news", "k"},
      {"live/news?key=k", "rtmp://h/live/news?key=k", "", "news", "k"},
      {"live", "", "news?key=100%sure", "news", "100%sure"},
  };
  for (const Case& one : cases) {
    const auto parsed = parse_publish_name(one.app, one.tc_url, one.name);
    ASSERT_TRUE(parsed) << one.app << " " << one.name;
    EXPECT_EQ(parsed.value().channel, one.channel) << one.app << " " << one.name;
    EXPECT_EQ(parsed.value().key, one.key) << one.app << " " << one.name;
  }
}

TEST(RtmpPublishName, SaysWhatIsExpectedWithoutTheKey) {
  const auto no_channel = parse_publish_name("live", "", "?key=s3cret");
  EXPECT_EQ(no_channel.error().message, "no channel is named; the stream key is <channel>?key=<secret>");
  const auto wrong_app = parse_publish_name("app", "", "s3cret");
  EXPECT_EQ(wrong_app.error().message.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace grandstand::ingest
