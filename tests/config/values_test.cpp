// SPDX-License-Identifier: MIT
#include "values.hpp"

#include <gtest/gtest.h>

namespace grandstand::config {
namespace {

using std::chrono::milliseconds;

TEST(Duration, ReadsUnitsInFallingOrder) {
  const std::vector<std::pair<std::string, std::int64_t>> cases{{"0s", 0},
                                                                {"500ms", 500},
                                                                {"2s", 2'000},
                                                                {"90s", 90'000},
                                                                {"1m30s", 90'000},
                                                                {"1h30m", 5'400'000},
                                                                {"30d", 2'592'000'000},
                                                                {"1s500ms", 1'500},
                                                                {"1d1h1m1s1ms", 90'061'001}};
  for (const auto& [text, expected] : cases) {
    const auto duration = parse_duration(text);
    ASSERT_TRUE(duration.ok()) << text;
    EXPECT_EQ(duration->count(), expected) << text;
  }
}

TEST(Duration, RefusesWhatIsNotOne) {
  for (const std::string text : {"", "2", "s", "-2s", "2 s", "2S", "1.5s", "2s2s", "500ms2s", "30m1h", "2sec", " 2s",
                                 "2s ", "99999999999999999999s", "9223372036854775807d", "9223372036854775807ms1ms"}) {
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  }
}

TEST(Duration, PrintsWhatReadsBackAsTheSame) {
  for (const std::string text : {"0s", "500ms", "2s", "75s", "5m", "90m", "2h", "30d", "1500ms"}) {
    EXPECT_EQ(print_duration(*parse_duration(text)), text);
  }
}

TEST(SizeInBytes, NeedsAUnit) {
  EXPECT_EQ(*parse_size("512B"), 512u);
  EXPECT_EQ(*parse_size("16KiB"), 16u << 10);
  EXPECT_EQ(*parse_size("8MiB"), 8u << 20);
  EXPECT_EQ(*parse_size("1GiB"), 1u << 30);
  for (const std::string text : {"", "16", "16KB", "16kib", "1.5MiB", "-1B", "16KiB8B", "99999999999GiB", "KiB"}) {
    EXPECT_FALSE(parse_size(text).ok()) << text;
  }
}

TEST(SizeInBytes, PrintsWhatReadsBackAsTheSame) {
  for (const std::string text : {"0B", "1000B", "64KiB", "8MiB", "2GiB"})
    EXPECT_EQ(print_size(*parse_size(text)), text);
}

TEST(PrintedText, IsPlainOnlyWhereThatIsSafe) {
  EXPECT_EQ(print_text("channels.yaml"), "channels.yaml");
  EXPECT_EQ(print_text("0.0.0.0"), "0.0.0.0");
  EXPECT_EQ(print_text(""), "\"\"");
  EXPECT_EQ(print_text("::"), "\"::\"");
  EXPECT_EQ(print_text("true"), "\"true\"");
  EXPECT_EQ(print_text("- a"), "\"- a\"");
  EXPECT_EQ(print_text("a\"b\\c"), "\"a\\\"b\\\\c\"");
}

TEST(IpAddress, IsNoHostName) {
  for (const std::string text : {"0.0.0.0", "127.0.0.1", "::", "::1", "2001:db8::7"})
    EXPECT_TRUE(is_ip_address(text)) << text;
  for (const std::string text : {"localhost", "1.2.3", "1.2.3.4.5", "1.2.3.4:80", "[::1]", "*"}) {
    EXPECT_FALSE(is_ip_address(text)) << text;
  }
}

TEST(Origin, HasNoPath) {
  for (const std::string text : {"https://tv.example", "http://localhost:5173", "http://[::1]:80"}) {
    EXPECT_TRUE(is_origin(text)) << text;
  }
  for (const std::string text :
       {"tv.example", "https://", "https://tv.example/", "ftp://tv.example", "https://TV.example", "*"}) {
    EXPECT_FALSE(is_origin(text)) << text;
  }
}

TEST(HttpUrl, HasAHost) {
  for (const std::string text :
       {"https://tv.example/hook?x=1", "http://user:word@TV.example:8080", "http://[::1]:80"}) {
    EXPECT_TRUE(is_http_url(text)) << text;
  }
  for (const std::string text : {"http://", "https:///x", "http://tv.example:http", "tv.example", "ftp://tv.example"}) {
    EXPECT_FALSE(is_http_url(text)) << text;
  }
}

TEST(Nearest, FindsTheWordThatWasMeant) {
  const std::vector<std::string> known{"segment_duration", "max_segment_duration", "window", "containers"};
  EXPECT_EQ(nearest("segment_duraton", known), "segment_duration");
  EXPECT_EQ(nearest("widnow", known), "window");
  EXPECT_EQ(nearest("colour", known), "");
  EXPECT_EQ(nearest(std::string(10'000, 'x'), known), "");
}

TEST(Quote, ShortensAndHidesControlCharacters) {
  EXPECT_EQ(quote("a\nb"), "'a?b'");
  EXPECT_EQ(quote(std::string(63, 'x') + "\xC3\xA9yz"), "'" + std::string(63, 'x') + "...'");
}

}  // namespace
}  // namespace grandstand::config
