// SPDX-License-Identifier: MIT
#include "ts_muxer.hpp"

#include <grandstand/base/assert.hpp>

#include <algorithm>
#include <tuple>

namespace grandstand::hls {
namespace {

using media::Codec;
using media::MediaTime;
using std::chrono::milliseconds;

constexpr std::size_t kPacket = 188;
constexpr std::size_t kPacketHead = 4;
// ISO/IEC 13818-1 table 2-22
constexpr std::uint8_t kVideoStreamId = 0xe0;
constexpr std::uint8_t kAudioStreamId = 0xc0;
constexpr std::uint8_t kPrivateStreamId = 0xbd;
constexpr std::size_t kRoom = kPacket - kPacketHead;
constexpr std::size_t kPcrField = 8;   // adaptation field with length, flags and PCR
constexpr std::size_t kFlagField = 2;  // adaptation field with length and flags
// Audio frames share PES packets of up to this, which saves half the stuffing.
constexpr MediaTime kAudioUnit = milliseconds{90};
constexpr std::size_t kAudioUnitBytes = 8'000;
// The clock reference runs ahead of decoding by this.
constexpr MediaTime kPcrLead = milliseconds{100};

// Access unit delimiters that allow every type of slice, as elementary stream with start code.
constexpr std::uint8_t kAvcDelimiter[] = {0, 0, 0, 1, 0x09, 0xf0};
constexpr std::uint8_t kHevcDelimiter[] = {0, 0, 0, 1, 0x46, 0x01, 0x50};

std::uint64_t wrap(MediaTime time) {
  return static_cast<std::uint64_t>(time.count()) & 0x1'ffff'ffff;
}

std::uint8_t* put_time(std::uint8_t* place, unsigned prefix, MediaTime time) {
  const auto value = wrap(time);
  *place++ = static_cast<std::uint8_t>(prefix << 4 | (value >> 30) << 1 | 1);
  *place++ = static_cast<std::uint8_t>(value >> 22);
  *place++ = static_cast<std::uint8_t>((value >> 15) << 1 | 1);
  *place++ = static_cast<std::uint8_t>(value >> 7);
  *place++ = static_cast<std::uint8_t>(value << 1 | 1);
  return place;
}

// Teletext has its own, so that its data units fill whole packets (ETSI EN 300 472 4.2).
std::size_t pes_head_size(Codec codec, bool with_dts) {
  return codec == Codec::kTeletext ? 45 : with_dts ? 19 : 14;
}

std::size_t adaptation_size(bool pcr, bool key) {
  return pcr ? kPcrField : key ? kFlagField : 0;
}

// What an access unit has in front of its first slice.
struct Opening {
  bool parameter_sets = false;
  // The delimiter with its start code. x264 in FFmpeg puts it behind a SEI message once.
  std::size_t delimiter_begin = 0;
  std::size_t delimiter_end = 0;

  bool begins_with_delimiter() const { return delimiter_begin == 0 && delimiter_end > 0; }
};

Opening look_at_opening(Codec codec, Bytes data) {
  Opening opening;
  std::size_t before = 0;
  media::for_each_nal(data, [&](Bytes nal) {
    const auto kind = nal_kind(codec, nal[0]);
    const auto end = static_cast<std::size_t>(nal.data() + nal.size() - data.data());
    if (kind == NalKind::kDelimiter) {
      opening.delimiter_begin = before;
      opening.delimiter_end = end;
    }
    before = end;
    if (kind == NalKind::kParameterSet) opening.parameter_sets = true;
    return kind != NalKind::kSlice && !(kind == NalKind::kParameterSet);
  });
  return opening;
}

}  // namespace

Result<std::unique_ptr<TsMuxer>> TsMuxer::create(std::vector<media::Track> tracks, unsigned version,
                                                 const TsMuxer* previous) {
  GRANDSTAND_ASSERT(tracks.size() <= kLargestStreamCount);
  auto muxer = std::unique_ptr<TsMuxer>(new TsMuxer);
  if (previous != nullptr) muxer->counters_ = previous->counters_;
  const auto video = std::find_if(tracks.begin(), tracks.end(),
                                  [](const media::Track& track) { return track.kind() == media::TrackKind::kVideo; });
  const auto pcr = video == tracks.end() ? 0 : static_cast<std::size_t>(video - tracks.begin());
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    Stream stream;
    stream.track = tracks[i];
    stream.pid = static_cast<std::uint16_t>(kFirstStreamPid + i);
    stream.carries_pcr = i == pcr;
    const bool is_video = stream.track.kind() == media::TrackKind::kVideo;
    const bool dolby = stream.track.codec == Codec::kAc3 || stream.track.codec == Codec::kEac3;
    const bool is_private = dolby || stream.track.kind() == media::TrackKind::kText;
    stream.stream_id = is_video ? kVideoStreamId : is_private ? kPrivateStreamId : kAudioStreamId;
    if (stream.track.codec == Codec::kAac) {
      GRANDSTAND_TRY(stream.aac, media::parse_aac_config(stream.track.decoder_config.span()));
      GRANDSTAND_RETURN_IF_ERROR(check_adts(stream.aac));
    }
    muxer->streams_.push_back(std::move(stream));
  }
  muxer->pat_ = make_pat();
  muxer->pmt_ = make_pmt(tracks, pcr, version);
  return muxer;
}

