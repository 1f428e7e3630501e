// SPDX-License-Identifier: MIT
#include "frame_reader.hpp"

#include "frame_builder.hpp"

#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using wire::CloseCode;

// Everything that came, as lines.
class Recorder final : public FrameListener {
 public:
  std::vector<std::string> heard;

 private:
  void on_text(std::string_view message) override { heard.push_back("text:" + std::string(message)); }
  void on_ping(std::string_view payload) override { heard.push_back("ping:" + std::string(payload)); }
  void on_pong(std::string_view payload) override { heard.push_back("pong:" + std::string(payload)); }
  void on_close(std::optional<std::uint16_t> code, std::string_view reason) override {
    heard.push_back("close:" + (code ? std::to_string(*code) : "none") + ":" + std::string(reason));
  }
};

struct Outcome {
  std::vector<std::string> heard;
  int failure = 0;  // close code
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read(std::string bytes, const std::vector<std::size_t>& cuts = {}, std::size_t limit = 1000) {
  FrameReader reader(limit);
  Recorder recorder;
  Outcome outcome;
  std::size_t from = 0;
  auto feed = [&](std::size_t to) {
    const std::span<std::uint8_t> piece(reinterpret_cast<std::uint8_t*>(bytes.data()) + from, to - from);
    from = to;
    const auto failure = reader.feed(piece, recorder);
    if (failure) {
      EXPECT_EQ(outcome.failure, 0) << "two failures";
      EXPECT_FALSE(failure->reason.empty());
      outcome.failure = static_cast<int>(failure->code);
    }
  };
  for (const auto cut : cuts) feed(cut);
  feed(bytes.size());
  outcome.heard = recorder.heard;
  return outcome;
}

std::string close_payload(int code, std::string_view reason = {}) {
  return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)} + std::string(reason);
}

struct Case {
  const char* name;
  std::string bytes;
  Outcome expected;
};

const std::string kLimit(1000, 'x');

// RFC 6455 5 to 8; the groups follow the Autobahn test suite's.
const std::vector<Case>& cases() {
  static const std::vector<Case> cases{
      // framing
      {"a text", frame(kText, "hello"), {{"text:hello"}}},
      {"an empty text", frame(kText, ""), {{"text:"}}},
      {"125 bytes", frame(kText, std::string(125, 'a')), {{"text:" + std::string(125, 'a')}}},
      {"126 bytes", frame(kText, std::string(126, 'a')), {{"text:" + std::string(126, 'a')}}},
      {"the limit", frame(kText, kLimit), {{"text:" + kLimit}}},
      {"two messages at once", frame(kText, "a") + frame(kText, "b"), {{"text:a", "text:b"}}},
      {"over the limit", frame(kText, kLimit + "x"), {{}, 1009}},
      {"65536 bytes in 64 bits", frame(kText, std::string(65536, 'a')), {{}, 1009}},
      {"a huge length", std::string("\x81\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x02\x03\x04", 14), {{}, 1009}},
      {"the highest bit of a length",
       std::string("\x81\xFF\x80\x00\x00\x00\x00\x00\x00\x01\x01\x02\x03\x04", 14),
       {{}, 1002}},
      {"16 bits for 125", std::string("\x81\xFE\x00\x7D\x00\x00\x00\x00", 8) + std::string(125, 'a'), {{}, 1002}},
      {"64 bits for 1", std::string("\x81\xFF\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00z", 15), {{}, 1002}},
      {"unmasked", std::string("\x81\x05hello"), {{}, 1002}},
      {"an unmasked ping", std::string("\x89\x00", 2), {{}, 1002}},
      {"binary", frame(kBinary, "a"), {{}, 1003}},
      // pings and pongs
      {"a ping", frame(kPing, ""), {{"ping:"}}},
      {"a ping with payload", frame(kPing, "123"), {{"ping:123"}}},
      {"a ping of 125 bytes", frame(kPing, std::string(125, 'p')), {{"ping:" + std::string(125, 'p')}}},
      {"a ping of 126 bytes", frame(kPing, std::string(126, 'p')), {{}, 1002}},
      {"a pong nobody asked for", frame(kPong, "x"), {{"pong:x"}}},
      {"a fragmented ping", frame(kPing, "x", kMore), {{}, 1002}},
      {"a fragmented close", frame(kClose, "", kMore), {{}, 1002}},
      // reserved bits and opcodes
      {"RSV1", frame(kText | 0x40, "a"), {{}, 1002}},
      {"RSV2", frame(kText | 0x20, "a"), {{}, 1002}},
      {"RSV3 on a ping", frame(kPing | 0x10, "a"), {{}, 1002}},
      {"opcode 3", frame(3, ""), {{}, 1002}},
      {"opcode 7", frame(7, ""), {{}, 1002}},
      {"opcode 11", frame(11, ""), {{}, 1002}},
      {"opcode 15", frame(15, ""), {{}, 1002}},
      {"what came before a fault is heard", frame(kText, "a") + frame(3, ""), {{"text:a"}, 1002}},
      // fragmentation
      {"two fragments", frame(kText, "a", kMore) + frame(kContinuation, "b"), {{"text:ab"}}},
      {"empty fragments",
       frame(kText, "", kMore) + frame(kContinuation, "", kMore) + frame(kContinuation, ""),
       {{"text:"}}},
      {"an empty last fragment", frame(kText, "a", kMore) + frame(kContinuation, ""), {{"text:a"}}},
      {"a ping between fragments",
       frame(kText, "a", kMore) + frame(kPing, "p") + frame(kContinuation, "b"),
       {{"ping:p", "text:ab"}}},
      {"a continuation of nothing", frame(kContinuation, "a"), {{}, 1002}},
      {"a continuation after the end",
       frame(kText, "a", kMore) + frame(kContinuation, "b") + frame(kContinuation, "c"),
       {{"text:ab"}, 1002}},
      {"a text within a text", frame(kText, "a", kMore) + frame(kText, "b"), {{}, 1002}},
      {"fragments over the limit", frame(kText, kLimit, kMore) + frame(kContinuation, "x"), {{}, 1009}},
      {"fragments up to the limit",
       frame(kText, kLimit.substr(1), kMore) + frame(kContinuation, "x"),
       {{"text:" + kLimit}}},
      {"a message after a fragmented one",
       frame(kText, "a", kMore) + frame(kContinuation, "b") + frame(kText, "c"),
       {{"text:ab", "text:c"}}},
      // UTF-8
      {"UTF-8", frame(kText, "κόσμε 𝄞"), {{"text:κόσμε 𝄞"}}},
      {"a code point over two fragments", frame(kText, "\xCE", kMore) + frame(kContinuation, "\xBA"), {{"text:κ"}}},
      {"a code point over four fragments",
       frame(kText, "\xF0", kMore) + frame(kContinuation, "\x9D", kMore) + frame(kContinuation, "\x84", kMore) +
           frame(kContinuation, "\x9E"),
       {{"text:𝄞"}}},
      {"an unfinished code point", frame(kText, "a\xCE"), {{}, 1007}},
      {"a broken one fails at once", frame(kText, "\xCE", kMore) + frame(kContinuation, "a", kMore), {{}, 1007}},
      {"overlong", frame(kText, "\xC0\xAF"), {{}, 1007}},
      {"a surrogate", frame(kText, "\xED\xA0\x80"), {{}, 1007}},
      {"beyond U+10FFFF", frame(kText, "\xF4\x90\x80\x80"), {{}, 1007}},
      {"a lone continuation byte", frame(kText, "\x80"), {{}, 1007}},
      {"a noncharacter is well-formed", frame(kText, "\xEF\xBF\xBF"), {{"text:\xEF\xBF\xBF"}}},
      {"UTF-8 is not asked of pings", frame(kPing, "\xFF"), {{"ping:\xFF"}}},
      // closing
      {"a close without code", frame(kClose, ""), {{"close:none:"}}},
      {"a close with code", frame(kClose, close_payload(1000)), {{"close:1000:"}}},
      {"a close with reason", frame(kClose, close_payload(1001, "bye")), {{"close:1001:bye"}}},
      {"a close of 125 bytes",
       frame(kClose, close_payload(1000, std::string(123, 'r'))),
       {{"close:1000:" + std::string(123, 'r')}}},
      {"a close of 126 bytes", frame(kClose, close_payload(1000, std::string(124, 'r'))), {{}, 1002}},
      {"a close of one byte", frame(kClose, "\x03"), {{}, 1002}},
      {"a close with a broken reason", frame(kClose, close_payload(1000, "\xFF")), {{}, 1007}},
      {"a close with an unfinished reason", frame(kClose, close_payload(1000, "\xCE")), {{}, 1007}},
      {"nothing is heard after a close", frame(kClose, "") + frame(kText, "a"), {{"close:none:"}}},
      {"garbage after a close", frame(kClose, "") + "\xFF\xFF\xFF", {{"close:none:"}}},
      {"a close within a message", frame(kText, "a", kMore) + frame(kClose, ""), {{"close:none:"}}},
  };
  return cases;
}

