// SPDX-License-Identifier: MIT
// What a feed may be, and what is said about one that is wrong or silent.
#include "feed_address.hpp"
#include "feed_watch.hpp"

#include <grandstand/ingest/source.hpp>

#include <gmock/gmock.h>

namespace grandstand::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

TEST(Feed, TakesTheUrlsThatTheSettingsPromise) {
  for (const char* url :
       {"udp://239.1.1.1:5000", "rtp://239.1.1.1:5000", "udp://@239.1.1.1:5000", "udp://10.0.0.1@232.1.1.1:5000",
        "udp://[ff15::1]:5000", "udp://[fd00::1]@[ff35::1]:5000", "udp://0.0.0.0:5000", "udp://127.0.0.1:5000",
        "file:/media/a.mp4", "/media/a.mp4", "file:///media/list.m3u", "http://h/x.m3u8", "https://h/x.m3u8",
        "rtsp://user:secret@h/1", "srt://h:9000?mode=caller"}) {
    FeedSettings feed;
    feed.url = url;
    const Status status = validate(feed);
    EXPECT_TRUE(status.ok()) << url << ": " << (status ? "" : status.error().message);
  }
}

TEST(Feed, SaysWhatIsWrongWithAUrl) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "url is missing"},
      {"ftp://h/x", "its scheme is not known"},
      {"udp://239.1.1.1", "the port is missing"},
      {"udp://239.1.1.1:0", "is not a number from 1 to 65535"},
      {"udp://239.1.1.1:70000", "is not a number from 1 to 65535"},
      {"udp://some.host:5000", "is not an IP address"},
      {"udp://10.0.0.1@10.0.0.2:5000", "a source is for multicast groups only"},
      {"udp://fd00::1@232.1.1.1:5000", "different IP versions"},
      {"udp://239.1.1.1:5000?ttl=3", "a path or options are not understood"},
      {"rtmp://elsewhere/live/x", "expected rtmp://publish"},
      {"rtmp://publish", "stream_key is missing"},
      {"file:relative.mp4", "absolute path"},
      {"http:///x.m3u8", "the host is missing"},
      {"http://127.0.0.1:99999/x", "the port is not a number from 1 to 65535"},
      {"rtsp://127.0.0.1:abc/1", "the port is not a number from 1 to 65535"},
      {"https://ho st/x", "the host has characters that no host can have"},
      {"srt://127.0.0.1", "the port is missing"},
      {"srt://127.0.0.1?mode=listener", "the port is missing"},
  };
  for (const auto& [url, text] : cases) {
    FeedSettings feed;
    feed.url = url;
    const Status status = validate(feed);
    ASSERT_FALSE(status.ok()) << url;
    EXPECT_THAT(status.error().message, HasSubstr(text)) << url;
  }
}

TEST(Feed, SaysWhichOptionDoesNotBelongToTheScheme) {
  FeedSettings feed;
  feed.url = "http://h/x.m3u8";
  feed.interface = "eth0";
  EXPECT_THAT(validate(feed).error().message, HasSubstr("interface is for udp:// and rtp:// only"));
  feed = {};
  feed.url = "udp://239.1.1.1:5000";
  feed.stream_key = "k";
  EXPECT_THAT(validate(feed).error().message, HasSubstr("stream_key is for rtmp://publish only"));
  feed = {};
  feed.url = "udp://239.1.1.1:5000";
  feed.silence_timeout = milliseconds(10);
  EXPECT_THAT(validate(feed).error().message, HasSubstr("silence_timeout"));
  feed = {};
  feed.url = "udp://239.1.1.1:5000";
  feed.program = 0;
  EXPECT_THAT(validate(feed).error().message, HasSubstr("program"));
}

TEST(Feed, AStreamKeyThatNobodyNeedsIsAFault) {
  FeedSettings feed;
  feed.url = "rtmp://publish";
  feed.stream_key = "k";
  EXPECT_TRUE(validate(feed).ok());
  feed.open = true;
  EXPECT_THAT(validate(feed).error().message, HasSubstr("open stands beside stream_key"));
  feed.stream_key.clear();
  EXPECT_TRUE(validate(feed).ok());
}