MuxedPiece TsMuxer::mux(const Piece&, std::span<const TrackRun> runs, SegmentBuffer& buffer) {
  units_.clear();
  parts_.clear();
  adts_headers_.clear();
  std::size_t audio_frames = 0;
  for (const auto& run : runs) audio_frames += run.samples.size();
  adts_headers_.reserve(audio_frames);  // parts_ points into it
  for (const auto& run : runs) {
    if (streams_[run.track].track.kind() == media::TrackKind::kAudio) {
      gather_audio(run.track, run.samples);
      continue;
    }
    const bool is_video = streams_[run.track].track.kind() == media::TrackKind::kVideo;
    for (const auto& sample : run.samples)
      is_video ? gather_video(run.track, sample) : gather_subtitle(run.track, sample);
  }
  std::sort(units_.begin(), units_.end(),
            [](const Unit& a, const Unit& b) { return std::tie(a.dts, a.first_part) < std::tie(b.dts, b.first_part); });

  std::size_t packets = 2;
  for (const auto& unit : units_) {
    const auto field = adaptation_size(streams_[unit.stream].carries_pcr, unit.key);
    packets += (field + head_size(unit) + unit.payload + kRoom - 1) / kRoom;
  }
  ByteWriter out(buffer, packets * kPacket);
  write_table(out, pat_, counters_.pat);
  write_table(out, pmt_, counters_.pmt);
  ByteRange key_frame;
  bool pictures = false;
  for (const auto& unit : units_) {
    const auto begin = out.position();
    write_unit(out, unit);
    const bool video = streams_[unit.stream].track.kind() == media::TrackKind::kVideo;
    if (video && !pictures && unit.key) key_frame = {begin, out.position() - begin};
    pictures = pictures || video;
  }
  return {std::move(out).finish(), key_frame};
}

void TsMuxer::add_part(Unit& unit, Bytes part) {
  parts_.push_back(part);
  unit.last_part = parts_.size();
  unit.payload += part.size();
}

void TsMuxer::gather_video(std::size_t stream, const media::Sample& sample) {
  const auto& track = streams_[stream].track;
  Unit unit{.stream = stream, .dts = sample.dts, .pts = sample.pts, .key = sample.key, .first_part = parts_.size()};
  const auto opening = look_at_opening(track.codec, sample.data.span());
  const bool add_sets = sample.key && !opening.parameter_sets && !track.decoder_config.empty();
  if (!opening.begins_with_delimiter() || add_sets) {
    // Each access unit begins with a delimiter (ISO/IEC 13818-1 2.14.1), parameter sets come behind it.
    add_part(unit, track.codec == Codec::kHevc ? Bytes(kHevcDelimiter) : Bytes(kAvcDelimiter));
    if (add_sets) add_part(unit, track.decoder_config.span());
    add_part(unit, sample.data.span().first(opening.delimiter_begin));
    add_part(unit, sample.data.span().subspan(opening.delimiter_end));
  } else {
    add_part(unit, sample.data.span());
  }
  units_.push_back(unit);
}

void TsMuxer::gather_subtitle(std::size_t stream, const media::Sample& sample) {
  if (sample.data.empty()) return;
  Unit unit{.stream = stream, .dts = sample.pts, .pts = sample.pts, .key = true, .first_part = parts_.size()};
  add_part(unit, sample.data.span());
  units_.push_back(unit);
}

std::size_t TsMuxer::head_size(const Unit& unit) const {
  return pes_head_size(streams_[unit.stream].track.codec, unit.dts != unit.pts);
}

