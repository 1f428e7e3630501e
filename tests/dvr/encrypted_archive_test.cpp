// SPDX-License-Identifier: MIT
// The archive of an encrypted channel, read as one stream.
#include "recorded_channel.hpp"

#include <grandstand/hls/segment_cipher.hpp>

namespace grandstand::dvr {
namespace {

using std::chrono::seconds;

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";

TEST(EncryptedArchive, ComesOpenAsOneStreamForWhoHasTheSecret) {
  TestFolder folder;
  ManualClock clock;
  const auto begin = clock.utc();
  {
    RecordedChannel channel(folder.path(), clock);
    hls::SegmentCipher cipher(ChannelId("news"), kSecret, 3, clock.utc());
    for (int i = 0; i < 8; ++i) {
      auto segment = channel.make("ts");
      segment.key_line = cipher.key_line("ts", segment.sequence);
      auto media = std::make_shared<hls::Resource>(*segment.media);
      media->body = cipher.encrypt("ts", segment.sequence, media->body);
      segment.media = media;
      channel.archive->on_segment(segment);
      ++channel.sequence();
      clock.advance(seconds(2));
    }
    channel.archive->drain();
  }
  RecordedChannel channel(folder.path(), clock);
  const Playhead start{"news", begin, begin + seconds(10), {}, {}};
  ASSERT_FALSE(channel.archive->read_now(start).ok());
  EXPECT_EQ(channel.archive->read_now(start).error().code, ErrorCode::kUnsupported);
  channel.archive->set_segment_secret(std::string(32, 'x'));
  EXPECT_FALSE(channel.archive->read_now(start).ok());
  channel.archive->set_segment_secret(kSecret);
  auto sequence = static_cast<std::uint64_t>(to_unix_ms(begin) / 1'000);
  auto piece = channel.archive->read_now(start);
  for (; piece.ok() && !piece->ended; piece = channel.archive->read_now(piece->head)) {
    EXPECT_EQ(piece->bytes.view(), "ts " + std::to_string(sequence++));
  }
  ASSERT_TRUE(piece.ok()) << piece.error().message;
  EXPECT_EQ(sequence, static_cast<std::uint64_t>(to_unix_ms(begin) / 1'000) + 5);
}

}  // namespace
}  // namespace grandstand::dvr
