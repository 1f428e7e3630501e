// SPDX-License-Identifier: MIT
#pragma once

#include "audio_framer.hpp"
#include "continuity.hpp"
#include "pes.hpp"
#include "psi.hpp"
#include "ts_counts.hpp"
#include "ts_packet.hpp"
#include "video_units.hpp"

#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::ingest {

class TsStream;

// What a stream tells its programme.
class TsStreamEvents {
 public:
  virtual ~TsStreamEvents() = default;
  virtual media::MediaTime unwrap(std::uint64_t time_stamp) = 0;
  virtual std::optional<media::MediaTime> present_time() const = 0;
  // `stream.track()` has become complete, or is another one from the next sample on.
  virtual void on_configured(TsStream& stream) = 0;
  virtual void on_unit(TsStream& stream, media::Sample sample) = 0;
};

// One elementary stream: puts its PES packets together and cuts them into access units.
//
// Video: a unit goes from one PES packet with a time stamp to the next; PES packets without one continue it (encoders
// split big pictures at 64 KiB) unless they begin with an access unit delimiter. Several units in one are cut at their
// delimiters, and the ones behind the first are spaced evenly. Units are passed on as they are, delimiters and
// parameter sets included. A unit of which a packet was lost is dropped and counted; those that refer to it are not,
// but when it was a random access point: then all are dropped up to the next one (10 s at most).
// Audio: see AudioFramer; behind a loss, nothing counts until the next PES packet begins.
// Text (teletext, DVB subtitles): a whole PES payload is one sample; without a time stamp it is of the present time.
// Scrambled packets are as lost ones.
//
// Pure. Owner: TsProgramme.
class TsStream {
 public:
  TsStream(const PmtStream& stream, TsStreamEvents& events, TsCounts& counts);

  void push(const TsPacket& packet);
  void finish();        // nothing follows: gives out what is complete
  void drop_partial();  // throws away what is not

  const media::Track& track() const { return track_; }
  bool configured() const { return configured_; }
  bool heard() const { return heard_; }          // payload arrived
  bool scrambled() const { return scrambled_; }  // the last payload was
  bool foreign() const { return framer_.foreign(); }
  void describe(const PmtStream& stream);  // what its PMT says besides the codec

 private:
  bool is_video() const { return kind_ == media::TrackKind::kVideo; }
  bool is_text() const { return kind_ == media::TrackKind::kText; }
  void on_gap();
  void lose_payload();
  void on_header(const PesReader::Header& header, std::span<const std::uint8_t> payload);
  void on_payload(std::span<const std::uint8_t> bytes);
  void begin_video_unit(const PesReader::Header& header);
  void finish_video_unit();
  void emit_video(std::span<const std::uint8_t> unit, media::MediaTime dts, media::MediaTime pts);
  media::MediaTime unit_spacing(std::size_t units) const;
  bool may_follow(const media::MediaTime& dts, bool key);
  void take_audio(bool at_end);
  void emit_audio(AudioFramer::Frame frame);
  void finish_text();

  // given
  TsStreamEvents& events_;
  TsCounts& counts_;

  // state
  media::Track track_;
  media::TrackKind kind_;
  Continuity continuity_;
  PesReader pes_;
  bool configured_ = false;
  bool heard_ = false;
  bool scrambled_ = false;

  // video; text uses unit_ and unit_pts_, too
  VideoUnits units_;
  std::vector<std::uint8_t> unit_;
  std::vector<std::size_t> starts_;
  bool unit_open_ = false;
  bool unit_damaged_ = false;
  std::optional<media::MediaTime> unit_pts_;
  std::optional<media::MediaTime> unit_dts_;
  std::optional<media::MediaTime> last_dts_;
  media::MediaTime last_spacing_{0};
  bool key_lost_ = false;  // a random access point was damaged: what follows cannot be decoded
  std::optional<media::MediaTime> key_lost_at_;

  // audio
  AudioFramer framer_;
  AudioFramer::OnFrame on_frame_;
};

}  // namespace grandstand::ingest
