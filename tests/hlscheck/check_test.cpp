// SPDX-License-Identifier: MIT
#include "live_stream.hpp"
#include "playlist.hpp"
#include "reload_rules.hpp"
#include "segment_rules.hpp"
#include "snapshot_rules.hpp"
#include "test_paths.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::hlscheck {
namespace {

World world_of(ManualClock& clock, std::map<std::string, std::string> files, int* requests = nullptr) {
  return World{.fetch = [files = std::move(files), requests](const fetch::Request& request) -> Result<fetch::Response> {
                 if (requests) ++*requests;
                 const auto found = files.find(request.url.substr(0, request.url.find("?_HLS")));
                 fetch::Response response;
                 response.url = request.url;
                 response.status = found == files.end() ? 404 : 200;
                 if (found != files.end()) response.body = found->second;
                 return response;
               },
               .clock = clock,
               .sleep = [&clock](std::chrono::milliseconds time) { clock.advance(time); }};
}

TEST(Check, SaysWhyItCouldNotCheck) {
  ManualClock clock;
  const auto world = world_of(clock, {{"http://a.example/page", "<html>#EXTM3U</html>"}});
  const auto missing = check({.url = "http://a.example/x.m3u8?token=secret"}, world);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("404"), std::string::npos);
  EXPECT_EQ(missing.error().message.find("secret"), std::string::npos);
  const auto page = check({.url = "http://a.example/page"}, world);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::kUnsupported);
}

TEST(Check, EndsAtItsLimitOfRequestsAndSaysSo) {
  LiveStream stream;
  const auto report =
      check({.url = LiveStream::kUrl, .duration = std::chrono::hours(1), .max_requests = 100}, stream.world());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->requests, 100u);
  EXPECT_FALSE(report->notes.empty());
}

TEST(Check, TellsNoSecretsOfUrls) {
  LiveStream stream;
  stream.edit_playlist = [](std::string& text, const LiveStream::Asked&) {
    LiveStream::replace(text, ".m4s\n", ".m4s?token=secret\n", true);
  };
  stream.edit_media = [](std::string& body, const LiveStream::Asked&) { body.resize(body.size() / 2); };
  const auto report = stream.check(std::chrono::seconds(0));
  EXPECT_TRUE(report.has_must());
  EXPECT_EQ(to_text(report).find("secret"), std::string::npos) << to_text(report);
}

TEST(Check, TakesBitRatesForTheWholeNumbersThatAttributesAre) {
  const auto with_bandwidth = [](const std::string& bandwidth) {
    LiveStream stream;
    stream.edit_multivariant = [&](std::string& text, const LiveStream::Asked&) {
      LiveStream::replace(text, "BANDWIDTH=900000", "BANDWIDTH=" + bandwidth);
    };
    return stream.check(std::chrono::seconds(0));
  };
  const auto rule_34 = [](const Report& report) { return std::ranges::find(report.findings, 34, &Finding::rule); };
  const auto low = with_bandwidth("8");
  const auto finding = rule_34(low);
  ASSERT_NE(finding, low.findings.end()) << to_text(low);
  const auto at = finding->wrong.find(" has ") + 5;
  const auto measured = finding->wrong.substr(at, finding->wrong.find(" bit/s") - at);
  const auto equal = with_bandwidth(measured);
  EXPECT_EQ(rule_34(equal), equal.findings.end()) << measured << "\n" << to_text(equal);
}

TEST(Check, WantsDirectivesIgnoredAfterTheEnd) {
  ManualClock clock;
  const std::string text =
      "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n#EXTINF:2,\na.bin\n#EXT-X-"
      "ENDLIST\n";
  auto world = world_of(clock, {{"http://a.example/x.m3u8", text}, {"http://a.example/a.bin", "x"}});
  const auto rule_28 = [](const Result<Report>& report) {
    return std::ranges::any_of(report->findings, [](const Finding& finding) { return finding.rule == 28; });
  };
  EXPECT_FALSE(rule_28(check({.url = "http://a.example/x.m3u8"}, world)));
  world.fetch = [inner = world.fetch](const fetch::Request& request) {
    auto response = inner(request);
    if (request.url.find("_HLS_msn") != std::string::npos) response->status = 400;
    return response;
  };
  EXPECT_TRUE(rule_28(check({.url = "http://a.example/x.m3u8"}, world)));
}

TEST(Check, GivesJsonThatSaysTheSame) {
  LiveStream stream(LiveStream::Container::kTs);
  stream.edit_playlist = [](std::string& text, const LiveStream::Asked&) {
    LiveStream::replace(text, "TARGETDURATION:2", "TARGETDURATION:1");
  };
  const auto report = stream.check(std::chrono::seconds(0));
  const auto json = nlohmann::json::parse(to_json(report));
  EXPECT_EQ(json["must"].get<std::size_t>() + json["should"].get<std::size_t>(), report.findings.size());
  EXPECT_EQ(json["findings"][0]["rule"], report.findings[0].rule);
  EXPECT_EQ(json["findings"][0]["grade"], "must");
  EXPECT_GT(json["findings"][0]["count"], 1);
}

