// SPDX-License-Identifier: MIT
#include "channel.hpp"

#include "manual_clock.hpp"
#include "slate_source.hpp"

#include <grandstand/media/ffmpeg_log.hpp>

#include <functional>
#include <map>
#include <sstream>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;

// A feed of coded pictures and sound that comes and goes as the test says.
class TestFeed {
 public:
  explicit TestFeed(int width, std::vector<std::string> languages = {})
      : media_(*media::encode_slate({.width = width, .height = 180})) {
    for (auto& language : languages) {
      media::Track sound;
      sound.codec = media::Codec::kAac;
      sound.language = std::move(language);
      sounds_.tracks.push_back(std::move(sound));
    }
  }

  class Opened final : public ingest::Source {
   public:
    Opened(TestFeed& feed, ingest::SourceContext context) : feed_(feed), context_(context) {
      feed_.opened_.push_back(this);
    }
    ~Opened() override { std::erase(feed_.opened_, this); }
    void start() override {}
    void stop() override {}
    void tick(SteadyTime now) {
      if (!feed_.on) {
        if (player_) context_.observer.on_source_state(ingest::SourceState::kDown, "it is switched off");
        player_.reset();
        return;
      }
      if (feed_.away) {
        if (player_) context_.sink.on_discontinuity("the publisher left");
        player_.reset();
        return;
      }
      if (!player_) {
        context_.observer.on_source_state(ingest::SourceState::kRunning, {});
        player_ = std::make_unique<SlatePlayer>(feed_.media_, feed_.sounds_, context_.sink, now);
      }
      player_->tick(now);
    }
    void cue(media::SpliceCue cue) { context_.sink.on_splice_cue(std::move(cue)); }

   private:
    TestFeed& feed_;
    ingest::SourceContext context_;
    std::unique_ptr<SlatePlayer> player_;
  };

  bool on = true;
  bool away = false;  // as a publisher within its grace: nothing is said of it
  std::size_t opened() const { return opened_.size(); }
  void tick(SteadyTime now) {
    for (auto* const source : opened_) source->tick(now);
  }
  // In the time of the feed, which begins with 0 each time it is switched on.
  void cue(const media::SpliceCue& cue) {
    for (auto* const source : opened_) source->cue(cue);
  }

 private:
  std::shared_ptr<const media::Slate> media_;
  media::TrackSet sounds_;
  std::vector<Opened*> opened_;
};

// What a media playlist says, for comparison with the next one.
struct Playlist {
  std::uint64_t sequence = 0, discontinuity_sequence = 0;
  struct Segment {
    std::string uri;
    bool discontinuity = false;
    std::string map, date;
  };
  std::vector<Segment> segments;

  static Playlist parse(const std::string& text) {
    Playlist playlist;
    std::istringstream lines(text);
    Segment next;
    std::string map;
    const auto value = [](const std::string& line) { return line.substr(line.find(':') + 1); };
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("#EXT-X-MEDIA-SEQUENCE:")) playlist.sequence = std::stoull(value(line));
      if (line.starts_with("#EXT-X-DISCONTINUITY-SEQUENCE:"))
        playlist.discontinuity_sequence = std::stoull(value(line));
      if (line == "#EXT-X-DISCONTINUITY") next.discontinuity = true;
      if (line.starts_with("#EXT-X-MAP:")) map = value(line);
      if (line.starts_with("#EXT-X-PROGRAM-DATE-TIME:")) next.date = value(line);
      if (line.empty() || line.starts_with("#")) continue;
      next.uri = line;
      next.map = map;
      playlist.segments.push_back(std::exchange(next, {}));
    }
    return playlist;
  }
};

