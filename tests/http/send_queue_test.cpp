// SPDX-License-Identifier: MIT
#include "send_queue.hpp"

#include <gtest/gtest.h>
#include <sys/uio.h>

namespace grandstand::http {
namespace {

using hub::TrafficClass;
using Verdict = SendQueue::Verdict;

SharedBytes bytes(std::string text) {
  return SharedBytes(std::move(text));
}

std::string unsent(const SendQueue& queue) {
  iovec pieces[16];
  std::string text;
  const auto count = queue.gather(pieces, 16);
  for (std::size_t i = 0; i < count; ++i) text.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
  return text;
}

TEST(SendQueue, SendsFramesInOrderWithoutTheirSentParts) {
  SendQueue queue(100);
  EXPECT_EQ(queue.push(bytes("abcdef"), 2, TrafficClass::kChat), Verdict::kQueued);
  EXPECT_EQ(queue.push(bytes("ghi"), 0, TrafficClass::kControl), Verdict::kQueued);
  EXPECT_EQ(queue.bytes(), 7u);
  EXPECT_EQ(unsent(queue), "cdefghi");
  queue.consume(5);
  EXPECT_EQ(unsent(queue), "hi");
  queue.consume(2);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(SendQueue, DropsPassingStateAtHalfAndOverflowsWhenFull) {
  SendQueue queue(100);
  EXPECT_EQ(queue.push(bytes(std::string(50, 'a')), 0, TrafficClass::kConflatable), Verdict::kQueued);
  EXPECT_EQ(queue.push(bytes("x"), 0, TrafficClass::kConflatable), Verdict::kDropped);
  EXPECT_EQ(queue.push(bytes(std::string(50, 'b')), 0, TrafficClass::kChat), Verdict::kQueued);
  EXPECT_EQ(queue.push(bytes("x"), 0, TrafficClass::kConflatable), Verdict::kDropped);
  EXPECT_EQ(queue.push(bytes("x"), 0, TrafficClass::kChat), Verdict::kOverflow);
  EXPECT_EQ(queue.push(bytes("x"), 0, TrafficClass::kControl), Verdict::kOverflow);
  queue.consume(60);
  EXPECT_EQ(queue.push(bytes("x"), 0, TrafficClass::kConflatable), Verdict::kQueued);
}

TEST(SendQueue, TakesAFrameThatHasBegunWhateverItsSize) {
  SendQueue queue(10);
  EXPECT_EQ(queue.push(bytes(std::string(100, 'a')), 1, TrafficClass::kConflatable), Verdict::kQueued);
  EXPECT_EQ(queue.bytes(), 99u);
}

TEST(SendQueue, KeepsTheBegunFrameWhenTheRestIsDropped) {
  SendQueue queue(100);
  static_cast<void>(queue.push(bytes("abc"), 1, TrafficClass::kChat));
  static_cast<void>(queue.push(bytes("def"), 0, TrafficClass::kChat));
  queue.drop_unbegun();
  queue.push_always(bytes("last"));
  EXPECT_EQ(unsent(queue), "bclast");
  EXPECT_EQ(queue.bytes(), 6u);

  SendQueue fresh(100);
  static_cast<void>(fresh.push(bytes("def"), 0, TrafficClass::kChat));
  fresh.drop_unbegun();
  EXPECT_TRUE(fresh.empty());
  fresh.push_always(bytes("last"));
  EXPECT_EQ(unsent(fresh), "last");
}

TEST(SendQueue, StaysRightOverManyFrames) {
  SendQueue queue(1'000'000);
  std::string expected;
  std::string got;
  for (int i = 0; i < 2000; ++i) {
    const auto text = std::to_string(i) + ",";
    expected += text;
    static_cast<void>(queue.push(bytes(text), 0, TrafficClass::kChat));
    if (i % 3 == 0) {
      const auto piece = unsent(queue).substr(0, 7);
      got += piece;
      queue.consume(piece.size());
    }
  }
  while (!queue.empty()) {
    const auto piece = unsent(queue);
    got += piece;
    queue.consume(piece.size());
  }
  EXPECT_EQ(got, expected);
}

}  // namespace
}  // namespace grandstand::http
