// SPDX-License-Identifier: MIT
#include "frame_reader.hpp"

#include "websocket_cases.hpp"

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

Outcome read(std::string bytes, const std::vector<std::size_t>& cuts = {}, std::size_t limit = kMessageLimit) {
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

TEST(FrameReader, ReadsWhatRfc6455SaysAndRefusesTheRest) {
  for (const auto& c : websocket_cases()) {
    EXPECT_EQ(read(c.bytes).heard, c.heard) << c.name;
    EXPECT_EQ(read(c.bytes).failure, c.failure) << c.name;
  }
}

TEST(FrameReader, ReadsTheSameByteByByte) {
  for (const auto& c : websocket_cases()) {
    std::vector<std::size_t> cuts;
    for (std::size_t i = 1; i < std::min<std::size_t>(c.bytes.size(), 3000); ++i) cuts.push_back(i);
    EXPECT_EQ(read(c.bytes, cuts), (Outcome{c.heard, c.failure})) << c.name;
  }
}

TEST(FrameReader, ReadsTheSameInRandomCuts) {
  std::mt19937 random(6455);
  for (int round = 0; round < 20; ++round) {
    for (const auto& c : websocket_cases()) {
      std::vector<std::size_t> cuts;
      for (std::size_t at = 0; (at += random() % 40 + 1) < c.bytes.size();) cuts.push_back(at);
      EXPECT_EQ(read(c.bytes, cuts), (Outcome{c.heard, c.failure})) << c.name;
    }
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