TEST(Check, PutsNothingOfAPlaylistOnTheTerminalThatSteersIt) {
  Findings findings;
  parse_playlist("#EXTM3U\n#EXTINF:\x1b[31m,\nx\n", "http://a.example/x.m3u8", findings);
  for (const auto& finding : findings.sorted()) EXPECT_EQ(finding.wrong.find('\x1b'), std::string::npos);
}

TEST(Playlist, KeepsWhatItReadsWithItsLine) {
  Findings findings;
  const auto playlist = parse_playlist(
      "#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-DEFINE:NAME=\"host\",VALUE=\"http://b.example\"\n#EXT-X-TARGETDURATION:6\n"
      "#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-DISCONTINUITY-SEQUENCE:2\n#EXTINF:5.5,first\n{$host}/"
      "1.ts\n#EXT-X-DISCONTINUITY\n"
      "#EXT-X-BYTERANGE:10@5\n#EXTINF:6,\n2.ts\n#EXT-X-BYTERANGE:20\n#EXTINF:6,\n2.ts\n",
      "http://a.example/live/x.m3u8", findings);
  EXPECT_TRUE(findings.sorted().empty());
  ASSERT_EQ(playlist.segments.size(), 3u);
  EXPECT_EQ(playlist.segments[0].url, "http://b.example/1.ts");
  EXPECT_EQ(playlist.segments[0].sequence, 7);
  EXPECT_EQ(playlist.segments[0].line, 8);
  EXPECT_EQ(playlist.segments[1].url, "http://a.example/live/2.ts");
  EXPECT_EQ(playlist.segments[1].discontinuity_sequence, 3);
  EXPECT_EQ(playlist.segments[2].range->offset, 15);
  EXPECT_EQ(playlist.end_sequence(), 10);
}

TEST(Playlist, ReadsDatesWithAnyZone) {
  const auto utc = parse_date("2026-11-21T08:40:55.123Z");
  const auto zone = parse_date("2026-11-21T09:40:55.123+0100");
  ASSERT_TRUE(utc && zone);
  EXPECT_NEAR(utc->since_1970.count(), zone->since_1970.count(), 1e-6);
  EXPECT_FALSE(parse_date("2026-13-21T08:40:55Z"));
  EXPECT_FALSE(parse_date("2026-11-21T08:40:55Zebra"));
}

