// SPDX-License-Identifier: MIT
#include "test_paths.hpp"

#include <grandstand/wire/server_message.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::wire {
namespace {

using namespace std::chrono_literals;

std::string golden(const std::string& name) {
  std::ifstream file(std::string(GRANDSTAND_SOURCE_DIR "/tests/wire/golden/") + name + ".json");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

const UserView kAda{"guest:k3f9", "Ada", "guest"};
const UtcTime kNow = from_unix_ms(1'763'712'055'123);

EventView message_event() {
  return {"channel:news",       "k3x9", 1194, "chat.message", kNow, from_unix_ms(1'763'712'050'000), kAda,
          R"({"text":"Goal!"})"};
}

std::string text_of(const EventView& event) {
  std::string out;
  append_event(out, event);
  return out;
}

TEST(ServerMessage, EncodesAsTheGoldenFilesSay) {
  const std::string event = text_of(message_event());
  const EventView passing{"channel:news",      {}, 0, "room.members", from_unix_ms(1'763'712'060'000), {}, {},
                          R"({"members":129})"};
  const std::vector<std::pair<std::string, std::string>> cases{
      {"welcome", encode_welcome({1, 42, kAda, kNow, 25s})},
      {"welcome_spectator", encode_welcome({1, 42, {}, kNow, 25s})},
      {"user", encode_user(kAda)},
      {"joined",
       encode_joined({2, "channel:news", "k3x9", 1193, 128, false, {}, R"({"chat":{"messages":[]},"reactions":{}})"})},
      {"joined_recovered",
       encode_joined({3, "channel:news", "k3x9", 1194, 128, true, event, R"({"house_rules":{"modes":{}}})"})},
      {"left", encode_left(4, "channel:news")},
      {"done", encode_done({8, "channel:news", "k3x9", 1194, true})},
      {"done_founded",
       encode_done({.id = 5, .stored = true, .result = R"({"room":"party:k3f9xq2m7b","invite":"w4n8htbz"})"})},
      {"done_passing", encode_done({9, "channel:news", "k3x9", 0, false})},
      {"refusal", encode_refusal(8, {ErrorCode::kRateLimited, "You are sending messages too fast."}, 1200ms)},
      {"error", encode_error({ErrorCode::kInvalidArgument, "the message is not a JSON object"})},
      {"events", encode_events(std::vector<std::string>{event, text_of(passing)})},
      {"pong", encode_pong(81234.5, kNow, kNow + 105us)},
      {"drain", encode_drain(5s)},
  };
  for (const auto& [name, text] : cases) {
    EXPECT_EQ(text, golden(name)) << name;
    EXPECT_TRUE(nlohmann::json::accept(text)) << name;
  }
}

}  // namespace
}  // namespace grandstand::wire