// One channel whose time is the test's.
class ChannelTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { media::silence_ffmpeg(); }
  ~ChannelTest() override {
    if (channel_) channel_->stop();
  }

  ChannelSettings settings(std::vector<std::string> names) {
    ChannelSettings settings;
    settings.id = ChannelId("news");
    for (auto& name : names) settings.sources.emplace_back().url = "file:/" + name;
    settings.failover.slate = "/slate";
    return settings;
  }

  void begin(ChannelSettings settings) {
    hls::Settings hls;
    hls.window = 60s;
    ChannelParts parts{runtime_.loop(0), clock_, metrics_};
    parts.hls = hls;
    parts.slates = &slates_;
    parts.make_source = [this](const ingest::FeedSettings& feed,
                               ingest::SourceContext context) -> Result<std::unique_ptr<ingest::Source>> {
      return std::unique_ptr<ingest::Source>(std::make_unique<TestFeed::Opened>(feeds_.at(feed.url), context));
    };
    channel_ = std::make_unique<Channel>(std::move(settings), std::move(parts));
    channel_->start();
  }

  TestFeed& feed(const std::string& name) { return feeds_.at("file:/" + name); }

  void run(milliseconds time) {
    for (milliseconds t = 0ms; t < time; t += 40ms) {
      for (auto& [url, feed] : feeds_) feed.tick(clock_.steady());
      if (++steps_ % 5 == 0) {
        channel_->tick();
        watch();
      }
      clock_.advance(40ms);
    }
  }

  // Lets the loop work, on which the built-in slate plays, until `done`.
  bool eventually(const std::function<bool()>& done) {
    for (const auto deadline = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < deadline;) {
      runtime_.loop(0).context().run_one_for(100ms);
      channel_->tick();
      if (done()) return true;
    }
    return false;
  }

  // That each playlist follows from the one before.
  void watch() {
    const auto resource = channel_->packager()->snapshot()->find("fmp4/media.m3u8");
    if (!resource) return;
    const auto text = std::string(resource->body.view());
    auto now = Playlist::parse(text);
    ASSERT_FALSE(now.segments.empty());
    if (!seen_.segments.empty()) {
      ASSERT_GE(now.sequence, seen_.sequence);
      ASSERT_GE(now.sequence + now.segments.size(), seen_.sequence + seen_.segments.size()) << "it never loses its end";
      auto discontinuity_sequence = seen_.discontinuity_sequence;
      for (std::size_t i = 0; i < seen_.segments.size(); ++i) {
        if (seen_.sequence + i < now.sequence) {
          discontinuity_sequence += seen_.segments[i].discontinuity ? 1 : 0;
          continue;
        }
        const auto& same = now.segments.at(seen_.sequence + i - now.sequence);
        ASSERT_EQ(same.uri, seen_.segments[i].uri);
        ASSERT_EQ(same.discontinuity, seen_.segments[i].discontinuity);
        ASSERT_EQ(same.date, seen_.segments[i].date);
      }
      ASSERT_EQ(now.discontinuity_sequence, discontinuity_sequence) << text;
    }
    std::string date;
    for (std::size_t i = 0; i < now.segments.size(); ++i) {
      if (!now.segments[i].date.empty()) {
        ASSERT_GT(now.segments[i].date, date) << text;
        date = now.segments[i].date;
      }
      // Another EXT-X-MAP comes with a discontinuity only.
      if (i > 0 && now.segments[i].map != now.segments[i - 1].map) {
        ASSERT_TRUE(now.segments[i].discontinuity);
      }
    }
    if (now.sequence + now.segments.size() > seen_.sequence + seen_.segments.size()) grew_ = clock_.steady();
    longest_pause_ = std::max(longest_pause_, clock_.steady() - grew_.value_or(clock_.steady()));
    seen_ = std::move(now);
  }

  std::size_t discontinuities() const {
    return static_cast<std::size_t>(std::count_if(seen_.segments.begin(), seen_.segments.end(),
                                                  [](const Playlist::Segment& s) { return s.discontinuity; }));
  }
  std::optional<std::size_t> on_air() const {
    const auto status = channel_->status();
    for (std::size_t i = 0; i < status->sources.size(); ++i) {
      if (status->sources[i].on_air) return i;
    }
    return std::nullopt;
  }

  ManualClock clock_;
  ops::Metrics metrics_;
  aio::Runtime runtime_{1};  // not running: the test ticks
  SlateLibrary slates_{runtime_.loop(0), metrics_};
  std::map<std::string, TestFeed> feeds_{
      {"file:/a", TestFeed(320)}, {"file:/b", TestFeed(400)}, {"file:/slate", TestFeed(240)}};
  std::unique_ptr<Channel> channel_;
  Playlist seen_;
  std::optional<SteadyTime> grew_;
  SteadyTime::duration longest_pause_{0};
  int steps_ = 0;
};

TEST_F(ChannelTest, FromASourceToAnotherToTheSlateAndBackIsOnePlaylist) {
  begin(settings({"a", "b"}));
  run(8s);
  ASSERT_EQ(channel_->status()->state, ChannelState::kLive);
  EXPECT_THAT(on_air(), Optional(0));
  feed("a").on = false;
  run(8s);
  ASSERT_EQ(channel_->status()->state, ChannelState::kLive);
  EXPECT_THAT(on_air(), Optional(1));
  feed("b").on = false;
  run(8s);
  ASSERT_EQ(channel_->status()->state, ChannelState::kSlate);
  EXPECT_THAT(channel_->status()->reason, HasSubstr("source 1: it is switched off; source 2: it is switched off"));
  feed("a").on = true;
  run(8s);
  ASSERT_EQ(channel_->status()->state, ChannelState::kLive);
  EXPECT_THAT(on_air(), Optional(0));
  EXPECT_EQ(channel_->status()->switches, 3u);
  EXPECT_EQ(discontinuities(), 3u);
  EXPECT_LE(longest_pause_, 6s);
}

