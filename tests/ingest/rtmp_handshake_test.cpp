// SPDX-License-Identifier: MIT
#include "rtmp_handshake.hpp"

#include <algorithm>
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace grandstand::ingest {
namespace {

using ByteList = std::vector<std::uint8_t>;
constexpr std::size_t kBlock = RtmpHandshake::kBlockSize;

ByteList hmac(std::span<const std::uint8_t> key, std::span<const std::uint8_t> message) {
  ByteList digest(32);
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), digest.data(), &length);
  return digest;
}

ByteList bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

std::size_t offset_in(std::span<const std::uint8_t> block, std::size_t base) {
  return base + 4 + (block[base] + block[base + 1] + block[base + 2] + block[base + 3]) % 728;
}

ByteList digest_of(std::span<const std::uint8_t> block, std::size_t offset, std::string_view key) {
  ByteList rest(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(offset));
  rest.insert(rest.end(), block.begin() + static_cast<std::ptrdiff_t>(offset + 32), block.end());
  return hmac(bytes_of(key), rest);
}

ByteList client_block(bool versioned) {
  ByteList block(kBlock);
  for (std::size_t i = 8; i < kBlock; ++i) block[i] = static_cast<std::uint8_t>(i * 7);
  if (versioned) block[4] = 128;
  return block;
}

ByteList hello(const ByteList& block) {
  ByteList bytes = {3};
  bytes.insert(bytes.end(), block.begin(), block.end());
  return bytes;
}

TEST(RtmpHandshake, EchoesTheClientInPiecesOfOneByte) {
  const ByteList block = client_block(false);
  RtmpHandshake handshake(1);
  ByteList out;
  for (const std::uint8_t byte : hello(block)) {
    EXPECT_TRUE(out.empty());
    ASSERT_EQ(handshake.feed(std::span(&byte, 1), out).value(), 1U);
  }
  ASSERT_EQ(out.size(), 1 + 2 * kBlock);
  EXPECT_EQ(out[0], 3);
  EXPECT_TRUE(std::equal(block.begin(), block.end(), out.begin() + 1 + kBlock));
  EXPECT_FALSE(handshake.done());
  const ByteList echo(kBlock + 5, 9);
  EXPECT_EQ(handshake.feed(echo, out).value(), kBlock);
  EXPECT_TRUE(handshake.done());
  EXPECT_EQ(handshake.feed(echo, out).value(), 0U);
}

class SignedHandshake : public testing::TestWithParam<std::size_t> {};

TEST_P(SignedHandshake, IsAnsweredWithSignatures) {
  ByteList block = client_block(true);
  const std::size_t theirs = offset_in(block, GetParam());
  const ByteList digest = digest_of(block, theirs, "Genuine Adobe Flash Player 001");
  std::copy(digest.begin(), digest.end(), block.begin() + static_cast<std::ptrdiff_t>(theirs));
  RtmpHandshake handshake(2);
  ByteList out;
  ASSERT_TRUE(handshake.feed(hello(block), out));
  ASSERT_EQ(out.size(), 1 + 2 * kBlock);
  const std::span<const std::uint8_t> first(out.data() + 1, kBlock);
  const std::span<const std::uint8_t> second(out.data() + 1 + kBlock, kBlock);

  const std::size_t own = offset_in(first, GetParam());
  const ByteList signature = digest_of(first, own, "Genuine Adobe Flash Media Server 001");
  EXPECT_TRUE(std::equal(signature.begin(), signature.end(), first.begin() + static_cast<std::ptrdiff_t>(own)));
  EXPECT_FALSE(std::equal(block.begin(), block.end(), second.begin()));
}

INSTANTIATE_TEST_SUITE_P(BothPlaces, SignedHandshake, testing::Values(8, 772));

TEST(RtmpHandshake, EchoesWhenAVersionComesWithoutDigest) {
  const ByteList block = client_block(true);
  RtmpHandshake handshake(3);
  ByteList out;
  ASSERT_TRUE(handshake.feed(hello(block), out));
  EXPECT_TRUE(std::equal(block.begin(), block.end(), out.begin() + 1 + kBlock));
}

TEST(RtmpHandshake, RefusesOtherProtocols) {
  RtmpHandshake handshake(4);
  ByteList out;
  const auto answer = handshake.feed(bytes_of("GET / HTTP/1.1\r\n"), out);
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("not RTMP: the first byte is 71, expected 3"), std::string::npos);
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace grandstand::ingest
