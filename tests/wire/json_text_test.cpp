// SPDX-License-Identifier: MIT
#include <grandstand/wire/json_text.hpp>

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::wire {
namespace {

std::string as_json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, EscapesWhatJsonDemandsAndKeepsTheRest) {
  EXPECT_EQ(as_json("Tor! ⚽"), "\"Tor! ⚽\"");
  EXPECT_EQ(as_json("a\"b\\c\n\r\t\x01\x1f"), "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f\"");
  EXPECT_EQ(as_json("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa"), "\"\\u2028\\u2029\xe2\x80\xaa\"");
}

TEST(JsonText, ReadsBackAsTheSameText) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "é€😀\xe2\x80\xa8";
  EXPECT_EQ(nlohmann::json::parse(as_json(all)).get<std::string>(), all);
}

TEST(JsonText, WritesNumbersThatReadBack) {
  const auto number = [](double value) {
    std::string out;
    append_json_number(out, value);
    return out;
  };
  EXPECT_EQ(number(81234.5), "81234.5");
  EXPECT_EQ(number(5), "5");
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(nlohmann::json::parse(number(1e300)).get<double>(), 1e300);
}

TEST(JsonText, WritesMillisecondsWithTheirFraction) {
  std::string out;
  append_json_milliseconds(out, UtcTime{std::chrono::microseconds{1'763'712'055'123'406}});
  EXPECT_EQ(out, "1763712055123.406");
}

}  // namespace
}  // namespace grandstand::wire
