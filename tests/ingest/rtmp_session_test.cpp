// SPDX-License-Identifier: MIT
#include "rtmp_session.hpp"

#include "rtmp_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

struct Owner : RtmpSessionOwner {
  RtmpPublishAnswer on_publish(const RtmpPublishName& name) override {
    names.push_back(name);
    return answer;
  }
  void on_publish_refused() override { ++refused; }
  void on_media(RtmpMessage message) override { media.push_back(std::move(message)); }
  void on_unpublish() override { ++unpublished; }

  RtmpPublishAnswer answer{true, {}, {}};
  std::vector<RtmpPublishName> names;
  std::vector<RtmpMessage> media;
  int refused = 0;
  int unpublished = 0;
};

struct Peer {
  Status say(const ByteList& bytes, std::size_t piece = 1000) {
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      const Status status = session.feed(std::span(bytes).subspan(at, std::min(piece, bytes.size() - at)));
      append(heard, session.take_output());
      if (!status) return status;
    }
    return success();
  }
  std::vector<std::string> commands() const { return server_commands(heard); }
  // The second object of the answer to connect.
  AmfValue information() const {
    for (const RtmpMessage& message : server_messages(heard)) {
      if (message.type != rtmp_type::kAmf0Command) continue;
      AmfReader reader(message.payload);
      for (int i = 0; i < 3; ++i) (void)reader.next();
      return reader.next().value();
    }
    return {};
  }

  Owner owner;
  RtmpSession session{1u << 20, 1, owner};
  ByteList heard;
};