TEST(Feed, SaysWhatThisMachineDoesNotHave) {
  const auto missing = [](const std::string& url, const std::string& interface = "") {
    FeedSettings feed;
    feed.url = url;
    feed.interface = interface;
    EXPECT_TRUE(validate(feed).ok());
    const Status status = check_here(feed);
    return status ? "" : status.error().message;
  };
  EXPECT_THAT(missing("file:/nowhere/film.mp4"), HasSubstr("\"/nowhere/film.mp4\": there is no such file"));
  EXPECT_THAT(missing("udp://239.1.1.1:5000", "eth77"), HasSubstr("interface \"eth77\""));
  EXPECT_THAT(missing("udp://239.1.1.1:5000", "192.0.2.1"), HasSubstr("no interface of this machine"));
  EXPECT_THAT(missing("udp://192.0.2.1:5000"), HasSubstr("\"192.0.2.1:5000\": this machine does not have"));
  for (const char* url : {"udp://239.1.1.1:5000", "udp://0.0.0.0:5000", "rtp://127.0.0.1:5000", "http://h/x.m3u8",
                          "file:/proc/self/status"}) {
    EXPECT_EQ(missing(url), "") << url;
  }
  EXPECT_EQ(missing("udp://239.1.1.1:5000", "lo"), "");
}

TEST(Feed, NeverShowsTheSecretsOfAUrl) {
  for (const char* url :
       {"rtsp://user:secret@h/1", "rtsp://user:secret@/1", "ftp://user:secret@h/1", "rtmp://h/live/secret",
        "rtmp://user:secret@h/live", "rtmp://h?key=secret", "udp://user:secret@239.1.1.1:5000",
        "udp://239.1.1.1:x?key=secret", "rtp://239.1.1.1:5000/?token=secret", "file:x?token=secret",
        "http://:80/?token=secret", "srt://h?passphrase=secret"}) {
    FeedSettings feed;
    feed.url = url;
    feed.interface = feed.url.starts_with("rtsp://") ? "eth0" : "";
    const Status status = validate(feed);
    ASSERT_FALSE(status.ok()) << url;
    EXPECT_THAT(status.error().message, testing::Not(HasSubstr("secret"))) << url;
  }
}

constexpr SteadyTime kNow{seconds(1'000)};

TEST(FeedWatch, IsDownAfterSilenceAndRunsAgainWithTheFirstSample) {
  FeedWatch watch(seconds(3), kNow);
  const auto trouble = [] { return std::string(); };
  EXPECT_FALSE(watch.tick(kNow + milliseconds(2'999), trouble));
  auto change = watch.tick(kNow + seconds(3), trouble);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->state, SourceState::kDown);
  EXPECT_EQ(change->reason, "no datagram for 3 s");
  EXPECT_FALSE(watch.tick(kNow + seconds(4), trouble));

  change = watch.on_sample(kNow + seconds(5));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->state, SourceState::kRunning);
  EXPECT_FALSE(watch.on_sample(kNow + seconds(6)));
  EXPECT_FALSE(watch.tick(kNow + seconds(8), trouble));
  EXPECT_TRUE(watch.tick(kNow + seconds(9), trouble));
}

TEST(FeedWatch, SaysWhatTheDemuxerKnowsWhenDatagramsArriveInVain) {
  FeedWatch watch(seconds(3), kNow);
  for (int i = 0; i < 40; ++i) watch.on_datagram(kNow + milliseconds(100 * i));
  std::string known = "datagrams arrive but no PAT";
  const auto trouble = [&known] { return known; };
  auto change = watch.tick(kNow + seconds(4), trouble);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->reason, "datagrams arrive but no PAT");
  known = "scrambled";
  change = watch.tick(kNow + seconds(5), trouble);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->reason, "scrambled");
}

TEST(FeedWatch, DoesNotBlameASenderThatHasJustComeOrComeBack) {
  FeedWatch watch(seconds(3), kNow);
  const auto trouble = [] { return std::string("datagrams arrive but no PAT"); };
  watch.on_datagram(kNow + milliseconds(2'900));
  EXPECT_FALSE(watch.tick(kNow + seconds(3), trouble));
  auto change = watch.tick(kNow + milliseconds(5'900), trouble);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->reason, "no datagram for 3 s");

  watch.on_datagram(kNow + seconds(20));
  EXPECT_FALSE(watch.tick(kNow + milliseconds(20'100), trouble));
  for (int i = 1; i <= 30; ++i) watch.on_datagram(kNow + seconds(20) + milliseconds(100 * i));
  change = watch.tick(kNow + seconds(23), trouble);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->reason, "datagrams arrive but no PAT");
}

TEST(FeedWatch, GivesANewConnectionTheTimeOfASilence) {
  FeedWatch watch(seconds(3), kNow);
  const auto trouble = [] { return std::string(); };
  EXPECT_TRUE(watch.on_failure("refused"));
  watch.on_connection(kNow + seconds(10));
  EXPECT_FALSE(watch.tick(kNow + milliseconds(12'900), trouble));
  const auto change = watch.tick(kNow + seconds(13), trouble);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->reason, "no datagram for 3 s");
}

}  // namespace
}  // namespace grandstand::ingest