TEST(FrameReader, ReadsWhatRfc6455SaysAndRefusesTheRest) {
  for (const auto& c : cases()) {
    EXPECT_EQ(read(c.bytes).heard, c.expected.heard) << c.name;
    EXPECT_EQ(read(c.bytes).failure, c.expected.failure) << c.name;
  }
}

TEST(FrameReader, ReadsTheSameByteByByte) {
  for (const auto& c : cases()) {
    std::vector<std::size_t> cuts;
    for (std::size_t i = 1; i < std::min<std::size_t>(c.bytes.size(), 3000); ++i) cuts.push_back(i);
    EXPECT_EQ(read(c.bytes, cuts), c.expected) << c.name;
  }
}

TEST(FrameReader, ReadsTheSameInRandomCuts) {
  std::mt19937 random(6455);
  for (int round = 0; round < 50; ++round) {
    for (const auto& c : cases()) {
      std::vector<std::size_t> cuts;
      for (std::size_t at = 0; (at += random() % 40 + 1) < c.bytes.size();) cuts.push_back(at);
      EXPECT_EQ(read(c.bytes, cuts), c.expected) << c.name;
    }
  }
}

TEST(FrameReader, KnowsWhichCloseCodesMayBeSent) {
  for (const int code :
       {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4008, 4999}) {
    EXPECT_EQ(read(frame(kClose, close_payload(code))).failure, 0) << code;
  }
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
    EXPECT_EQ(read(frame(kClose, close_payload(code))).failure, 1002) << code;
  }
}

TEST(FrameReader, UnmasksLongMessagesAtEveryPhase) {
  std::string text;
  for (int i = 0; i < 900; ++i) text += static_cast<char>('a' + i % 26);
  const auto bytes = frame(kText, text);
  for (std::size_t cut = 0; cut < 24; ++cut) {
    EXPECT_EQ(read(bytes, {8 + cut}).heard, std::vector<std::string>{"text:" + text}) << cut;
  }
}

}  // namespace
}  // namespace grandstand::http