TEST_F(ChannelTest, WhoListensToASoundThatTheSlateLacksKeepsTheirPlaylist) {
  feeds_.insert_or_assign("file:/a", TestFeed(320, {"eng", "fra"}));
  feeds_.insert_or_assign("file:/slate", TestFeed(240, {"eng"}));
  begin(settings({"a"}));
  run(8s);
  const auto ends = [&](const std::string& rendition) {
    const auto resource = channel_->packager()->snapshot()->find(rendition + "/media.m3u8");
    if (!resource) return std::pair<std::uint64_t, bool>();
    const std::string text(resource->body.view());
    const auto playlist = Playlist::parse(text);
    const bool gap = text.rfind("#EXT-X-GAP") != std::string::npos &&
                     text.rfind("#EXT-X-GAP") > text.rfind("#EXT-X-PROGRAM-DATE-TIME", text.rfind("#EXTINF"));
    return std::pair(playlist.sequence + playlist.segments.size(), gap);
  };
  for (const bool on : {true, false, true}) {
    feed("a").on = on;
    run(16s);
    ASSERT_EQ(channel_->status()->state, on ? ChannelState::kLive : ChannelState::kSlate);
    EXPECT_EQ(ends("audio-eng"), ends("fmp4"));
    EXPECT_EQ(ends("audio-fra"), std::pair(ends("fmp4").first, !on));
    const auto index = channel_->packager()->snapshot()->find("index.m3u8");
    EXPECT_EQ(index->body.view().find("audio-fra") != std::string::npos, on);
  }
}

TEST_F(ChannelTest, TheOldSourceGoesOnUntilTheNewOnesKeyFrame) {
  begin(settings({"a", "b"}));
  run(8s);
  const auto before = seen_.sequence + seen_.segments.size();
  grew_.reset();
  longest_pause_ = {};
  channel_->select_source(1);
  run(8s);
  EXPECT_THAT(on_air(), Optional(1));
  EXPECT_TRUE(channel_->status()->sources[1].chosen);
  EXPECT_FALSE(channel_->status()->sources[0].chosen);
  EXPECT_EQ(discontinuities(), 1u);
  EXPECT_GE(seen_.sequence + seen_.segments.size(), before + 3);
  EXPECT_LE(longest_pause_, 2200ms) << "nothing is lost";
}

TEST_F(ChannelTest, TheSlateComesWhenNoSourceEverCame) {
  feed("a").on = false;
  begin(settings({"a"}));
  run(2s);
  EXPECT_EQ(channel_->status()->state, ChannelState::kStarting);
  run(8s);
  EXPECT_EQ(channel_->status()->state, ChannelState::kSlate);
  EXPECT_THAT(channel_->status()->reason, HasSubstr("nothing arrived"));
  feed("a").on = true;
  run(8s);
  EXPECT_EQ(channel_->status()->state, ChannelState::kLive);
  EXPECT_EQ(discontinuities(), 1u);
}

TEST_F(ChannelTest, ARadioChannelBeginsWithASlateWithoutPictures) {
  feed("a").on = false;
  auto radio = settings({"a"});
  radio.failover.slate = "builtin";
  radio.radio = true;
  radio.thumbnails.enabled = true;
  begin(std::move(radio));
  run(10s);
  const auto index = [&] { return channel_->packager()->snapshot()->find("index.m3u8"); };
  ASSERT_TRUE(eventually([&] {
    run(200ms);
    return channel_->status()->state == ChannelState::kSlate && index() != nullptr;
  }));
  EXPECT_THAT(std::string(index()->body.view()), AllOf(HasSubstr("mp4a.40.2"), Not(HasSubstr("avc1"))));
  EXPECT_EQ(channel_->side()->find("thumbnail.jpg"), nullptr);
}

