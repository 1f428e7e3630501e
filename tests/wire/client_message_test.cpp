// SPDX-License-Identifier: MIT
#include "test_paths.hpp"

#include <grandstand/wire/client_message.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::wire {
namespace {

using ::testing::HasSubstr;

std::string golden(const std::string& name) {
  std::ifstream file(std::string(GRANDSTAND_SOURCE_DIR "/tests/wire/golden/") + name + ".json");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

struct Case {
  std::string name;
  ClientMessage message;
};

std::vector<Case> cases() {
  CommandMessage command{8,
                         RoomId("channel:news"),
                         "chat.send",
                         "01JD0000000000000000000000",
                         from_unix_ms(1'763'712'050'000),
                         R"({"text":"Goal!"})"};
  return {
      {"hello_guest", Hello{1, GuestClaim{"Ada", "q3m8Zr1xT0aB4cD5eF6gH7"}, {}}},
      {"hello_account", Hello{1, {}, "gs_secret"}},
      {"hello_spectator", Hello{1, {}, {}}},
      {"join", Join{2, RoomId("channel:news"), {}}},
      {"join_since", Join{3, RoomId("channel:news"), Position{"k3x9", 1180}}},
      {"join_ticket", Join{3, RoomId("party:k3f9xq2m7b"), {}, "w4n8htbz"}},
      {"leave", Leave{4, RoomId("channel:news")}},
      {"found", Found{5, "party", R"({"programme":{"channel":"news"}})"}},
      {"command", command},
      {"ping", Ping{81234.5}},
  };
}

// A command of so many.
std::string many_values(std::size_t count) {
  std::string text = R"({"id":1,"type":"command","room":"r","name":"n","key":"k","body":{"k0":0)";
  for (std::size_t i = 6; i < count; ++i) text += ",\"k" + std::to_string(i) + "\":0";
  return text + "}}";
}

TEST(ClientMessage, EncodesAndDecodesAsTheGoldenFilesSay) {
  for (const auto& [name, message] : cases()) {
    EXPECT_EQ(encode_client_message(message), golden(name)) << name;
    const auto decoded = decode_client_message(golden(name));
    ASSERT_TRUE(decoded.message.ok()) << name << ": " << decoded.message.error().message;
    EXPECT_TRUE(*decoded.message == message) << name;
  }
}

TEST(ClientMessage, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"", "not valid JSON"},
      {"[]", "not a JSON object"},
      {"{\"id\":1", "not valid JSON: error at byte"},
      {R"({"type":"hello"})", "\"id\" is missing"},
      {R"({"id":-1,"type":"hello"})", "\"id\" is not an integer"},
      {R"({"id":1.5,"type":"hello"})", "\"id\" is not an integer"},
      {R"({"id":1})", "\"type\" is missing"},
      {R"({"id":1,"type":"dance"})", "\"type\" is \"dance\""},
      {R"({"id":1,"type":"hello","guest":[]})", "\"guest\" is not an object"},
      {R"({"id":1,"type":"hello","guest":{"name":"A"}})", "\"token\" is missing"},
      {R"({"id":1,"type":"hello","token":"a","guest":{"name":"A","token":"b"}})", "both"},
      {R"({"id":1,"type":"join"})", "\"room\" is missing"},
      {R"({"id":1,"type":"join","room":""})", "\"room\" is empty"},
      {R"({"id":1,"type":"join","room":"r","ticket":7})", "\"ticket\" is not a string"},
      {R"({"id":1,"type":"found"})", "\"kind\" is missing"},
      {R"({"id":1,"type":"found","kind":"party","body":[]})", "\"body\" is not an object"},
      {R"({"id":1,"type":"join","room":"r","since":{"epoch":"e","offset":-3}})", "\"offset\""},
      {R"({"id":1,"type":"command","room":"r","name":"chat.send"})", "\"key\" is missing"},
      {R"({"id":1,"type":"command","room":"r","name":"n","key":"k","media_time":"now"})", "\"media_time\""},
      {R"({"id":1,"type":"command","room":"r","name":"n","key":"k","media_time":-4})", "\"media_time\""},
      {R"({"id":1,"type":"command","room":"r","name":"n","key":"k","body":[]})", "\"body\" is not an object"},
      {R"({"id":1,"type":"command","room":"r","name":"n","key":"a\u0000"})", "printable ASCII"},
      {R"({"type":"ping","client_time":"x"})", "client_time"},
      {R"({"id":1,"type":"command","room":"r","name":"n","key":")" + std::string(65, 'k') + "\"}", "longer than 64"},
      {std::string(kMaxMessageBytes + 1, ' '), "larger than"},
      {std::string(1'000, '['), "nested deeper"},
      {many_values(kMaxJsonValues + 1), "more than 500 values"},
      {"{\"id\":1,\"type\":\"\xff\"}", "not valid JSON"},
  };
  for (const auto& [text, expected] : wrong) {
    const auto decoded = decode_client_message(text);
    ASSERT_FALSE(decoded.message.ok()) << text.substr(0, 100);
    EXPECT_THAT(decoded.message.error().message, HasSubstr(expected)) << text.substr(0, 100);
  }
}

TEST(ClientMessage, CountsValuesAndNotTheCommasOfTexts) {
  EXPECT_TRUE(decode_client_message(many_values(kMaxJsonValues)).message.ok());
  const std::string commas(1'000, ',');
  EXPECT_TRUE(decode_client_message(R"({"id":1,"type":"command","room":"r","name":"n","key":"k","body":{"text":")" +
                                    commas + "\"}}")
                  .message.ok());
}

TEST(ClientMessage, KeepsTheIdOfAWrongRequest) {
  EXPECT_EQ(decode_client_message(R"({"id":7,"type":"join"})").id, 7);
  EXPECT_EQ(decode_client_message(R"({"type":"join"})").id, std::nullopt);
}

TEST(ClientMessage, IgnoresUnknownKeysAndFractionsOfMediaTime) {
  const auto decoded = decode_client_message(
      R"({"id":8,"type":"command","room":"r","name":"n","key":"k","media_time":1763712050000.75,"later":{"x":[1]}})");
  ASSERT_TRUE(decoded.message.ok());
  const auto& command = std::get<CommandMessage>(*decoded.message);
  EXPECT_EQ(command.media_time, from_unix_ms(1'763'712'050'000));
  EXPECT_EQ(command.body, "{}");
}

}  // namespace
}  // namespace grandstand::wire