TEST(RtmpSession, AnswersThePublisherOfFfmpeg) {
  for (const std::size_t piece : {1, 13, 100'000}) {
    Peer peer;
    ASSERT_TRUE(peer.say(publish_dialogue("live", "news?key=k"), piece));
    EXPECT_THAT(peer.commands(),
                ElementsAre("_result NetConnection.Connect.Success", "_result", "_result", "_result",
                            "onFCPublish NetStream.Publish.Start", "onStatus NetStream.Publish.Start"));
    ASSERT_EQ(peer.owner.names.size(), 1U);
    EXPECT_EQ(peer.owner.names[0].channel, "news");
    EXPECT_EQ(peer.owner.names[0].key, "k");
    EXPECT_TRUE(peer.session.publishing());
    ASSERT_TRUE(peer.say(chunks({rtmp_type::kVideo, 1, 40, ByteList(100, 1)}, 6)));
    ASSERT_EQ(peer.owner.media.size(), 1U);
    EXPECT_EQ(peer.owner.media[0].timestamp, 40U);
  }
}

// The orders of other encoders (headend.md 6.1); the names are those of ossrs/srs.
TEST(RtmpSession, AnswersTheOrdersOfFlashAndOfHaivision) {
  const auto simple = [](const char* name, double transaction) {
    return command({AmfValue(name), AmfValue(transaction), AmfValue(), AmfValue("news?key=k")});
  };
  const ByteList create = command({AmfValue("createStream"), AmfValue(3.0), AmfValue()});
  Peer flash;
  ASSERT_TRUE(flash.say(client_handshake()));
  ASSERT_TRUE(flash.say(connect("live")));
  ASSERT_TRUE(flash.say(create));
  ASSERT_TRUE(flash.say(publish("news?key=k")));
  EXPECT_THAT(flash.commands(),
              ElementsAre("_result NetConnection.Connect.Success", "_result", "onStatus NetStream.Publish.Start"));
  Peer haivision;
  ASSERT_TRUE(haivision.say(client_handshake()));
  ASSERT_TRUE(haivision.say(connect("live")));
  ASSERT_TRUE(haivision.say(create));
  ASSERT_TRUE(haivision.say(simple("FCPublish", 4)));
  ASSERT_TRUE(haivision.say(simple("_checkbw", 5)));
  ASSERT_TRUE(haivision.say(publish("news?key=k")));
  EXPECT_THAT(haivision.commands(),
              ElementsAre("_result NetConnection.Connect.Success", "_result", "_result", "_result",
                          "onFCPublish NetStream.Publish.Start", "onStatus NetStream.Publish.Start"));
}

TEST(RtmpSession, NamesWhatItTakesToEnhancedPublishersOnly) {
  Peer plain;
  ASSERT_TRUE(plain.say(client_handshake()));
  ASSERT_TRUE(plain.say(connect("live")));
  EXPECT_EQ(plain.information().find("capsEx"), nullptr);
  Peer enhanced;
  ASSERT_TRUE(enhanced.say(client_handshake()));
  AmfValue::Array list;
  list.push_back(AmfValue("hvc1"));
  ASSERT_TRUE(enhanced.say(
      command({AmfValue("connect"), AmfValue(1.0),
               AmfValue(AmfValue::Object{{"app", AmfValue("live")}, {"fourCcList", AmfValue(std::move(list))}})})));
  const AmfValue information = enhanced.information();
  ASSERT_NE(information.find("capsEx"), nullptr);
  EXPECT_EQ(*information.find("capsEx")->number(), 15);
  EXPECT_EQ(information.find("fourCcList")->array()->size(), 7U);
  for (const char* name : {"avc1", "hvc1", "av01"}) {
    EXPECT_EQ(*information.find("videoFourCcInfoMap")->find(name)->number(), 4) << name;
  }
  for (const char* name : {"mp4a", "Opus", "ac-3", "ec-3"}) {
    EXPECT_EQ(*information.find("audioFourCcInfoMap")->find(name)->number(), 4) << name;
  }
  EXPECT_FALSE(enhanced.session.request_reconnect("why"));  // it did not say that it can
}

TEST(RtmpSession, DoesNotTrustMetadata) {
  Peer peer;
  ASSERT_TRUE(peer.say(publish_dialogue("live", "news?key=k")));
  RtmpMessage metadata = rtmp_reply::command(
      1, {AmfValue("@setDataFrame"), AmfValue("onMetaData"),
          AmfValue(AmfValue::Object{{"videocodecid", AmfValue(1'635'135'537.0)}})});  // XSplit: av01 as a number
  metadata.type = 18;
  ASSERT_TRUE(peer.say(chunks(metadata)));
  metadata.payload = {2, 0xFF, 0xFF};  // nor damaged ones
  ASSERT_TRUE(peer.say(chunks(metadata)));
  EXPECT_THAT(peer.owner.media, IsEmpty());
  EXPECT_TRUE(peer.session.publishing());
}

TEST(RtmpSession, SaysPublishStartOnlyAfterAcceptance) {
  Peer peer;
  peer.owner.answer = {false, "NetStream.Publish.Rejected", "no"};
  ASSERT_TRUE(peer.say(publish_dialogue("live", "news?key=wrong")));
  EXPECT_THAT(peer.commands(), Contains("onStatus NetStream.Publish.Rejected"));
  EXPECT_THAT(peer.commands(), Not(Contains("onStatus NetStream.Publish.Start")));
  EXPECT_TRUE(peer.session.finished());
  ASSERT_TRUE(peer.say(chunks({rtmp_type::kVideo, 1, 40, ByteList(100, 1)}, 6)));
  EXPECT_THAT(peer.owner.media, IsEmpty());
}

TEST(RtmpSession, RefusesPlayersClearly) {
  Peer peer;
  ASSERT_TRUE(peer.say(client_handshake()));
  ASSERT_TRUE(peer.say(connect("live")));
  ASSERT_TRUE(peer.say(command({AmfValue("play"), AmfValue(4.0), AmfValue(), AmfValue("news")}, 1)));
  EXPECT_THAT(peer.commands(), Contains("onStatus NetStream.Play.Failed"));
  EXPECT_TRUE(peer.session.finished());
  EXPECT_EQ(peer.owner.refused, 1);
}

TEST(RtmpSession, ToleratesAmf3CommandsAsAmf0) {
  Peer peer;
  ASSERT_TRUE(peer.say(client_handshake()));
  ASSERT_TRUE(peer.say(connect("live")));
  RtmpMessage message = rtmp_reply::command(1, {AmfValue("publish"), AmfValue(5.0), AmfValue(), AmfValue("news")});
  message.type = rtmp_type::kAmf3Command;
  message.payload.insert(message.payload.begin(), 0);
  ASSERT_TRUE(peer.say(chunks(message)));
  EXPECT_TRUE(peer.session.publishing());
}

TEST(RtmpSession, IgnoresUnknownCommandsAndAnswersTheSmallOnes) {
  Peer peer;
  ASSERT_TRUE(peer.say(client_handshake()));
  ASSERT_TRUE(peer.say(connect("live")));
  for (const char* name : {"_checkbw", "getStreamLength", "somethingNew"}) {
    ASSERT_TRUE(peer.say(command({AmfValue(name), AmfValue(2.0), AmfValue()})));
  }
  EXPECT_THAT(peer.commands(), ElementsAre("_result NetConnection.Connect.Success", "_result", "_result"));
}

TEST(RtmpSession, EndsThePublicationOnceAndTakesTheNext) {
  Peer peer;
  ASSERT_TRUE(peer.say(publish_dialogue("live", "news?key=k")));
  ASSERT_TRUE(peer.say(command({AmfValue("FCUnpublish"), AmfValue(6.0), AmfValue(), AmfValue("news")})));
  EXPECT_THAT(peer.commands(), Contains("onFCUnpublish NetStream.Unpublish.Success"));
  ASSERT_TRUE(peer.say(command({AmfValue("deleteStream"), AmfValue(7.0), AmfValue(), AmfValue(1.0)})));
  EXPECT_EQ(peer.owner.unpublished, 1);
  EXPECT_FALSE(peer.session.publishing());
  EXPECT_FALSE(peer.session.finished());
  for (const char* name : {"closeStream", "deleteStream"}) {
    ASSERT_TRUE(peer.say(publish("news?key=k")));
    EXPECT_TRUE(peer.session.publishing());
    ASSERT_TRUE(peer.say(command({AmfValue(name), AmfValue(8.0), AmfValue(), AmfValue(1.0)}, 1)));
    EXPECT_FALSE(peer.session.publishing());
  }
  ASSERT_TRUE(peer.say(command({AmfValue("createStream"), AmfValue(9.0), AmfValue()})));
  ASSERT_TRUE(peer.say(publish("news?key=k", 2)));
  EXPECT_TRUE(peer.session.publishing());
  EXPECT_EQ(peer.owner.unpublished, 3);
}

TEST(RtmpSession, AcknowledgesEveryWindow) {
  Peer peer;
  ASSERT_TRUE(peer.say(publish_dialogue("live", "news?key=k")));
  ASSERT_TRUE(peer.say(chunks(rtmp_reply::control(rtmp_type::kWindowAckSize, 5000), 2)));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(peer.say(chunks({rtmp_type::kAudio, 1, 0, ByteList(990, 7)}, 4)));
  int acknowledgements = 0;
  for (const RtmpMessage& message : server_messages(peer.heard)) {
    if (message.type == rtmp_type::kAcknowledgement) ++acknowledgements;
  }
  EXPECT_GE(acknowledgements, 3);
  EXPECT_LE(acknowledgements, 5);
}

TEST(RtmpSession, AnswersPings) {
  Peer peer;
  ASSERT_TRUE(peer.say(client_handshake()));
  ASSERT_TRUE(peer.say(chunks(rtmp_reply::user_control(6, 0xD0F), 2)));
  const auto messages = server_messages(peer.heard);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].payload, (ByteList{0, 7, 0, 0, 0x0D, 0x0F}));
}

TEST(RtmpSession, GivesStrangersLittleMemory) {
  Peer peer;
  ASSERT_TRUE(peer.say(client_handshake()));
  ASSERT_TRUE(peer.say(connect("live")));
  const Status status = peer.say(chunks({rtmp_type::kVideo, 1, 0, ByteList(70'000, 0)}, 6));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kTooLarge);
}

TEST(RtmpSession, RefusesCommandsBeforeConnectAndDamagedOnes) {
  Peer early;
  ASSERT_TRUE(early.say(client_handshake()));
  EXPECT_FALSE(early.say(publish("news")));
  Peer damaged;
  ASSERT_TRUE(damaged.say(client_handshake()));
  EXPECT_FALSE(damaged.say(chunks({rtmp_type::kAmf0Command, 0, 0, {2, 0, 200, 'c'}})));
}

}  // namespace
}  // namespace grandstand::ingest
