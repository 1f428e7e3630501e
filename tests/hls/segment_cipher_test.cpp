// SPDX-License-Identifier: MIT
// Encrypted channels: OpenSSL's program decrypts them, FFmpeg plays them.
#include "encoded_programme.hpp"
#include "media_reader.hpp"
#include "published_media.hpp"
#include "sample_builder.hpp"

#include <grandstand/base/text.hpp>
#include <grandstand/hls/segment_cipher.hpp>

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr UtcTime kStarted{std::chrono::seconds{1'763'712'055}};
constexpr char kPictures[] = "-c:v libx264 -preset ultrafast -g 50";
constexpr char kSound[] = "-c:a aac";
constexpr char kOtherSound[] = "-c:a aac -ar 44100";
constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";

struct Encrypted {
  ops::Metrics metrics;
  std::shared_ptr<SegmentCipher> cipher;
  Packager packager;

  explicit Encrypted(bool encrypts = true)
      : cipher(std::make_shared<SegmentCipher>(ChannelId{"news"}, kSecret, 2, kStarted)),
        packager(ChannelId{"news"}, without_parts(), kStarted, metrics) {
    if (encrypts) packager.set_cipher(cipher);
  }
  void play(const test::EncodedProgramme& programme, std::chrono::seconds from = 10s) {
    ASSERT_TRUE(packager.set_tracks(programme.tracks, {}).ok());
    for (auto sample : programme.samples) {
      sample.dts += from;
      sample.pts += from;
      packager.add(sample, kStarted + std::chrono::duration_cast<std::chrono::microseconds>(sample.pts));
    }
    packager.flush();
  }
  // As a player would find it.
  void write(const test::ScratchDirectory& scratch, const std::string& rendition) {
    const auto snapshot = packager.snapshot();
    std::filesystem::create_directory(scratch.file(rendition));
    const auto playlist = test::read_media_playlist(*snapshot, rendition);
    std::ofstream(scratch.file(rendition) / "media.m3u8") << playlist.text << "#EXT-X-ENDLIST\n";
    for (const auto& segment : playlist.segments) {
      for (const auto& name : {segment.uri, segment.map}) {
        if (name.empty()) continue;
        test::write_file(scratch.file(rendition) / name, {test::fetch(*snapshot, rendition + "/" + name)});
      }
    }
    for (const auto& key : keys(playlist.text)) test::write_file(scratch.file(key), {cipher->find(key)->body});
  }
  static std::set<std::string> keys(const std::string& text) {
    std::set<std::string> found;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("#EXT-X-KEY:METHOD=AES-128")) found.insert(test::attribute(line, "URI").substr(3));
    }
    return found;
  }

 private:
  static Settings without_parts() {
    Settings settings;
    settings.low_latency = false;
    return settings;
  }
};

std::string hex(const SharedBytes& bytes) {
  return to_hex({bytes.data(), bytes.size()});
}

TEST(SegmentCipher, SegmentsAreThoseOfAnOpenChannelForWhoeverHasTheKey) {
  const auto programme = test::encode_programme(9, kPictures, kSound);
  Encrypted open(false);
  Encrypted closed;
  open.play(programme);
  closed.play(programme);
  const test::ScratchDirectory scratch;
  for (const std::string rendition : {"fmp4", "ts"}) {
    const auto plain = test::read_media_playlist(*open.packager.snapshot(), rendition);
    const auto playlist = test::read_media_playlist(*closed.packager.snapshot(), rendition);
    ASSERT_EQ(playlist.segments, plain.segments);
    std::istringstream lines(playlist.text);
    std::string key_line;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("#EXT-X-KEY:")) key_line = line;
      if (line.empty() || line.front() == '#') continue;
      const auto encrypted = test::fetch(*closed.packager.snapshot(), rendition + "/" + line);
      const auto clear = test::fetch(*open.packager.snapshot(), rendition + "/" + line);
      EXPECT_EQ(encrypted.size() % 16, 0U);
      EXPECT_NE(hex(encrypted), hex(clear));
      test::write_file(scratch.file("encrypted"), {encrypted});
      test::write_file(scratch.file("clear"), {clear});
      const auto key = closed.cipher->find(test::attribute(key_line, "URI").substr(3));
      ASSERT_NE(key, nullptr) << key_line;
      ASSERT_EQ(key->body.size(), 16U);
      const auto outcome = test::run_command(
          "openssl enc -d -aes-128-cbc -K " + hex(key->body) + " -iv " + test::attribute(key_line, "IV").substr(2) +
          " -in " + scratch.file("encrypted").string() + " -out " + scratch.file("decrypted").string() + " && cmp " +
          scratch.file("decrypted").string() + " " + scratch.file("clear").string());
      EXPECT_EQ(outcome.status, 0) << outcome.output;
    }
    EXPECT_GE(Encrypted::keys(playlist.text).size(), 2U) << "keys rotate";
  }
}