TEST_F(ChannelTest, TheBuiltInSlateTakesThePlaceOfAFileThatDoesNotPlay) {
  begin(settings({"a"}));
  run(8s);
  feed("slate").on = false;
  feed("a").on = false;
  run(8s);
  EXPECT_EQ(channel_->status()->state, ChannelState::kDown);
  ASSERT_TRUE(eventually([&] { return channel_->status()->state == ChannelState::kSlate; }))
      << channel_->status()->reason;
  const auto playlist = [&] {
    return std::string(channel_->packager()->snapshot()->find("fmp4/media.m3u8")->body.view());
  };
  const auto before = seen_.sequence + seen_.segments.size();
  for (int i = 0; i < 6; ++i) {
    const auto text = playlist();
    run(1s);
    ASSERT_TRUE(eventually([&] { return playlist() != text; }));
  }
  watch();
  EXPECT_GE(seen_.sequence + seen_.segments.size(), before + 2) << "the playlist goes on";
  feed("a").on = true;
  run(8s);
  EXPECT_EQ(channel_->status()->state, ChannelState::kLive);
  feed("slate").on = true;
  feed("a").on = false;
  run(8s);
  EXPECT_EQ(channel_->status()->state, ChannelState::kSlate) << "the file is tried again the next time";
}

TEST_F(ChannelTest, APublisherThatIsBackWithinTheHoldDownIsNotInterrupted) {
  begin(settings({"a"}));
  run(8s);
  feed("a").on = false;
  run(600ms);
  feed("a").on = true;
  run(8s);
  EXPECT_EQ(channel_->status()->state, ChannelState::kLive);
  EXPECT_EQ(channel_->status()->switches, 0u);
}

TEST_F(ChannelTest, APublisherThatIsBackWithinItsGraceWasNeverAway) {
  auto published = settings({"a", "b"});
  published.sources[0].url = "rtmp://publish";
  published.sources[0].reconnect_grace = 20s;
  feeds_.emplace("rtmp://publish", TestFeed(320));
  begin(std::move(published));
  run(8s);
  feeds_.at("rtmp://publish").away = true;
  run(8s);
  feeds_.at("rtmp://publish").away = false;
  run(8s);
  EXPECT_EQ(channel_->status()->state, ChannelState::kLive);
  EXPECT_EQ(channel_->status()->switches, 0u);
  EXPECT_EQ(discontinuities(), 1u);
}

TEST_F(ChannelTest, WithoutASlateThePlaylistKeepsWhatItHasAndSaysSo) {
  auto none = settings({"a"});
  none.failover.slate = "none";
  begin(none);
  run(8s);
  feed("a").on = false;
  run(8s);
  EXPECT_EQ(channel_->status()->state, ChannelState::kDown);
  EXPECT_EQ(channel_->status()->reason, "it is switched off");
  EXPECT_FALSE(seen_.segments.empty());
  feed("a").on = true;
  run(8s);
  EXPECT_EQ(channel_->status()->state, ChannelState::kLive);
}

// The EXT-X-DATERANGE tags of a playlist.
std::vector<std::string> date_ranges(const hls::ChannelSnapshot& snapshot) {
  std::vector<std::string> tags;
  std::istringstream lines(std::string(snapshot.find("fmp4/media.m3u8")->body.view()));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#EXT-X-DATERANGE:")) tags.push_back(line);
  }
  return tags;
}

media::SpliceCue splice(media::SpliceCue::Kind kind, media::MediaTime at) {
  media::SpliceCue cue;
  cue.kind = kind;
  cue.event_id = 7;
  cue.pts = at;
  if (kind == media::SpliceCue::Kind::kOut) cue.duration = 20s;
  cue.section = SharedBytes(std::vector<std::uint8_t>{0xFC, static_cast<std::uint8_t>(kind)});
  return cue;
}

TEST_F(ChannelTest, CuesOfTheSourceOnAirBecomeDateRangesInTheChannelsTime) {
  using Kind = media::SpliceCue::Kind;
  begin(settings({"a", "b"}));
  const auto began = clock_.utc();
  feed("a").cue(splice(Kind::kOut, -1s));  // it is past when its time becomes known
  run(8s);
  feed("b").cue(splice(Kind::kOut, 9s));
  EXPECT_TRUE(date_ranges(*channel_->packager()->snapshot()).empty());
  feed("a").cue(splice(Kind::kOut, 10s));
  const auto out = date_ranges(*channel_->packager()->snapshot());
  ASSERT_EQ(out.size(), 1u);
  EXPECT_THAT(out[0], HasSubstr("START-DATE=\"" + to_rfc3339(began + 10s) + "\",PLANNED-DURATION=20.000"));
  EXPECT_THAT(out[0], HasSubstr("SCTE35-OUT=0xFC00"));
  run(4s);
  feed("a").cue(splice(Kind::kIn, 14s));
  const auto in = date_ranges(*channel_->packager()->snapshot());
  ASSERT_EQ(in.size(), 2u);
  EXPECT_EQ(in[0], out[0]);
  EXPECT_EQ(in[1].substr(0, in[1].find(",START-DATE")), out[0].substr(0, out[0].find(",START-DATE"))) << "the same ID";
  EXPECT_THAT(in[1], HasSubstr("DURATION=4.000,SCTE35-IN=0xFC01"));
}

