// SPDX-License-Identifier: MIT
#include "log_limiter.hpp"
#include "log_line.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::log {
namespace {

using namespace std::chrono_literals;

TEST(LogLine, IsOneLineOfTextWhateverAFieldHolds) {
  const auto line = render_line(Format::kText, from_unix_ms(1'763'712'055'123), Level::kInfo, "http", "Refused",
                                {{"peer", "127.0.0.1"}, {"path", "/a b\n\"c"}, {"status", 404}}, 0);
  EXPECT_EQ(line, R"(2025-11-21T08:00:55.123Z info http: Refused peer=127.0.0.1 path="/a b\n\"c" status=404)");
}

TEST(LogLine, AsJsonKeepsEveryFieldAndSurvivesInvalidUtf8) {
  const auto line =
      render_line(Format::kJson, from_unix_ms(0), Level::kError, "hub", "Odd", {{"text", std::string("\xFF\n")}}, 7);
  const auto object = nlohmann::json::parse(line);
  EXPECT_EQ(object["level"], "error");
  EXPECT_EQ(object["left_out"], 7);
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(LogLimiter, LetsABurstThroughAndCountsWhatItLeavesOut) {
  Limiter limiter(2);
  const SteadyTime start{10s};
  EXPECT_TRUE(limiter.admit("a", "flood", start).write);
  EXPECT_TRUE(limiter.admit("a", "flood", start).write);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(limiter.admit("a", "flood", start + 500ms).write);
  EXPECT_TRUE(limiter.admit("a", "another message", start + 500ms).write);
  const auto verdict = limiter.admit("a", "flood", start + 1s);
  EXPECT_TRUE(verdict.write);
  EXPECT_EQ(verdict.left_out, 100u);
}

TEST(LogLine, ShowsTerminalsAndReadersValidUtf8Only) {
  const auto line = render_line(Format::kText, from_unix_ms(0), Level::kInfo, "hub", "Odd",
                                {{"text", std::string("\x9B\xFF")}, {"name", "Zo\xC3\xAB"}}, 0);
  EXPECT_TRUE(line.ends_with("text=\"\xEF\xBF\xBD\xEF\xBF\xBD\" name=\"Zo\xC3\xAB\"")) << line;
}

TEST(Log, CountsTheLinesOfAFlood) {
  set_up({.burst_per_second = 3});
  const auto before = left_out();
  testing::internal::CaptureStderr();
  for (int i = 0; i < 100; ++i) warning("test", "Flood", {{"n", i}});
  const auto text = testing::internal::GetCapturedStderr();
  set_up({});
  EXPECT_GE(left_out() - before, 90u);
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 10);
}

TEST(Redact, HidesUserInformationAndQueryValues) {
  EXPECT_EQ(redact("rtsp://user:pass@camera/1?token=abc&x=1"), "rtsp://***@camera/1?token=***&x=***");
  EXPECT_EQ(redact("https://host/live.m3u8"), "https://host/live.m3u8");
  EXPECT_EQ(redact("srt://host:9000?passphrase"), "srt://host:9000?***");
  EXPECT_EQ(redact("udp://10.0.0.1@239.1.1.1:5000"), "udp://10.0.0.1@239.1.1.1:5000")
      << "the source of a multicast is no secret";
  EXPECT_EQ(redact("udp://user:pass@239.1.1.1:5000"), "udp://***@239.1.1.1:5000");
}

TEST(Redact, HidesAPasswordWhoseSlashWasNotEscaped) {
  EXPECT_EQ(redact("rtsp://user:pa/ss@camera/1"), "rtsp://***@camera/1");
  EXPECT_EQ(redact("rtsp://user:pa?ss=1@camera/1?token=abc"), "rtsp://***@camera/1?token=***");
  EXPECT_EQ(redact("https://host:8443/@home/live.m3u8"), "https://host:8443/@home/live.m3u8");
  EXPECT_EQ(redact("https://[2001:db8::1]/@home/live.m3u8"), "https://[2001:db8::1]/@home/live.m3u8");
  EXPECT_EQ(redact("https://host/@home:1/live.m3u8"), "https://host/@home:1/live.m3u8");
}

}  // namespace
}  // namespace grandstand::log
