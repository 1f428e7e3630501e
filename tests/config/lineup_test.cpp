// SPDX-License-Identifier: MIT
#include "access_schema.hpp"
#include "faults.hpp"
#include "lineup_schema.hpp"
#include "test_paths.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kManual = GRANDSTAND_SOURCE_DIR "/config/channels.yaml";

std::vector<std::string> faults_in(std::string_view text) {
  return faults_of(parse_lineup(text, "/etc/grandstand/channels.yaml"));
}

channels::Lineup lineup_of(std::string_view text) {
  auto loaded = parse_lineup(text, "/etc/grandstand/channels.yaml");
  EXPECT_THAT(faults_of(loaded), ElementsAre());
  auto* lineup = std::get_if<channels::Lineup>(&loaded);
  return lineup == nullptr ? channels::Lineup{} : *lineup;
}

// The manual as it is after its own advice is followed: `channels: []` deleted, the comment signs of the example taken
// off.
std::string uncommented_manual() {
  std::istringstream lines(content_of(kManual));
  std::string text;
  bool example = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == "channels: []") continue;
    example = example || line == "#channels:";
    text += (example && line.starts_with("#") ? line.substr(1) : line) + "\n";
  }
  return text;
}

TEST(Lineup, TheManualIsTheDefault) {
  EXPECT_TRUE(lineup_of(content_of(kManual)).channels.empty());
}

TEST(Lineup, TheManualNamesEveryKeyWithItsExpectation) {
  const std::string manual = content_of(kManual);
  for (const auto& key : channel_schema()) EXPECT_THAT(manual, HasSubstr("#   " + key.name + " ")) << key.name;
  for (const auto& key : feed_schema()) EXPECT_THAT(manual, HasSubstr("#   " + key.name + " ")) << key.name;
  for (const auto& key : failover_schema()) EXPECT_THAT(manual, HasSubstr("#   " + key.name + " ")) << key.name;
  for (const auto& key : channel_access_schema()) EXPECT_THAT(manual, HasSubstr("#   " + key.name + " ")) << key.name;
  for (const auto& key : dvr_schema()) EXPECT_THAT(manual, HasSubstr("#   " + key.name + " ")) << key.name;
  for (const std::string name : {"number", "program", "silence_timeout"}) {
    for (const auto& key : channel_schema()) {
      if (key.name == name) EXPECT_THAT(manual, HasSubstr(key.expected)) << name;
    }
    for (const auto& key : feed_schema()) {
      if (key.name == name) EXPECT_THAT(manual, HasSubstr(key.expected)) << name;
    }
  }
  EXPECT_THAT(manual, HasSubstr("Default: 3s"));
  EXPECT_EQ(ingest::FeedSettings{}.silence_timeout, 3s);
}

TEST(Lineup, TheExamplesOfTheManualAreRight) {
  const channels::Lineup lineup = lineup_of(uncommented_manual());
  ASSERT_EQ(lineup.channels.size(), 14u);
  EXPECT_EQ(lineup.channels[0].sources[0].url, "udp://239.10.0.1:5000");
  EXPECT_EQ(lineup.channels[1].sources[0].program, 1302);
  EXPECT_EQ(lineup.channels[1].sources[0].silence_timeout, 1500ms);
  EXPECT_EQ(lineup.channels[2].name, "contribution");
  EXPECT_EQ(lineup.channels[3].sources[0].stream_key, "Ohz7Xae4oofaeghu");
  EXPECT_TRUE(lineup.channels[4].sources[0].open);
  EXPECT_EQ(lineup.channels[5].sources[0].url, "file:/etc/grandstand/media/feature.mp4");
}

