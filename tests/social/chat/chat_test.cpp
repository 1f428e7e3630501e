// SPDX-License-Identifier: MIT
#include "chat.hpp"

#include "test_paths.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::chat {
namespace {

using ::testing::HasSubstr;

std::string golden(const std::string& name) {
  std::ifstream file(std::string(GRANDSTAND_SOURCE_DIR "/tests/social/chat/golden/") + name + ".json");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Chat, CleansTexts) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"Goal!", "Goal!"},
      {"  Goal! \n ", "Goal!"},
      {"one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"},
      {"a\tb", "a b"},
      {"\u202Egnp.exe\u202C", "gnp.exe"},
      {"a\u2066b\u2069c", "abc"},
      {"b\u200Ba\uFEFFd\u2060", "bad"},
      {"pass\u00ADword", "password"},
      {"\u3164 hi \u2800", "hi"},
      {"👨‍👩‍👧", "👨‍👩‍👧"},
      {"می\u200Cخواهم", "می\u200Cخواهم"},
      {"a\u200Db", "ab"},
      {"é\u200D\u200D", "é"},
      {"\u200Dx", "x"},
      {"é\u200D x", "é x"},
      {"🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F",
       "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"},
      {"x\U000E0067y", "xy"},
      {"z" + repeat("\u0301", 20) + "!", "z" + repeat("\u0301", 4) + "!"},
      {"שלום \u200Fabc", "שלום \u200Fabc"},
      {repeat("ü", 500), repeat("ü", 500)},
      {repeat("x\n", 9) + "x", repeat("x\n", 9) + "x"},
  };
  for (const auto& [text, expected] : cases) {
    const auto cleaned = clean_text(text);
    ASSERT_TRUE(cleaned.ok()) << text << ": " << cleaned.error().message;
    EXPECT_EQ(*cleaned, expected);
    EXPECT_EQ(*clean_text(*cleaned), expected) << "cleaning twice changes nothing";
  }
}

TEST(Chat, RefusesTextsWithASentence) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "The message is empty."},
      {" \n\t ", "The message is empty."},
      {"\u200B\u202E", "The message is empty."},
      {"\xff", "not valid UTF-8"},
      {"a\x07", "control character U+0007"},
      {std::string("a\0b", 3), "control character U+0000"},
      {"a\u0085", "control character U+0085"},
      {repeat("ü", 501), "501 characters; 500 are allowed"},
      {repeat("x\n", 10) + "x", "11 lines; 10 are allowed"},
  };
  for (const auto& [text, expected] : cases) {
    const auto cleaned = clean_text(text);
    ASSERT_FALSE(cleaned.ok()) << text;
    EXPECT_EQ(cleaned.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(cleaned.error().message, HasSubstr(expected));
  }
}

TEST(Chat, ShowsTheLastFifty) {
  State state;
  const auto event = [](const std::string& epoch, std::uint64_t offset) {
    room::Event made;
    made.epoch = epoch;
    made.offset = offset;
    return made;
  };
  for (std::uint64_t i = 1; i <= 30; ++i) apply(state, event("new", i));
  std::vector<room::Event> earlier;
  for (std::uint64_t i = 1; i <= 50; ++i) earlier.push_back(event("old", i));
  restore(state, earlier);
  ASSERT_EQ(state.shown.size(), kShownMessages);
  EXPECT_EQ(state.shown[0].offset, 31u);
  EXPECT_EQ(state.shown[19].offset, 50u);
  EXPECT_EQ(state.shown[20].epoch, "new");
  for (std::uint64_t i = 31; i <= 90; ++i) apply(state, event("new", i));
  EXPECT_EQ(state.shown.front().offset, 41u);
  EXPECT_EQ(state.shown.back().offset, 90u);
}

TEST(Chat, ReadsHistoryQueries) {
  const auto first = read_history_query({{"before", "k3x9:1194"}, {"limit", "100"}});
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first.value().before->epoch, "k3x9");
  EXPECT_EQ(first.value().before->offset, 1194u);
  EXPECT_EQ(first.value().limit, 100u);
  EXPECT_EQ(read_history_query({}).value().limit, 50u);
  const std::vector<room::QueryParameters> wrong{{{"limit", "0"}},
                                                 {{"limit", "101"}},
                                                 {{"limit", "5x"}},
                                                 {{"limit", ""}},
                                                 {{"before", "k3x9"}},
                                                 {{"before", ":5"}},
                                                 {{"before", "k3x9:"}},
                                                 {{"before", "k:-1"}},
                                                 {{"after", "k:1"}},
                                                 {{"limit", "-1"}},
                                                 {{"before", "k:99999999999999999999"}}};
  for (const auto& parameters : wrong) {
    EXPECT_FALSE(read_history_query(parameters).ok()) << parameters.begin()->first << "=" << parameters.begin()->second;
  }
}

TEST(Chat, EncodesAndDecodesAsTheGoldenFilesSay) {
  EXPECT_EQ(decode_send(golden("send")).value().text, "Goal!");
  EXPECT_EQ(encode_message({"Goal!"}), golden("message"));
  EXPECT_EQ(decode_message(golden("message")).value().text, "Goal!");
  const std::string odd = "\"\\\n\u2028😀";
  EXPECT_EQ(decode_message(encode_message({odd})).value().text, odd);
  for (const auto* const body : {"{}", "[]", "7", "{\"text\":5}", "{\"text\":null}", "not json"}) {
    EXPECT_FALSE(decode_send(body).ok()) << body;
  }
}

}  // namespace
}  // namespace grandstand::social::chat
