// SPDX-License-Identifier: MIT
#include "fmp4_muxer.hpp"

#include "byte_writer.hpp"

#include <algorithm>
#include <cstdlib>

namespace grandstand::hls {
namespace {

using media::MediaTime;

constexpr std::int64_t kAacFrame = 1024;
constexpr std::int64_t kOpusFrame = 960;
// How far (as a part of a frame) timestamps may stray from the count of samples before the count follows them.
constexpr std::int64_t kStray = 4;

// ISO/IEC 14496-12 8.8.3.1
constexpr std::uint32_t kSyncSample = 0x0200'0000;       // depends on no other
constexpr std::uint32_t kDependentSample = 0x0101'0000;  // depends on others, is no sync sample

constexpr std::size_t kStypSize = 28;
constexpr std::size_t kMfhdSize = 16;
constexpr std::size_t kTfhdSize = 20;
constexpr std::size_t kTfdtSize = 20;
constexpr std::size_t kTrunHead = 20;
constexpr std::size_t kVideoEntry = 16;
constexpr std::size_t kAudioEntry = 8;
constexpr std::size_t kBoxHead = 8;

bool is_video(const media::Track& track) {
  return track.kind() == media::TrackKind::kVideo;
}

std::size_t traf_size(bool video, std::size_t samples) {
  return kBoxHead + kTfhdSize + kTfdtSize + kTrunHead + samples * (video ? kVideoEntry : kAudioEntry);
}

void box(ByteWriter& out, std::size_t size, std::string_view type) {
  out.u32(static_cast<std::uint32_t>(size));
  out.text(type);
}

}  // namespace

Result<std::unique_ptr<Fmp4Muxer>> Fmp4Muxer::create(std::vector<media::Track> tracks) {
  GRANDSTAND_TRY(auto init, make_fmp4_init(tracks));
  return std::unique_ptr<Fmp4Muxer>(new Fmp4Muxer(std::move(tracks), std::move(init)));
}

Fmp4Muxer::Fmp4Muxer(std::vector<media::Track> tracks, Fmp4Init init)
    : tracks_(std::move(tracks)),
      init_(std::move(init)),
      parameter_sets_(tracks_.size()),
      audio_clocks_(tracks_.size()) {
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    audio_clocks_[i].frame = tracks_[i].codec == media::Codec::kOpus ? kOpusFrame : kAacFrame;
    if (!has_nal_units(tracks_[i].codec)) continue;
    media::for_each_nal(tracks_[i].decoder_config.span(),
                        [&](Bytes nal) { return parameter_sets_[i].push_back(nal), true; });
  }
}

MuxedPiece Fmp4Muxer::mux(const Piece& piece, std::span<const TrackRun> runs, SegmentBuffer& buffer) {
  entries_.clear();
  nals_.clear();
  std::vector<Fragment> fragments;
  std::size_t moof = kBoxHead + kMfhdSize;
  std::size_t payload = 0;
  for (const auto& run : runs) {
    fragments.push_back(lay_out(run));
    moof += traf_size(is_video(tracks_[run.track]), run.samples.size());
    payload += fragments.back().payload;
  }

  ByteWriter out(buffer, (piece.opens_segment ? kStypSize : 0) + moof + kBoxHead + payload);
  if (piece.opens_segment) {
    box(out, kStypSize, "styp");
    out.text("msdh");
    out.u32(0);
    out.text("msdhmsixcmfc");
  }
  const auto begin = out.position();
  box(out, moof, "moof");
  box(out, kMfhdSize, "mfhd");
  out.u32(0);
  out.u32(piece.number);
  std::size_t data_offset = moof + kBoxHead;
  for (const auto& fragment : fragments) {
    write_track_fragment(out, fragment, data_offset);
    data_offset += fragment.payload;
  }
  box(out, kBoxHead + payload, "mdat");
  for (const auto& fragment : fragments) write_payload(out, fragment);
  const ByteRange key_frame{begin, key_frame_end(fragments, moof + kBoxHead)};
  return {std::move(out).finish(), key_frame};
}

// How far to read from the moof on: players take the samples that are there of an mdat (RFC 8216 4.3.3.6).
std::size_t Fmp4Muxer::key_frame_end(std::span<const Fragment> fragments, std::size_t data_offset) const {
  for (const auto& fragment : fragments) {
    if (is_video(tracks_[fragment.track])) {
      return fragment.samples.front().key ? data_offset + entries_[fragment.first_entry].size : 0;
    }
    data_offset += fragment.payload;
  }
  return 0;
}