TEST(Lineup, ReadsAChannel) {
  const channels::Lineup lineup = lineup_of(R"(
channels:
  - id: news
    name: Nachrichten für alle
    number: 7
    group: Info
    logo: https://pictures.example/n.png
    feed: {url: udp://239.1.1.1:5000, interface: lo, program: 12, silence_timeout: 1s}
)");
  ASSERT_EQ(lineup.channels.size(), 1u);
  const channels::ChannelSettings& channel = lineup.channels[0];
  EXPECT_EQ(channel.id, ChannelId("news"));
  EXPECT_EQ(channel.name, "Nachrichten für alle");
  EXPECT_EQ(channel.number, 7);
  EXPECT_EQ(channel.group, "Info");
  EXPECT_EQ(channel.logo, "https://pictures.example/n.png");
  EXPECT_EQ(channel.sources[0].interface, "lo");
  EXPECT_EQ(channel.sources[0].program, 12);
  EXPECT_EQ(channel.sources[0].silence_timeout, 1s);
}

TEST(Lineup, ReadsLadders) {
  const channels::Lineup lineup = lineup_of(R"(
channels:
  - id: a
    feed: udp://239.1.1.1:5000
    ladder: standard
    video: drop
    deinterlace: fields
    preset: faster
    encoders: [h264_nvenc, libx264]
    threads: 4
    thumbnails: true
    thumbnail_interval: 5s
  - id: b
    feed: udp://239.1.1.2:5000
    ladder: [{height: 720, bitrate: 2500k}, {height: 360, bitrate: 800000}]
    radio: true
)");
  ASSERT_EQ(lineup.channels.size(), 2u);
  const auto& first = lineup.channels[0];
  EXPECT_EQ(first.encoding.ladder.rungs.size(), 3u);
  EXPECT_EQ(first.encoding.original, channels::OriginalVideo::kDrop);
  EXPECT_EQ(first.encoding.ladder.deinterlace, media::Deinterlace::kFields);
  EXPECT_EQ(first.encoding.ladder.preset, "faster");
  EXPECT_THAT(first.encoding.ladder.encoders, ElementsAre("h264_nvenc", "libx264"));
  EXPECT_EQ(first.encoding.ladder.threads, 4);
  EXPECT_TRUE(first.thumbnails.enabled);
  EXPECT_EQ(first.thumbnails.interval, 5s);
  EXPECT_THAT(lineup.channels[1].encoding.ladder.rungs,
              ElementsAre(media::VideoRung{720, 2'500'000}, media::VideoRung{360, 800'000}));
  EXPECT_TRUE(lineup.channels[1].radio);
}

TEST(Lineup, TellsWhatIsWrongWithALadder) {
  const std::string begin = "channels:\n  - id: a\n    feed: udp://239.1.1.1:5000\n    ";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"ladder: heavy", "'heavy' is not known; expected none, light, standard, full, or a list"},
      {"ladder: [{height: 720}]", "a rung is not complete; expected height and bitrate"},
      {"ladder: [{height: 721, bitrate: 1M}]", "the height is odd"},
      {"ladder: [{height: 720, bitrate: 1k}]", "'1k' is out of range; expected bits per second, 50k to 50M"},
      {"ladder: [{height: 360, bitrate: 1M}, {height: 720, bitrate: 2M}]", "expected falling heights and bit rates"},
      {"ladder: [{height: 720, bitrate: 2M, width: 3}]", "'width' is no key of a rung"},
      {"preset: placebo", "expected ultrafast, superfast"},
      {"encoders: [libx265]", "expected the name of an H.264 encoder"},
  };
  for (const auto& [text, fault] : cases) {
    const auto faults = faults_in(begin + text + "\n");
    ASSERT_EQ(faults.size(), 1u) << text;
    EXPECT_THAT(faults[0], HasSubstr(fault));
  }
}

TEST(Lineup, ReadsWhoMayWatch) {
  const auto lineup = lineup_of(
      "channels:\n"
      "  - id: news\n    feed: udp://239.1.1.1:5000\n"
      "    access: {audience: members, accounts: [Alice, Bob], networks: [192.0.2.0/24, \"2001:db8::/32\"],\n"
      "             countries: [DE], max_sessions: 2, hook: false}\n"
      "  - {id: open, feed: \"udp://239.1.1.2:5000\"}\n");
  const auto& access = lineup.channels.at(0).access;
  EXPECT_EQ(access.audience, access::Audience::kMembers);
  EXPECT_THAT(access.accounts, ElementsAre("Alice", "Bob"));
  ASSERT_EQ(access.networks.value().size(), 2U);
  EXPECT_EQ(access.networks->at(1).text(), "2001:db8::/32");
  EXPECT_THAT(access.countries.value(), ElementsAre("DE"));
  EXPECT_EQ(access.max_sessions, 2U);
  EXPECT_EQ(access.hook, false);
  EXPECT_EQ(lineup.channels.at(1).access, access::ChannelAccess{});
}

TEST(Lineup, AccessThatMakesNoSenseIsAFault) {
  const auto fault = [](const std::string& access) {
    const auto faults = faults_in("channels:\n  - id: news\n    feed: udp://239.1.1.1:5000\n    access: " + access);
    return faults.empty() ? "" : faults.front();
  };
  EXPECT_THAT(fault("members"), HasSubstr("a group of keys"));
  EXPECT_THAT(fault("{audience: friends}"), HasSubstr("public, signed or members"));
  EXPECT_THAT(fault("{networks: [192.0.2.0/33]}"), HasSubstr("0 to 32"));
  EXPECT_THAT(fault("{networks: [tv.example]}"), HasSubstr("is no IP network"));
  EXPECT_THAT(fault("{countries: [Germany]}"), HasSubstr("two capital letters"));
  EXPECT_THAT(fault("{audiences: public}"), HasSubstr("audience"));
  for (const std::string access : {"{accounts: [Ada]}", "{audience: signed, accounts: [Ada]}"}) {
    EXPECT_THAT(fault(access), HasSubstr(".access.accounts: the channel is not for members only; expected audience: "
                                         "members, too"))
        << access;
  }
  EXPECT_EQ(fault("{accounts: []}"), "");
}

TEST(Lineup, AnEmptyFileHasNoChannels) {
  for (const std::string text : {"", "channels:\n", "channels: []\n"})
    EXPECT_TRUE(lineup_of(text).channels.empty()) << text;
}

TEST(Lineup, ReportsAllFaultsAtOnceInTheirOrder) {
  EXPECT_THAT(
      faults_in(R"(channles: []
channels:
  - id: News
    feed: udp://239.1.1.1:5000
  - id: sport
    nmae: Sport
    number: 10000
    feed: {url: udp://239.1.1.1:5001, prgram: 1}
  - name: Nothing
  - text
)"),
      ElementsAre("1:1: the key 'channles' is not known; did you mean 'channels'?",
                  "3:9: channels.#1.id: 'News' is wrong; expected 1 to 64 of a-z, 0-9, _ and -, beginning with a "
                  "letter or digit",
                  "6:5: channels.sport: the key 'nmae' is not known; did you mean 'name'?",
                  "7:13: channels.sport.number: '10000' is out of range; expected 0 to 9999",
                  "8:39: channels.sport.feed: the key 'prgram' is not known; did you mean 'program'?",
                  "9:5: channels.#3: has no feed; expected the key feed or sources",
                  "9:5: channels.#3: has no id; expected the key id",
                  "10:5: channels.#4: a single value; expected a channel with the keys id and feed"));
}

TEST(Lineup, WhatTwoChannelsClaimNamesBothLines) {
  EXPECT_THAT(
      faults_in(R"(channels:
  - {id: a, number: 1, feed: "udp://239.1.1.1:5000"}
  - {id: a, number: 1, feed: "udp://239.1.1.1:5000"}
  - {id: b, feed: {url: "udp://239.1.1.1:5000", program: 2}}
)"),
      ElementsAre("3:10: channels.a.id: 'a' is already that of the channel on line 2; expected a different id",
                  "3:21: channels.a.number: 1 is already that of the channel on line 2; expected a different number",
                  "3:30: channels.a.feed: the same address and program is already that of the channel on line 2; "
                  "expected a different feed"));
}

TEST(Lineup, AFeedThatCannotWorkIsAFault) {
  const auto faults = faults_in(R"(channels:
  - {id: a, feed: "gopher://x"}
  - {id: b, feed: "rtmp://publish"}
  - {id: c, feed: {interface: lo}}
  - {id: d, feed: [1]}
  - {id: e, feed: "http://127.0.0.1:99999/x"}
)");
  ASSERT_EQ(faults.size(), 5u) << testing::PrintToString(faults);
  EXPECT_THAT(faults[0], HasSubstr("2:19: channels.a.feed: "));
  EXPECT_THAT(faults[1], HasSubstr("3:19: channels.b.feed: "));
  EXPECT_EQ(faults[2], "4:19: channels.c.feed: has no url; expected the key url");
  EXPECT_EQ(faults[3], "5:19: channels.d.feed: a list; expected a URL, or a group of keys with url");
  EXPECT_THAT(faults[4], HasSubstr("6:19: channels.e.feed: url \"http://127.0.0.1:99999/x\": the port is not"));
}

TEST(Lineup, ReadsSourcesAndFailover) {
  const auto lineup = lineup_of(R"(channels:
  - id: a
    sources: ["udp://239.1.1.1:5000", {url: "udp://239.1.1.2:5000", program: 2}, {url: "rtmp://publish", open: true}]
    failover: {hold_down: 2s, return: immediate, standby: cold, slate: none, no_video: 4s, no_audio: 0s, cc_errors: 5,
               bit_rate_floor: 500, black_picture: 5s, frozen_picture: 20s, silent_sound: 10s}
  - {id: b, feed: "udp://239.1.1.3:5000", failover: {return: manual}}
  - {id: c, feed: "udp://239.1.1.4:5000", failover: {return: after 2m}}
)");
  ASSERT_EQ(lineup.channels.size(), 3u);
  EXPECT_EQ(lineup.channels[0].sources.size(), 3u);
  EXPECT_EQ(lineup.channels[0].sources[1].program, 2);
  using channels::FailoverSettings;
  EXPECT_EQ(lineup.channels[0].failover, (FailoverSettings{.hold_down = 2s,
                                                           .return_after = 0ms,
                                                           .standby = FailoverSettings::Standby::kCold,
                                                           .slate = "none",
                                                           .no_video = 4s,
                                                           .no_audio = 0s,
                                                           .cc_errors = 5,
                                                           .bit_rate_floor = 500,
                                                           .black_picture = 5s,
                                                           .frozen_picture = 20s,
                                                           .silent_sound = 10s}));
  EXPECT_FALSE(lineup.channels[1].failover.return_after);
  EXPECT_EQ(lineup.channels[2].failover.return_after, 2min);
}

TEST(Lineup, SourcesAndFailoverThatCannotWorkAreFaults) {
  const auto faults = faults_in(R"(channels:
  - {id: a, feed: "udp://239.1.1.1:5000", sources: ["udp://239.1.1.2:5000"]}
  - {id: b, sources: []}
  - {id: c, sources: "udp://239.1.1.3:5000"}
  - {id: d, sources: [{url: "udp://239.1.1.4:5000", program: 0}]}
  - {id: e, sources: ["udp://239.1.1.5:5000", "udp://239.1.1.5:5000"]}
  - {id: f, sources: [1, 2, 3, 4, 5, 6, 7, 8, 9]}
  - {id: g, sources: [{url: "rtmp://publish", open: true}, {url: "rtmp://publish", stream_key: x}]}
  - {id: h, sources: ["srt://192.0.2.1:9000", "srt://192.0.2.1:9000"]}
  - {id: i, feed: "udp://239.1.1.6:5000", failover: {slate: none.ts, return: later, hold_downn: 1s}}
  - {id: j, feed: "udp://239.1.1.7:5000", failover: hot}
)");
  EXPECT_THAT(
      faults,
      ElementsAre(
          "2:43: channels.a.sources: stands beside the other of feed and sources; expected one of the two",
          "3:22: channels.b.sources: 0 feeds stand here; expected a list of 1 to 8 feeds",
          "4:22: channels.c.sources: a single value; expected a list of 1 to 8 feeds",
          "5:62: channels.d.sources.#1.program: '0' is out of range; expected 1 to 65535",
          "6:47: channels.e.sources.#2: the same address and program is already that of the channel on line 6; "
          "expected a different feed",
          "7:22: channels.f.sources: 9 feeds stand here; expected a list of 1 to 8 feeds",
          "8:60: channels.g.sources.#2: is a second publisher to the same address; expected rtmp://publish once in a "
          "channel",
          "9:47: channels.h.sources.#2: stands here twice; expected different sources",
          "10:61: channels.i.failover.slate: '/etc/grandstand/none.ts' is not there; expected builtin, none, or the "
          "path of a file",
          "10:78: channels.i.failover.return: 'later' is not known; expected manual, immediate, or after 1s to after "
          "1d",
          "10:85: channels.i.failover: the key 'hold_downn' is not known; did you mean 'hold_down'?",
          "11:53: channels.j.failover: a single value; expected a group of keys"));
}

TEST(Lineup, AStreamKeyIsNeverInAMessage) {
  const std::string key(200, 'S');
  const auto faults = faults_in("channels: [{id: a, feed: {url: rtmp://publish, stream_key: " + key + "}}]");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_THAT(faults[0], testing::Not(HasSubstr("SSSS")));
}

TEST(Lineup, ReadsWhatIsKeptOnDisk) {
  const auto lineup = lineup_of(R"(channels:
  - {id: a, feed: "udp://239.1.1.1:5000", dvr: {keep: 36h, quota: 50GiB}}
  - {id: b, feed: "udp://239.1.1.2:5000"}
)");
  EXPECT_EQ(lineup.channels[0].dvr.keep, 36h);
  EXPECT_EQ(lineup.channels[0].dvr.quota, std::size_t{50} << 30);
  EXPECT_EQ(lineup.channels[1].dvr, channels::DvrSettings{});
}

TEST(Lineup, SaysWhatIsWrongWithADvr) {
  const auto faults = faults_in(R"(channels:
  - {id: a, feed: "udp://239.1.1.1:5000", dvr: yes}
  - {id: b, feed: "udp://239.1.1.2:5000", dvr: {keep: 90d, kep: 1h}}
)");
  ASSERT_EQ(faults.size(), 3u);
  EXPECT_THAT(faults[0], HasSubstr("channels.a.dvr: "));
  EXPECT_THAT(faults[1], HasSubstr("channels.b.dvr.keep: '90d' is out of range; expected 0"));
  EXPECT_THAT(faults[2], HasSubstr("channels.b.dvr: the key 'kep' is not known"));
}

}  // namespace
}  // namespace grandstand::config
