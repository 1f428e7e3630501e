// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/hls/origin.hpp>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grandstand::hls {

// Encrypts the segments of one channel (RFC 8216 4.3.2.4, METHOD=AES-128: the whole segment in CBC mode with PKCS #7
// padding) and gives out the keys, which lie beside the media, so that whoever may watch may have them. Keys change
// every so many segments. They are derived from one secret, as are the initialization vectors: nothing need be kept for
// an archive but the secret.
//
// Owner: the channel.   Runs on: any thread.
class SegmentCipher final : public SideResources {
 public:
  // `secret`: random bytes that live as long as any archive of the channel. `rotation` >= 1: segments with one key.
  // Keys of segments after `started` are given out only once they are in use.
  SegmentCipher(ChannelId channel, std::string secret, std::uint64_t rotation, UtcTime started);

  // `rendition`: its folder; `sequence`: the media sequence number.
  SharedBytes encrypt(std::string_view rendition, std::uint64_t sequence, const SharedBytes& segment);
  // The whole EXT-X-KEY line without its end; its URI is relative to the rendition's folder.
  std::string key_line(std::string_view rendition, std::uint64_t sequence) const;

  // The segment that encrypt() was given, of whatever rotation; nothing when `key_line` is not the one of that segment.
  std::optional<SharedBytes> decrypt(std::string_view rendition, std::uint64_t sequence, std::string_view key_line,
                                     const SharedBytes& encrypted) const;

  // "key-<number>.key": the 16 bytes of a key, of every segment so far, by whatever rotation.
  ResourcePtr find(std::string_view path) const override;

 private:
  std::string derive(std::string_view what) const;  // 16 bytes
  std::uint64_t key_number(std::uint64_t sequence) const;
  std::string key(std::uint64_t number) const;
  std::string vector(std::string_view rendition, std::uint64_t sequence) const;

  ChannelId channel_;
  std::string secret_;
  std::uint64_t rotation_;
  std::atomic<std::uint64_t> newest_;  // segment
};

}  // namespace grandstand::hls