void Fmp4Muxer::write_track_fragment(ByteWriter& out, const Fragment& fragment, std::size_t data_offset) const {
  const bool video = is_video(tracks_[fragment.track]);
  const std::size_t count = fragment.samples.size();
  box(out, traf_size(video, count), "traf");
  box(out, kTfhdSize, "tfhd");
  out.u32(0x02'0020);  // default-base-is-moof, default-sample-flags
  out.u32(static_cast<std::uint32_t>(fragment.track + 1));
  out.u32(video ? kDependentSample : kSyncSample);
  box(out, kTfdtSize, "tfdt");
  out.u32(0x0100'0000);
  out.u64(static_cast<std::uint64_t>(fragment.decode_time));
  box(out, kTrunHead + count * (video ? kVideoEntry : kAudioEntry), "trun");
  out.u32(video ? 0x0100'0f01 : 0x0100'0301);  // data offset, duration, size (flags, composition offset)
  out.u32(static_cast<std::uint32_t>(count));
  out.u32(static_cast<std::uint32_t>(data_offset));
  for (std::size_t i = 0; i < count; ++i) {
    const auto& entry = entries_[fragment.first_entry + i];
    out.u32(entry.duration);
    out.u32(entry.size);
    if (!video) continue;
    out.u32(entry.flags);
    out.u32(entry.composition_offset);
  }
}

void Fmp4Muxer::write_payload(ByteWriter& out, const Fragment& fragment) const {
  if (!has_nal_units(tracks_[fragment.track].codec)) {
    for (const auto& sample : fragment.samples) out.bytes(sample.data.span());
    return;
  }
  for (const auto nal : nals_) {  // at most one track is video, and all of nals_ is its
    out.u32(static_cast<std::uint32_t>(nal.size()));
    out.bytes(nal);
  }
}

Fmp4Muxer::Fragment Fmp4Muxer::lay_out(const TrackRun& run) {
  const auto& track = tracks_[run.track];
  Fragment fragment{.track = run.track, .samples = run.samples, .first_entry = entries_.size()};
  for (const auto& sample : run.samples) {
    Entry entry;
    measure_payload(track, sample, entry);
    fragment.payload += entry.size;
    entries_.push_back(entry);
  }
  if (is_video(track)) {
    time_video(run, fragment);
  } else {
    time_audio(run, fragment);
  }
  return fragment;
}

void Fmp4Muxer::measure_payload(const media::Track& track, const media::Sample& sample, Entry& entry) {
  entry.flags = sample.key ? kSyncSample : kDependentSample;
  entry.composition_offset = static_cast<std::uint32_t>((sample.pts - sample.dts).count());
  if (!has_nal_units(track.codec)) {
    entry.size = static_cast<std::uint32_t>(sample.data.size());
    return;
  }
  const auto& known = parameter_sets_[static_cast<std::size_t>(&track - tracks_.data())];
  std::size_t size = 0;
  media::for_each_nal(sample.data.span(), [&](Bytes nal) {
    const auto kind = nal_kind(track.codec, nal[0]);
    if (kind == NalKind::kDelimiter) return true;
    if (kind == NalKind::kParameterSet &&
        std::any_of(known.begin(), known.end(), [&](Bytes set) { return std::ranges::equal(set, nal); })) {
      return true;
    }
    nals_.push_back(nal);
    size += 4 + nal.size();
    return true;
  });
  entry.size = static_cast<std::uint32_t>(size);
}

void Fmp4Muxer::time_video(const TrackRun& run, Fragment& fragment) {
  // The timescale is that of MediaTime (fmp4_init.cpp).
  const auto samples = run.samples;
  fragment.decode_time = samples.front().dts.count();
  std::int64_t usual = samples.front().duration.count();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    std::int64_t duration = samples[i].duration.count() > 0 ? samples[i].duration.count() : usual;
    if (i + 1 < samples.size()) {
      duration = (samples[i + 1].dts - samples[i].dts).count();
    } else if (run.next_dts) {
      duration = (*run.next_dts - samples[i].dts).count();
    }
    usual = std::max<std::int64_t>(duration, 1);
    entries_[fragment.first_entry + i].duration = static_cast<std::uint32_t>(usual);
  }
}

void Fmp4Muxer::time_audio(const TrackRun& run, Fragment& fragment) {
  auto& clock = audio_clocks_[run.track];
  const std::int64_t rate = init_.timescales[run.track];
  const bool track_is_opus = tracks_[run.track].codec == media::Codec::kOpus;  // its frames are of any length
  const auto count = run.samples.size();
  auto time = fragment.decode_time = audio_time(run.track, run.samples.front().dts);
  for (std::size_t i = 0; i < count; ++i) {
    if (track_is_opus && run.samples[i].duration > MediaTime{0}) {
      clock.frame = (run.samples[i].duration.count() * rate + MediaTime::period::den / 2) / MediaTime::period::den;
    }
    clock.running = true;
    clock.next = time + clock.frame;
    auto next = clock.next;
    if (i + 1 < count) {
      next = audio_time(run.track, run.samples[i + 1].dts);
    } else if (run.next_dts) {
      next = audio_time(run.track, *run.next_dts);
    }
    next = std::max(next, time + 1);
    entries_[fragment.first_entry + i].duration = static_cast<std::uint32_t>(next - time);
    time = next;
  }
  clock.next = time;
}

std::int64_t Fmp4Muxer::audio_time(std::size_t track, MediaTime dts) const {
  const std::int64_t rate = init_.timescales[track];
  const std::int64_t stamped = (dts.count() * rate + MediaTime::period::den / 2) / MediaTime::period::den;
  const auto& clock = audio_clocks_[track];
  return clock.running && std::abs(stamped - clock.next) <= clock.frame / kStray ? clock.next : stamped;
}

}  // namespace grandstand::hls
