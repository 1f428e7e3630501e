// SPDX-License-Identifier: MIT
#include "rtmp_handshake.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;
using Digest = std::array<std::uint8_t, 32>;

constexpr std::uint8_t kVersion = 3;
constexpr std::size_t kDigestFirst = 8;     // "schema 1": the digest block comes before the key block
constexpr std::size_t kDigestSecond = 772;  // "schema 0"

constexpr std::string_view kServerName = "Genuine Adobe Flash Media Server 001";
constexpr std::string_view kClientName = "Genuine Adobe Flash Player 001";
constexpr std::array<std::uint8_t, 32> kKeyTail = {0xF0, 0xEE, 0xC2, 0x4A, 0x80, 0x68, 0xBE, 0xE8, 0x2E, 0x00, 0xD0,
                                                   0xD1, 0x02, 0x9E, 0x7E, 0x57, 0x6E, 0xEC, 0x5D, 0x2D, 0x29, 0x80,
                                                   0x6F, 0xAB, 0x93, 0xB8, 0xE6, 0x36, 0xCF, 0xEB, 0x31, 0xAE};

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Digest hmac_sha256(Bytes key, Bytes message) {
  Digest digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), digest.data(), &length);
  return digest;
}

std::size_t digest_offset(Bytes block, std::size_t base) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < 4; ++i) sum += block[base + i];
  return base + 4 + sum % 728;
}

// The digest covers the block without itself.
Digest digest_of(Bytes block, std::size_t offset, Bytes key) {
  std::vector<std::uint8_t> rest(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(offset));
  rest.insert(rest.end(), block.begin() + static_cast<std::ptrdiff_t>(offset + 32), block.end());
  return hmac_sha256(key, rest);
}

std::optional<std::size_t> find_digest(Bytes block) {
  for (const std::size_t base : {kDigestFirst, kDigestSecond}) {
    const std::size_t offset = digest_offset(block, base);
    const Digest expected = digest_of(block, offset, bytes_of(kClientName));
    if (std::equal(expected.begin(), expected.end(), block.begin() + static_cast<std::ptrdiff_t>(offset))) return base;
  }
  return std::nullopt;
}

}  // namespace

Result<std::size_t> RtmpHandshake::feed(Bytes bytes, std::vector<std::uint8_t>& out) {
  std::size_t taken = 0;
  while (taken < bytes.size() && state_ != State::kDone) {
    if (state_ == State::kVersion) {
      const std::uint8_t version = bytes[taken++];
      if (version != kVersion) {
        return Error{ErrorCode::kInvalidArgument, "not RTMP: the first byte is " + std::to_string(version) +
                                                      ", expected 3 (plain RTMP; RTMPE is not served)"};
      }
      state_ = State::kClientBlock;
      continue;
    }
    const std::size_t count = std::min(kBlockSize - received_, bytes.size() - taken);
    if (state_ == State::kClientBlock) {
      std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(taken), count,
                  block_.begin() + static_cast<std::ptrdiff_t>(received_));
    }
    taken += count;
    received_ += count;
    if (received_ < kBlockSize) break;
    received_ = 0;
    if (state_ == State::kClientBlock) {
      answer(out);
      state_ = State::kClientEcho;
    } else {
      state_ = State::kDone;  // C2 is not checked: clients differ in it, and it protects nothing
    }
  }
  return taken;
}

void RtmpHandshake::answer(std::vector<std::uint8_t>& out) {
  const bool may_be_signed = block_[4] != 0 || block_[5] != 0 || block_[6] != 0 || block_[7] != 0;
  const auto base = may_be_signed ? find_digest(block_) : std::nullopt;
  Block first{};  // S1
  fill_random(std::span(first).subspan(8));
  Block second = block_;  // S2
  if (base) {
    std::vector<std::uint8_t> full_key(kServerName.begin(), kServerName.end());
    full_key.insert(full_key.end(), kKeyTail.begin(), kKeyTail.end());
    first[4] = 4, first[5] = 5, first[6] = 0, first[7] = 1;  // the version of a server that signs
    const std::size_t own = digest_offset(first, *base);
    const Digest signature = digest_of(first, own, bytes_of(kServerName));
    std::copy(signature.begin(), signature.end(), first.begin() + static_cast<std::ptrdiff_t>(own));

    const std::size_t theirs = digest_offset(block_, *base);
    const Digest key = hmac_sha256(full_key, std::span(block_).subspan(theirs, 32));
    fill_random(second);
    const Digest reply = hmac_sha256(key, std::span(second).first(kBlockSize - 32));
    std::copy(reply.begin(), reply.end(), second.end() - 32);
  }
  out.push_back(kVersion);
  out.insert(out.end(), first.begin(), first.end());
  out.insert(out.end(), second.begin(), second.end());
}

// splitmix64: the bytes only have to differ, nothing secret depends on them.
void RtmpHandshake::fill_random(std::span<std::uint8_t> bytes) {
  for (std::uint8_t& byte : bytes) {
    std::uint64_t mixed = (seed_ += 0x9E3779B97F4A7C15ULL);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    byte = static_cast<std::uint8_t>(mixed >> 56);
  }
}

}  // namespace grandstand::ingest