TEST_F(ChannelTest, ABreakThatASourceToldOfBeforeItWasOnAirIsThereOnceItIs) {
  using Kind = media::SpliceCue::Kind;
  begin(settings({"a", "b"}));
  run(8s);
  feed("b").cue(splice(Kind::kIn, 2s));  // past by then
  feed("b").cue(splice(Kind::kOut, 25s));
  run(1s);
  ASSERT_TRUE(date_ranges(*channel_->packager()->snapshot()).empty());
  feed("a").on = false;
  run(8s);
  ASSERT_THAT(on_air(), Optional(1));
  const auto ranges = date_ranges(*channel_->packager()->snapshot());
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_THAT(ranges[0], HasSubstr("SCTE35-OUT=0xFC00"));
}

TEST_F(ChannelTest, ABreakThatBeganOnOneSourceEndsOnTheOther) {
  using Kind = media::SpliceCue::Kind;
  begin(settings({"a", "b"}));
  run(8s);
  feed("a").cue(splice(Kind::kOut, 9s));
  run(2s);
  feed("a").on = false;
  run(6s);
  ASSERT_THAT(on_air(), Optional(1));
  feed("b").cue(splice(Kind::kOut, 9s));  // it tells of the same event
  feed("b").cue(splice(Kind::kIn, 17s));
  feed("b").cue(splice(Kind::kIn, 17s));
  const auto ranges = date_ranges(*channel_->packager()->snapshot());
  ASSERT_EQ(ranges.size(), 2u);
  EXPECT_EQ(ranges[1].substr(0, ranges[1].find(",START-DATE")), ranges[0].substr(0, ranges[0].find(",START-DATE")));
  EXPECT_THAT(ranges[1], HasSubstr("SCTE35-IN=0xFC01"));
}

TEST_F(ChannelTest, ColdStandbyReceivesOneSource) {
  auto cold = settings({"a", "b"});
  cold.failover.standby = FailoverSettings::Standby::kCold;
  begin(cold);
  run(8s);
  EXPECT_EQ(feed("b").opened(), 0u);
  EXPECT_EQ(channel_->status()->sources[1].state, "standby");
  feed("a").on = false;
  run(8s);
  EXPECT_EQ(channel_->status()->state, ChannelState::kLive);
  EXPECT_THAT(on_air(), Optional(1));
}

TEST_F(ChannelTest, AnotherListOfSourcesKeepsTheOneOnAirAndTheTimeline) {
  begin(settings({"a"}));
  run(8s);
  channel_->reconfigure(settings({"b", "a"}));
  run(4s);
  EXPECT_THAT(on_air(), Optional(1)) << "it goes on, by its new place";
  EXPECT_EQ(discontinuities(), 0u);
  EXPECT_EQ(feed("a").opened(), 1u);
  channel_->reconfigure(settings({"b"}));
  run(8s);
  EXPECT_THAT(on_air(), Optional(0));
  EXPECT_EQ(discontinuities(), 1u);
  EXPECT_EQ(feed("a").opened(), 0u);
}

TEST_F(ChannelTest, TellsTheOperatorOfEachSourceWithoutSecrets) {
  auto secret = settings({"a"});
  feeds_.emplace("srt://user:password@192.0.2.1:9000?passphrase=open", TestFeed(320));
  secret.sources.emplace_back().url = "srt://user:password@192.0.2.1:9000?passphrase=open";
  begin(secret);
  run(8s);
  const auto status = channel_->status();
  ASSERT_EQ(status->sources.size(), 2u);
  EXPECT_EQ(status->sources[0], (SourceStatus{"file:/a", "running", "", 100, true}));
  EXPECT_EQ(status->sources[1].url.find("password"), std::string::npos);
  EXPECT_EQ(status->sources[1].url.find("=open"), std::string::npos);
  EXPECT_THAT(metrics_.render(), HasSubstr("grandstand_channel_source_health{channel=\"news\",source=\"2\"} 100"));
}

}  // namespace
}  // namespace grandstand::channels