TEST(SegmentCipher, FfmpegPlaysAnEncryptedChannelAlsoWhenItsTracksChange) {
  Encrypted channel;
  channel.play(test::encode_programme(5, kPictures, kSound));
  channel.packager.discontinuity();
  channel.play(test::encode_programme(5, kPictures, kOtherSound), 20s);
  const test::ScratchDirectory scratch;
  for (const std::string rendition : {"fmp4", "ts"}) {
    channel.write(scratch, rendition);
    const auto outcome = test::run_command(
        "ffmpeg -nostdin -v warning -xerror -allowed_extensions ALL -protocol_whitelist "
        "file,crypto,data -i " +
        (scratch.file(rendition) / "media.m3u8").string() + " -f null -");
    EXPECT_EQ(outcome.status, 0) << rendition << ": " << outcome.output;
  }
}

TEST(SegmentCipher, InitializationSectionsAreOutsideOfEveryKey) {
  Encrypted channel;
  channel.play(test::encode_programme(3, kPictures, kSound));
  channel.play(test::encode_programme(3, kPictures, kOtherSound), 20s);
  const auto text = test::read_media_playlist(*channel.packager.snapshot(), "fmp4").text;
  bool keyed = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#EXT-X-KEY:")) keyed = line != "#EXT-X-KEY:METHOD=NONE";
    if (line.starts_with("#EXT-X-MAP:")) EXPECT_FALSE(keyed) << text;
  }
}

TEST(SegmentCipher, TextsAreEncryptedAsTheirPicturesAre) {
  constexpr std::uint32_t kText = 6'000;
  Encrypted channel;
  media::Track text;
  text.id = kText;
  text.codec = media::Codec::kWebVtt;
  text.language = "deu";
  ASSERT_TRUE(channel.packager.set_tracks(test::track_set({test::avc_track(), test::aac_track()}), {text}));
  for (const auto& sample : test::programme({.start = 10s, .length = 9s})) {
    channel.packager.add(sample, kStarted);
    media::Sample heartbeat;
    heartbeat.track = kText;
    heartbeat.dts = heartbeat.pts = sample.pts;
    channel.packager.add(heartbeat, kStarted, Packager::Origin::kSubstitute);
  }
  const auto playlist = test::read_media_playlist(*channel.packager.snapshot(), "text-deu");
  ASSERT_FALSE(playlist.segments.empty());
  const auto line = playlist.text.substr(playlist.text.find("#EXT-X-KEY:METHOD=AES-128"));
  const auto key = channel.cipher->find(test::attribute(line, "URI").substr(3));
  ASSERT_NE(key, nullptr) << playlist.text;
  const test::ScratchDirectory scratch;
  test::write_file(scratch.file("encrypted"),
                   {test::fetch(*channel.packager.snapshot(), "text-deu/" + playlist.segments.front().uri)});
  const auto vector = line.substr(line.find("IV=0x") + 5, 32);
  const auto outcome = test::run_command("openssl enc -d -aes-128-cbc -K " + hex(key->body) + " -iv " + vector +
                                         " -in " + scratch.file("encrypted").string());
  EXPECT_THAT(outcome.output, testing::StartsWith("WEBVTT\n"));
}

TEST(SegmentCipher, AnEncryptedChannelHasNoParts) {
  Encrypted channel;
  channel.play(test::encode_programme(5, kPictures, kSound));
  EXPECT_THAT(test::read_media_playlist(*channel.packager.snapshot(), "ts").text, Not(HasSubstr("PART")));
}