// Six minutes of segments of eight seconds, dated as if each were longer by some parts per million.
TEST(Dates, MayBeSlewedToUtcButNotMore) {
  const auto findings_at = [](int ppm) {
    std::string text = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:8\n";
    for (int i = 0; i < 45; ++i) {
      const UtcTime date{std::chrono::microseconds(std::int64_t{i} * 8 * (1'000'000 + ppm))};
      text += "#EXT-X-PROGRAM-DATE-TIME:" + to_rfc3339(date) + "\n#EXTINF:8.00000,\n" + std::to_string(i) + ".ts\n";
    }
    Findings findings;
    check_media_playlist(parse_playlist(text + "#EXT-X-ENDLIST\n", "http://a.example/x.m3u8", findings), findings);
    return findings.sorted();
  };
  EXPECT_TRUE(findings_at(0).empty()) << findings_at(0)[0].wrong;
  EXPECT_TRUE(findings_at(500).empty()) << findings_at(500)[0].wrong;
  EXPECT_TRUE(findings_at(-500).empty()) << findings_at(-500)[0].wrong;
  ASSERT_FALSE(findings_at(1'000).empty());
  EXPECT_EQ(findings_at(1'000)[0].rule, 6);
}

TEST(DateRanges, OfAGoodSpliceAreNoFinding) {
  Findings findings;
  const auto playlist = parse_playlist(
      "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n#EXT-X-DATERANGE:ID=\"1\","
      "START-DATE=\"2026-01-01T00:00:01.000Z\",SCTE35-OUT="
      "0xFC302F000000000000FFFFF014054800008F7FEFFE7369C02EFE0052CCF50000"
      "0000000A0008435545490000013562DBA30A\n#EXTINF:6,\n1.ts\n",
      "http://a.example/x.m3u8", findings);
  check_date_ranges(playlist, findings);
  EXPECT_TRUE(findings.sorted().empty()) << findings.sorted()[0].wrong;
}

TEST(SegmentRules, CountTimestampsModulo33Bits) {
  constexpr std::int64_t kWrap = std::int64_t{1} << 33;
  EXPECT_EQ(timestamp_distance(kWrap - 10, 20), 30);
  EXPECT_EQ(timestamp_distance(20, kWrap - 10), -30);
  EXPECT_EQ(timestamp_distance(5, 9), 4);
}

TEST(Reloads, OfPartsThatLeftOnlyThoseWithMediaCanBeFetched) {
  const std::string head = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n#EXT-X-PART-INF:PART-TARGET=1\n";
  const std::string segment = "#EXTINF:2.0,\n1.m4s\n#EXTINF:2.0,\n2.m4s\n";
  const std::string parts =
      "#EXT-X-PART:DURATION=1.0,URI=\"1.0.m4s\",GAP=YES\n#EXT-X-PART:DURATION=1.0,URI=\"1.1.m4s\"\n";
  Findings findings;
  ReloadWatch watch;
  const SteadyTime now{};
  watch.see(parse_playlist(head + parts + segment, "http://a.example/x.m3u8", findings), now, findings);
  watch.see(parse_playlist(head + segment, "http://a.example/x.m3u8", findings), now, findings);
  EXPECT_TRUE(watch.due(now + std::chrono::seconds(2)).empty()) << "before half of their time is over";
  const auto due = watch.due(now + std::chrono::seconds(4));
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].url, "http://a.example/1.1.m4s");
}

TEST(Reloads, WhatLeftIsNotJudgedByThoseWhoComeTooLate) {
  const std::string head = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n";
  Findings findings;
  ReloadWatch watch;
  const SteadyTime now{};
  const std::string before = head + "#EXT-X-MEDIA-SEQUENCE:1\n#EXTINF:2.0,\n1.m4s\n#EXTINF:2.0,\n2.m4s\n";
  const std::string after = head + "#EXT-X-MEDIA-SEQUENCE:2\n#EXTINF:2.0,\n2.m4s\n#EXTINF:2.0,\n3.m4s\n";
  watch.see(parse_playlist(before, "http://a.example/x.m3u8", findings), now, findings);
  // It was there for 6 s more from its last listing on, which may be long ago.
  watch.see(parse_playlist(after, "http://a.example/x.m3u8", findings), now + std::chrono::seconds(4), findings);
  EXPECT_TRUE(watch.due(now + std::chrono::seconds(7)).empty());
}

// What a stranger's server sends may be anything.
TEST(HostileMedia, IsSurvived) {
  const auto& media = SampleMedia::get();
  const auto init = inspect_init_section(bytes_of(media.init));
  std::uint32_t state = 1;
  const auto next = [&] { return state = state * 1664525 + 1013904223, state >> 8; };
  for (int round = 0; round < 200; ++round) {
    auto ts = media.ts_segments[0].body;
    auto fragment = media.fragments[0].body;
    auto map = media.init;
    std::string text =
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI=\"a\"\n#EXT-X-PART:DURATION=1,URI=\"b\"\n#EXTINF:2.0,\na."
        "ts\n";
    for (auto* body : {&ts, &fragment, &map, &text}) {
      for (int i = 0; i < 8; ++i)
        (*body)[next() % std::min<std::size_t>(body->size(), 4000)] = static_cast<char>(next());
      if (round % 4 == 0) body->resize(next() % body->size());
    }
    Findings findings;
    inspect_ts(bytes_of(ts));
    inspect_fmp4(init, bytes_of(fragment));
    inspect_fmp4(inspect_init_section(bytes_of(map)), bytes_of(media.fragments[0].body));
    inspect_webvtt(text);
    const auto playlist = parse_playlist(text, "http://a.example/x.m3u8", findings);
    check_media_playlist(playlist, findings);
    check_multivariant(playlist, findings);
    check_low_latency_tags(playlist, findings);
  }
}

TEST(Rules, AreThoseOfTheManual) {
  std::ifstream file(std::string(GRANDSTAND_SOURCE_DIR) + "/docs/hlscheck.md");
  std::string rows;
  for (std::string line; std::getline(file, line);) {
    if (line == "## The rules") rows.clear();  // what stands above is another table
    if (line.starts_with("| ") && std::isdigit(static_cast<unsigned char>(line[2]))) rows += line + "\n";
  }
  std::string expected;
  for (const auto& rule : rules()) {
    expected += "| " + std::to_string(rule.number) + " | " + std::string(to_string(rule.grade)) + " | " +
                std::string(rule.title) + " | " + std::string(to_string(rule.coverage)) +
                (rule.not_checked.empty() ? "" : "; not: " + std::string(rule.not_checked)) + " |\n";
  }
  EXPECT_EQ(rows, expected);
}

}  // namespace
}  // namespace grandstand::hlscheck
