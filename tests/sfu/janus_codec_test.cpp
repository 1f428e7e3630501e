// SPDX-License-Identifier: MIT
// What Janus says, as it says it (1.1.2), and nonsense.
#include "janus_codec.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::sfu {
namespace {

using nlohmann::json;
using testing::ElementsAre;

Happening only(const std::string& text) {
  const auto all = decode_happenings("[" + text + "]");
  EXPECT_TRUE(all.ok() && all->size() == 1) << text;
  return all.ok() && all->size() == 1 ? all->front() : Happening{};
}

TEST(JanusCodec, ReadsWhoCanBeWatched) {
  const auto joined = only(R"({"janus":"event","sender":5,"plugindata":{"plugin":"janus.plugin.videoroom","data":
      {"videoroom":"joined","room":2,"id":1,"private_id":7,"publishers":[
      {"id":3,"display":"1.2","streams":[{"type":"audio","mid":"0"},{"type":"video","mid":"1","disabled":true}]},
      {"id":4,"streams":[{"type":"audio","mid":"a"}]},{"id":5}]}}})");
  EXPECT_EQ(joined.handle, 5u);
  EXPECT_EQ(joined.videoroom, "joined");
  EXPECT_THAT(joined.published, ElementsAre(Stream(3, "0"), Stream(4, "a")));
  for (const char* const word : {"leaving", "unpublished"}) {
    EXPECT_EQ(only(std::string(R"({"janus":"event","sender":5,"plugindata":{"data":{"videoroom":"event",")") + word +
                   R"(":3}}})")
                  .gone,
              3u);
  }
  EXPECT_EQ(only(R"({"janus":"event","plugindata":{"data":{"videoroom":"event","leaving":"ok"}}})").gone, 0u);
}

TEST(JanusCodec, ReadsAnOfferWithWhoseMediaIsWhere) {
  const auto attached = only(R"({"janus":"event","sender":6,"plugindata":{"data":{"videoroom":"attached","streams":[
      {"mid":"0","type":"audio","feed_id":3,"feed_mid":"0"},{"mid":"1","type":"video","active":false}]}},
      "jsep":{"type":"offer","sdp":"v=0\r\n"}})");
  ASSERT_EQ(attached.streams.size(), 1u);
  EXPECT_EQ(attached.streams[0], (std::pair<std::string, std::uint64_t>("0", 3)));
  const auto news = encode_signal(7, "1.1", false, attached.content, {{"0", "1.2"}});
  EXPECT_EQ(news.name, "signal");
  EXPECT_EQ(json::parse(news.body), (json{{"generation", 7},
                                          {"seat", "1.1"},
                                          {"leg", "watch"},
                                          {"description", {{"type", "offer"}, {"sdp", "v=0\r\n"}}},
                                          {"streams", {{{"mid", "0"}, {"seat", "1.2"}}}}}));
}

TEST(JanusCodec, ReadsCandidatesAndTheirEnd) {
  const auto one = only(R"({"janus":"trickle","sender":5,"candidate":{"candidate":"c","sdpMid":"0"}})");
  EXPECT_EQ(json::parse(one.content), (json{{"candidate", {{"candidate", "c"}, {"sdpMid", "0"}}}}));
  const auto last = only(R"({"janus":"trickle","sender":5,"candidate":{"completed":true}})");
  EXPECT_EQ(json::parse(last.content), (json{{"candidate", nullptr}}));
  EXPECT_EQ(json::parse(encode_content({}, true, last.content))["candidate"], (json{{"completed", true}}));
}

TEST(JanusCodec, TellsRefusalsFromAnswers) {
  const auto made = decode_answer(R"({"janus":"success","data":{"id":9007199254740991}})");
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->id, 9'007'199'254'740'991u);
  EXPECT_FALSE(made->refused);
  const auto gone = decode_answer(R"({"janus":"error","error":{"code":458,"reason":"No such session 1"}})");
  EXPECT_TRUE(gone.ok() && gone->refused && gone->code == 458);
  const auto room = decode_answer(
      R"({"janus":"success","plugindata":{"data":{"videoroom":"event","error_code":426,"error":"No such room"}}})");
  EXPECT_TRUE(room.ok() && room->refused);
}

TEST(JanusCodec, FindsRoomsOfCallsThatNobodySitsIn) {
  const auto listed = decode_answer(R"({"janus":"success","plugindata":{"data":{"videoroom":"success","list":[
      {"room":1,"description":"Grandstand","num_participants":2},{"room":2,"description":"Grandstand","num_participants":0},
      {"room":3,"description":"Demo","num_participants":0},{"room":4,"description":"Grandstand"},7]}}})");
  ASSERT_TRUE(listed.ok());
  EXPECT_THAT(listed->empty, ElementsAre(2));
  const auto is_private = [](const Secrets& secrets) {
    return json::parse(encode_create_room(secrets, "pin", 2))["body"]["is_private"] == true;
  };
  EXPECT_TRUE(is_private({"", "key"}));
  EXPECT_FALSE(is_private({})) << "nobody could list it";
}

TEST(JanusCodec, SurvivesNonsense) {
  for (const char* const text : {"", "null", "[]", "7", R"({"janus":7})", R"({"janus":"error"})", "{"}) {
    EXPECT_FALSE(decode_answer(text).ok()) << text;
  }
  for (const char* const text : {"", "null", "7", R"({"janus":"error"})", "{"}) {
    EXPECT_FALSE(decode_happenings(text).ok()) << text;
  }
  EXPECT_TRUE(decode_happenings(R"({"janus":"keepalive"})")->empty());
  for (const char* const text :
       {"7", "null", "[]", R"({"sender":-1,"plugindata":7})",
        R"({"plugindata":{"data":{"publishers":[7,null,{"id":"x"}]}}})",
        R"({"plugindata":{"data":{"streams":{"0":1},"error_code":"x"}},"jsep":7,"candidate":7})"}) {
    EXPECT_NO_THROW((void)decode_happenings("[" + std::string(text) + "]")) << text;
  }
  for (const char* const text : {"", "7", R"({"seats":7})", R"({"seat":7})"}) {
    EXPECT_FALSE(decode_wanted(text).ok());
    EXPECT_FALSE(decode_said(text).ok());
  }
}

}  // namespace
}  // namespace grandstand::sfu
