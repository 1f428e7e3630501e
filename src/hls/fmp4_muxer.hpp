// SPDX-License-Identifier: MIT
#pragma once

#include "byte_writer.hpp"
#include "fmp4_init.hpp"
#include "nal_units.hpp"
#include "segment_muxer.hpp"

#include <memory>
#include <vector>

namespace grandstand::hls {

// Writes CMAF segments: styp, moof, mdat with one fragment for each track (ISO/IEC 14496-12 8.8, ISO/IEC 23000-19).
// Video times are in 1/90000 s; audio times count samples, so that frames follow each other exactly.
class Fmp4Muxer final : public SegmentMuxer {
 public:
  static Result<std::unique_ptr<Fmp4Muxer>> create(std::vector<media::Track> tracks);

  MuxedPiece mux(const Piece& piece, std::span<const TrackRun> runs, SegmentBuffer& buffer) override;
  SharedBytes init_segment() const override { return init_.bytes; }

 private:
  // One sample as it stands in a trun.
  struct Entry {
    std::uint32_t duration = 0;
    std::uint32_t size = 0;
    std::uint32_t flags = 0;
    std::uint32_t composition_offset = 0;
  };
  struct Fragment {
    std::size_t track = 0;
    std::span<const media::Sample> samples;
    std::int64_t decode_time = 0;
    std::size_t first_entry = 0;
    std::size_t payload = 0;
  };
  // Where an audio track's count of samples stands.
  struct AudioClock {
    bool running = false;
    std::int64_t next = 0;
    std::int64_t frame = 0;
  };

  Fmp4Muxer(std::vector<media::Track> tracks, Fmp4Init init);
  void write_track_fragment(ByteWriter& out, const Fragment& fragment, std::size_t data_offset) const;
  std::size_t key_frame_end(std::span<const Fragment> fragments, std::size_t data_offset) const;
  void write_payload(ByteWriter& out, const Fragment& fragment) const;
  Fragment lay_out(const TrackRun& run);
  void measure_payload(const media::Track& track, const media::Sample& sample, Entry& entry);
  void time_video(const TrackRun& run, Fragment& fragment);
  void time_audio(const TrackRun& run, Fragment& fragment);
  std::int64_t audio_time(std::size_t track, media::MediaTime dts) const;

  std::vector<media::Track> tracks_;
  Fmp4Init init_;
  std::vector<std::vector<Bytes>> parameter_sets_;  // per track, what the init segment has already
  std::vector<AudioClock> audio_clocks_;
  std::vector<Entry> entries_;  // of the segment being written
  std::vector<Bytes> nals_;     // of its video
};

}  // namespace grandstand::hls