void TsMuxer::gather_audio(std::size_t stream, std::span<const media::Sample> samples) {
  const auto& config = streams_[stream];
  Unit* unit = nullptr;
  for (const auto& sample : samples) {
    if (unit == nullptr || sample.dts - unit->dts >= kAudioUnit || unit->payload > kAudioUnitBytes) {
      units_.push_back(
          {.stream = stream, .dts = sample.dts, .pts = sample.dts, .key = true, .first_part = parts_.size()});
      unit = &units_.back();
    }
    if (config.track.codec == Codec::kAac) {
      adts_headers_.push_back(adts_header(config.aac, sample.data.size()));
      add_part(*unit, adts_headers_.back());
    }
    add_part(*unit, sample.data.span());
  }
}

void TsMuxer::write_table(ByteWriter& out, Packet& table, std::uint8_t& continuity) {
  table[3] = static_cast<std::uint8_t>(0x10 | continuity);
  continuity = (continuity + 1) & 15;
  out.bytes(table);
}

void TsMuxer::write_unit(ByteWriter& out, const Unit& unit) {
  const auto& stream = streams_[unit.stream];
  const std::size_t head = head_size(unit);
  std::size_t left = head + unit.payload;
  std::size_t part = unit.first_part;
  std::size_t part_offset = 0;
  for (bool first = true; left > 0; first = false) {
    const std::size_t field = first ? adaptation_size(stream.carries_pcr, unit.key) : 0;
    std::size_t room = std::min(left, kRoom - field);
    left -= room;
    auto* place = write_packet_head(out.claim(kPacket), stream, unit, first, kRoom - room);
    if (first) {
      place = write_pes_head(place, stream, unit);
      room -= head;
    }
    while (room > 0) {
      const auto source = parts_[part];
      const std::size_t count = std::min(room, source.size() - part_offset);
      std::memcpy(place, source.data() + part_offset, count);
      place += count;
      room -= count;
      part_offset += count;
      if (part_offset == source.size()) {
        ++part;
        part_offset = 0;
      }
    }
  }
}

// Header and adaptation field; `field` is the size of the latter, stuffing included (ISO/IEC 13818-1 2.4.3.2, 2.4.3.4).
std::uint8_t* TsMuxer::write_packet_head(std::uint8_t* place, const Stream& stream, const Unit& unit, bool first,
                                         std::size_t field) {
  *place++ = 0x47;
  *place++ = static_cast<std::uint8_t>((first ? 0x40 : 0) | stream.pid >> 8);
  *place++ = static_cast<std::uint8_t>(stream.pid);
  auto& continuity = counters_.streams[unit.stream];
  *place++ = static_cast<std::uint8_t>((field > 0 ? 0x30 : 0x10) | continuity);
  continuity = (continuity + 1) & 15;
  if (field == 0) return place;
  auto* const behind = place + field;
  *place++ = static_cast<std::uint8_t>(field - 1);
  const bool pcr = first && stream.carries_pcr;
  if (field > 1) *place++ = static_cast<std::uint8_t>((first && unit.key ? 0x40 : 0) | (pcr ? 0x10 : 0));
  if (pcr) {
    const auto base = wrap(unit.dts - kPcrLead);
    for (int shift = 25; shift >= 1; shift -= 8) *place++ = static_cast<std::uint8_t>(base >> shift);
    *place++ = static_cast<std::uint8_t>((base & 1) << 7 | 0x7e);
    *place++ = 0;
  }
  std::fill(place, behind, std::uint8_t{0xff});
  return behind;
}

std::uint8_t* TsMuxer::write_pes_head(std::uint8_t* place, const Stream& stream, const Unit& unit) const {
  const bool with_dts = unit.dts != unit.pts;
  const std::size_t head = head_size(unit);
  auto* const behind = place + head;
  // 0, allowed for video only: until the next PES packet.
  const std::size_t length = stream.stream_id == kVideoStreamId ? 0 : unit.payload + head - 6;
  *place++ = 0;
  *place++ = 0;
  *place++ = 1;
  *place++ = stream.stream_id;
  *place++ = static_cast<std::uint8_t>(length >> 8);
  *place++ = static_cast<std::uint8_t>(length);
  *place++ = 0x84;  // data alignment
  *place++ = with_dts ? 0xc0 : 0x80;
  *place++ = static_cast<std::uint8_t>(head - 9);
  place = put_time(place, with_dts ? 3 : 2, unit.pts);
  if (with_dts) place = put_time(place, 1, unit.dts);
  std::fill(place, behind, std::uint8_t{0xff});
  return behind;
}

}  // namespace grandstand::hls