TEST(SegmentCipher, AContinuousStreamIsNotEncrypted) {
  const auto programme = test::encode_programme(5, kPictures, kSound);
  Encrypted channel;
  channel.play(programme);
  StreamCursor cursor;
  const auto pieces = channel.packager.snapshot()->follow(cursor);
  ASSERT_FALSE(pieces.empty());
  for (const auto& piece : pieces) EXPECT_EQ(piece.data()[0], 0x47);
}

TEST(SegmentCipher, GivesNoKeyOfTomorrowAndNoOther) {
  SegmentCipher cipher(ChannelId{"news"}, kSecret, 10, kStarted);
  const auto now = static_cast<std::uint64_t>(kStarted.time_since_epoch() / 1s) / 10 * 10;
  const auto name = [](std::uint64_t number) { return "key-" + std::to_string(number) + ".key"; };
  ASSERT_NE(cipher.find(name(now)), nullptr);
  EXPECT_NE(cipher.find(name(now - 1'000)), nullptr);
  EXPECT_EQ(cipher.find(name(now + 10)), nullptr);
  cipher.encrypt("ts", now + 10, SharedBytes(std::string("segment")));
  EXPECT_NE(cipher.find(name(now + 10)), nullptr);
  for (const auto* path : {"", "key-", "key-.key", "key-x.key", "key-01.key", "key--1.key", "key-1.keys",
                           "key-99999999999999999999999.key", "ts/key-1.key"}) {
    EXPECT_EQ(cipher.find(path), nullptr) << path;
  }
  EXPECT_NE(hex(cipher.find(name(now))->body), hex(cipher.find(name(now - 10))->body));
  const SegmentCipher other(ChannelId{"films"}, kSecret, 10, kStarted);
  EXPECT_NE(hex(cipher.find(name(now))->body), hex(other.find(name(now))->body));
  const SegmentCipher restarted(ChannelId{"news"}, kSecret, 10, kStarted + 1h);
  EXPECT_EQ(hex(cipher.find(name(now))->body), hex(restarted.find(name(now))->body));
}

TEST(SegmentCipher, DecryptsWhatItOnceEncryptedAndNothingElse) {
  const auto sequence = static_cast<std::uint64_t>(kStarted.time_since_epoch() / 1s);
  const SharedBytes segment(std::string("as it was before"));
  SegmentCipher recorder(ChannelId{"news"}, kSecret, 30, kStarted);
  const auto line = recorder.key_line("ts", sequence);
  const auto encrypted = recorder.encrypt("ts", sequence, segment);
  const SegmentCipher reader(ChannelId{"news"}, kSecret, 1, UtcTime{});
  EXPECT_EQ(reader.decrypt("ts", sequence, line, encrypted), segment);
  EXPECT_FALSE(reader.decrypt("ts", sequence + 1, line, encrypted));
  EXPECT_FALSE(reader.decrypt("fmp4", sequence, line, encrypted));
  EXPECT_FALSE(reader.decrypt("ts", sequence, "", encrypted));
  EXPECT_FALSE(reader.decrypt("ts", sequence, line, encrypted.slice(0, 15)));
  const SegmentCipher foreign(ChannelId{"news"}, std::string(32, 'x'), 1, UtcTime{});
  EXPECT_FALSE(foreign.decrypt("ts", sequence, line, encrypted));
}

TEST(SegmentCipher, KeysOfBeforeAreGivenAfterARestartWithAnotherRotation) {
  const auto started = static_cast<std::uint64_t>(kStarted.time_since_epoch() / 1s);
  for (const std::uint64_t before : {1U, 7U, 600U}) {
    SegmentCipher recorder(ChannelId{"news"}, kSecret, before, kStarted - 1h);
    const auto path = test::attribute(recorder.key_line("ts", started - 1), "URI").substr(3);
    recorder.encrypt("ts", started - 1, SharedBytes(std::string("segment")));
    const auto key = recorder.find(path);
    ASSERT_NE(key, nullptr);
    for (const std::uint64_t after : {1U, 30U, 100'000U}) {
      const SegmentCipher restarted(ChannelId{"news"}, kSecret, after, kStarted);
      ASSERT_NE(restarted.find(path), nullptr) << before << " then " << after;
      EXPECT_EQ(hex(restarted.find(path)->body), hex(key->body));
    }
  }
}

}  // namespace
}  // namespace grandstand::hls
