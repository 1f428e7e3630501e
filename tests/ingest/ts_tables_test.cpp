// SPDX-License-Identifier: MIT
// Splice points and service information on their way through the demuxer.
#include "recording_sink.hpp"
#include "service_tables.hpp"
#include "ts_demuxer.hpp"

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using namespace std::chrono_literals;
namespace tables = service_tables;

constexpr std::uint16_t kVideoPid = 256;
constexpr std::uint16_t kSplicePid = 500;
const UtcTime kEvening = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 19h;

const ByteVector kSpliceInsert = elementary::from_hex(
    "FC302F000000000000FFFFF014054800008F7FEFFE7369C02EFE0052CCF500000000000A0008435545490000013562DBA30A");
constexpr std::int64_t kSpliceTime = 0x07369C02E;

struct TableSink : RecordingSink {
  bool on_event_information(media::EventInformation information) override {
    return takes_events && RecordingSink::on_event_information(std::move(information));
  }
  bool takes_events = true;
};

struct Feed {
  TsBuilder ts;
  TableSink sink;
  TsDemuxer demuxer{std::nullopt, sink};

  void begin() {
    ts.pat({{1302, 100}});
    ts.pmt(100, 1302, kVideoPid, {{0x1B, kVideoPid, {}}, {0x86, kSplicePid, {}}});
    ts.pat({{1302, 100}});
    ts.pmt(100, 1302, kVideoPid, {{0x1B, kVideoPid, {}}, {0x86, kSplicePid, {}}});
    push();
  }
  void picture(std::uint64_t pts) {
    ts.pes(kVideoPid, pts, elementary::h264_key(), {.pcr = pts});
    push();
  }
  void push() { demuxer.push(ts.take()); }
};

TEST(TsTables, TellsASplicePointOnceInTheTimeOfThePictures) {
  Feed feed;
  feed.begin();
  feed.picture(kSpliceTime - 360'000);
  for (int i = 0; i < 3; ++i) {
    feed.ts.section_packets(kSplicePid, kSpliceInsert);
    feed.push();
  }
  feed.picture(kSpliceTime - 356'400);
  feed.demuxer.finish();
  ASSERT_EQ(feed.sink.cues.size(), 1u);
  EXPECT_EQ(feed.sink.cues[0].kind, media::SpliceCue::Kind::kOut);
  ASSERT_FALSE(feed.sink.samples.empty());
  EXPECT_EQ(feed.sink.cues[0].pts - feed.sink.samples[0].pts, media::MediaTime{360'000});
}

TEST(TsTables, ASplicePointBehindTheWrapIsUnwrappedToo) {
  Feed feed;
  feed.begin();
  feed.picture((std::uint64_t{1} << 33) - 90'000);
  auto section = kSpliceInsert;
  section[20] = 0xFE;  // splice_time() 33 bits from here: one second behind zero
  section[21] = 0x00;
  section[22] = 0x01;
  section[23] = 0x5F;
  section[24] = 0x90;
  section.resize(section.size() - 4);
  const auto crc = mpeg_crc32(section);
  for (int shift = 24; shift >= 0; shift -= 8) section.push_back(static_cast<std::uint8_t>(crc >> shift));
  feed.ts.section_packets(kSplicePid, section);
  feed.picture((std::uint64_t{1} << 33) - 86'400);
  feed.demuxer.finish();
  ASSERT_EQ(feed.sink.cues.size(), 1u);
  EXPECT_EQ(feed.sink.cues[0].pts - feed.sink.samples[0].pts, media::MediaTime{180'000});
}

TEST(TsTables, CountsEncryptedAndBrokenSpliceSections) {
  Feed feed;
  feed.begin();
  feed.picture(90'000);
  auto broken = kSpliceInsert;
  broken[30] ^= 1;
  feed.ts.section_packets(kSplicePid, broken);
  feed.push();
  EXPECT_TRUE(feed.sink.cues.empty());
  EXPECT_EQ(feed.demuxer.counts().section_errors, 1u);
}

TEST(TsTables, TellsAPartOfTheGuideAgainUntilItIsTaken) {
  Feed feed;
  feed.begin();
  const auto repeat = [&feed] {
    feed.ts.section_packets(0x12,
                            tables::eit(0x4E, 1302, 0, {{7, kEvening, 30min, tables::short_event("eng", "News", "")}}));
    feed.push();
  };
  feed.sink.takes_events = false;
  repeat();
  feed.sink.takes_events = true;
  for (int i = 0; i < 3; ++i) repeat();
  EXPECT_EQ(feed.sink.events.size(), 1u);
}

TEST(TsTables, TellsTheGuideOfItsProgramme) {
  Feed feed;
  feed.begin();
  feed.ts.section_packets(0x12,
                          tables::eit(0x4E, 1302, 0, {{7, kEvening, 30min, tables::short_event("eng", "News", "")}}));
  feed.ts.section_packets(0x12,
                          tables::eit(0x4E, 1303, 0, {{8, kEvening, 30min, tables::short_event("eng", "Other", "")}}));
  feed.push();
  ASSERT_EQ(feed.sink.events.size(), 1u);
  EXPECT_EQ(feed.sink.events[0].events.at(0).title, "News");
}

}  // namespace
}  // namespace grandstand::ingest
