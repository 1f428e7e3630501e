// SPDX-License-Identifier: MIT
#pragma once

#include "adts.hpp"
#include "byte_writer.hpp"
#include "nal_units.hpp"
#include "segment_muxer.hpp"
#include "ts_tables.hpp"

#include <grandstand/base/result.hpp>

#include <array>
#include <memory>
#include <vector>

namespace grandstand::hls {

// Writes MPEG-TS segments with one programme (ISO/IEC 13818-1): PAT and PMT first in each piece, continuity counters
// going on from segment to segment, PCR with the video (or the first audio track).
class TsMuxer final : public SegmentMuxer {
 public:
  // At most kLargestStreamCount tracks. `version` is that of the PMT. `previous`: whose counters go on; null: nobody's.
  static Result<std::unique_ptr<TsMuxer>> create(std::vector<media::Track> tracks, unsigned version,
                                                 const TsMuxer* previous = nullptr);

  MuxedPiece mux(const Piece& piece, std::span<const TrackRun> runs, SegmentBuffer& buffer) override;

 private:
  struct Stream {
    media::Track track;
    media::AacConfig aac;
    std::uint16_t pid = 0;
    std::uint8_t stream_id = 0;
    bool carries_pcr = false;
  };
  // One PES packet: parts_[first_part, last_part).
  struct Unit {
    std::size_t stream = 0;
    media::MediaTime dts{0};
    media::MediaTime pts{0};
    bool key = false;
    std::size_t first_part = 0;
    std::size_t last_part = 0;
    std::size_t payload = 0;
  };
  using Packet = std::array<std::uint8_t, 188>;

  TsMuxer() = default;
  void gather_video(std::size_t stream, const media::Sample& sample);
  void gather_subtitle(std::size_t stream, const media::Sample& sample);
  std::size_t head_size(const Unit& unit) const;
  void gather_audio(std::size_t stream, std::span<const media::Sample> samples);
  void add_part(Unit& unit, Bytes part);
  void write_table(ByteWriter& out, Packet& table, std::uint8_t& continuity);
  void write_unit(ByteWriter& out, const Unit& unit);
  std::uint8_t* write_packet_head(std::uint8_t* place, const Stream& stream, const Unit& unit, bool first,
                                  std::size_t field);
  std::uint8_t* write_pes_head(std::uint8_t* place, const Stream& stream, const Unit& unit) const;

  std::vector<Stream> streams_;
  Packet pat_{};
  Packet pmt_{};
  // The next continuity counter of each PID.
  struct Counters {
    std::uint8_t pat = 0;
    std::uint8_t pmt = 0;
    std::array<std::uint8_t, kLargestStreamCount> streams{};
  };
  Counters counters_;
  // Of the segment being written:
  std::vector<Unit> units_;
  std::vector<Bytes> parts_;
  std::vector<std::array<std::uint8_t, kAdtsHeaderSize>> adts_headers_;
};

}  // namespace grandstand::hls
