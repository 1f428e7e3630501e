// SPDX-License-Identifier: MIT
#include "ts_stream.hpp"

#include "opus_head.hpp"

#include <grandstand/media/annex_b.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::ingest {

namespace {

constexpr std::size_t kMaxVideoUnit = 16u << 20;
constexpr std::size_t kMaxTextUnit = 64u << 10;
constexpr media::MediaTime kMaxSpacing = std::chrono::seconds{1};
constexpr media::MediaTime kGuessedSpacing = std::chrono::milliseconds{40};

}  // namespace

TsStream::TsStream(const PmtStream& stream, TsStreamEvents& events, TsCounts& counts)
    : events_(events), counts_(counts), units_(*stream.codec), framer_(*stream.codec) {
  track_.id = stream.pid;
  track_.codec = *stream.codec;
  kind_ = track_.kind();
  configured_ = is_text();
  describe(stream);
  if (track_.codec == media::Codec::kOpus) {
    track_.channels = stream.channels;
    track_.decoder_config = make_opus_head(stream.channels);
  }
  on_frame_ = [this](AudioFramer::Frame frame) { emit_audio(std::move(frame)); };
}

void TsStream::describe(const PmtStream& stream) {
  track_.language = stream.language;
  track_.hearing_impaired = stream.hearing_impaired;
  track_.visual_impaired = stream.visual_impaired;
  track_.page = stream.page;
  if (stream.bit_rate > 0) track_.bit_rate = stream.bit_rate;
}

void TsStream::push(const TsPacket& packet) {
  switch (continuity_.check(packet)) {
    case Continuity::Verdict::kDuplicate:
      ++counts_.duplicates;
      return;
    case Continuity::Verdict::kGap:
      ++counts_.continuity_errors;
      on_gap();
      break;
    case Continuity::Verdict::kFollows:
      break;
  }
  if (!packet.has_payload) return;
  ++counts_.stream_packets;
  heard_ = true;
  scrambled_ = packet.scrambling != 0;
  if (scrambled_) {
    ++counts_.scrambled;
    lose_payload();
    return;
  }
  if (packet.unit_start) {
    if (is_text()) {
      finish_text();
    } else if (!is_video()) {
      take_audio(false);
    }
    pes_.begin();
  }
  pes_.push(
      packet.payload,
      [this](const PesReader::Header& header, std::span<const std::uint8_t> rest) { on_header(header, rest); },
      [this](std::span<const std::uint8_t> bytes) { on_payload(bytes); },
      [this] {
        if (is_text()) {
          finish_text();
        } else if (!is_video()) {
          take_audio(false);
        }
      });
}

void TsStream::on_gap() {
  if (is_video()) {
    unit_damaged_ = true;
  } else if (is_text()) {
    unit_.clear();
    unit_open_ = false;
    pes_.forget();
  } else {
    take_audio(false);
    framer_.lose_step();
    pes_.forget();
  }
}

// What was begun has a hole where it is scrambled, as where packets are lost; and what follows is not read until the
// next PES packet.
void TsStream::lose_payload() {
  on_gap();
  pes_.forget();
}

void TsStream::on_header(const PesReader::Header& header, std::span<const std::uint8_t> payload) {
  if (header.scrambled) {
    scrambled_ = true;
    ++counts_.scrambled;
    lose_payload();
    return;
  }
  if (is_video()) {
    if (header.pts || begins_access_unit(track_.codec, payload)) begin_video_unit(header);
    return;
  }
  if (is_text()) {
    unit_open_ = true;
    unit_pts_ = header.pts ? std::optional(events_.unwrap(*header.pts)) : events_.present_time();
    return;
  }
  framer_.begin_packet(header.pts ? std::optional(events_.unwrap(*header.pts)) : std::nullopt);
}

void TsStream::on_payload(std::span<const std::uint8_t> bytes) {
  if (scrambled_) return;
  if (!is_video() && !is_text()) return framer_.append(bytes);
  if (!unit_open_) return;
  if (unit_.size() + bytes.size() > (is_video() ? kMaxVideoUnit : kMaxTextUnit)) {
    unit_damaged_ = true;
    return;
  }
  unit_.insert(unit_.end(), bytes.begin(), bytes.end());
}

void TsStream::begin_video_unit(const PesReader::Header& header) {
  // The gap that was just seen lies in the unit before, or took its last packets.
  finish_video_unit();
  unit_open_ = true;
  unit_pts_.reset();
  unit_dts_.reset();
  if (!header.pts) return;
  if (header.dts) unit_dts_ = events_.unwrap(*header.dts);
  unit_pts_ = events_.unwrap(*header.pts);
  if (!unit_dts_ || *unit_dts_ > *unit_pts_) unit_dts_ = unit_pts_;
}

media::MediaTime TsStream::unit_spacing(std::size_t units) const {
  if (last_spacing_ > media::MediaTime{0}) return last_spacing_ / static_cast<std::int64_t>(units);
  if (track_.frame_rate > 0) return media::MediaTime{static_cast<std::int64_t>(90'000 / track_.frame_rate)};
  return kGuessedSpacing / static_cast<std::int64_t>(units);
}

void TsStream::finish_video_unit() {
  const bool damaged = std::exchange(unit_damaged_, false);
  if (!std::exchange(unit_open_, false) || unit_.empty()) return unit_.clear();
  if (damaged) {
    ++counts_.damaged_units;
    if (configured_ && units_.is_random_access(unit_)) {
      key_lost_ = true;
      key_lost_at_ = unit_dts_;
    }
    last_dts_.reset();
    return unit_.clear();
  }
  find_access_units(track_.codec, unit_, starts_);
  if (!unit_dts_ && last_dts_) unit_dts_ = unit_pts_ = *last_dts_ + unit_spacing(1);
  if (!unit_dts_) return unit_.clear();  // nothing has said what time it is
  if (last_dts_) {
    const auto spacing = *unit_dts_ - *last_dts_;
    if (spacing > media::MediaTime{0} && spacing < kMaxSpacing) last_spacing_ = spacing;
  }
  last_dts_ = unit_dts_;
  media::MediaTime spacing{0};
  for (std::size_t i = 0; i < starts_.size(); ++i) {
    // Behind the first unit, because that may be what says the frame rate.
    if (i == 1) spacing = unit_spacing(starts_.size());
    const std::size_t end = i + 1 < starts_.size() ? starts_[i + 1] : unit_.size();
    const auto shift = spacing * static_cast<std::int64_t>(i);
    emit_video(std::span(unit_).subspan(starts_[i], end - starts_[i]), *unit_dts_ + shift, *unit_pts_ + shift);
  }
  unit_.clear();
}

void TsStream::emit_video(std::span<const std::uint8_t> unit, media::MediaTime dts, media::MediaTime pts) {
  const VideoUnits::Verdict verdict = units_.examine(unit, dts);
  if (verdict.configuration_changed) {
    track_.decoder_config = units_.decoder_config();
    track_.width = units_.shape().width;
    track_.height = units_.shape().height;
    track_.frame_rate = units_.shape().frame_rate;
    track_.interlaced = units_.shape().interlaced;
    if (units_.shape().bit_rate > 0) track_.bit_rate = units_.shape().bit_rate;
    configured_ = true;
    events_.on_configured(*this);
  }
  if (!verdict.picture || !configured_) return;
  if (!may_follow(dts, verdict.key)) {
    ++counts_.damaged_units;
    return;
  }
  media::Sample sample;
  sample.track = track_.id;
  sample.dts = dts;
  sample.pts = pts;
  sample.key = verdict.key;
  sample.data = SharedBytes::copy_of(unit);
  events_.on_unit(*this, std::move(sample));
}

bool TsStream::may_follow(const media::MediaTime& dts, bool key) {
  if (!key_lost_) return true;
  if (!key_lost_at_) key_lost_at_ = dts;
  if (!key && dts >= *key_lost_at_ && dts - *key_lost_at_ < VideoUnits::kIdrPatience) return false;
  key_lost_ = false;
  return true;
}

void TsStream::finish_text() {
  const bool damaged = std::exchange(unit_damaged_, false);
  if (std::exchange(unit_open_, false) && unit_pts_ && !unit_.empty() && !damaged) {
    media::Sample sample;
    sample.track = track_.id;
    sample.dts = sample.pts = *unit_pts_;
    sample.key = true;
    sample.data = SharedBytes::copy_of(unit_);
    events_.on_unit(*this, std::move(sample));
  }
  unit_.clear();
}

void TsStream::take_audio(bool at_end) {
  framer_.take_frames(on_frame_, at_end);
}

void TsStream::emit_audio(AudioFramer::Frame frame) {
  if (frame.configuration_changed) {
    track_.sample_rate = frame.header->sample_rate;
    if (track_.codec != media::Codec::kOpus) track_.channels = frame.header->channels;
    if (frame.header->bit_rate > 0) track_.bit_rate = frame.header->bit_rate;
    if (track_.codec == media::Codec::kAac) {
      track_.decoder_config = SharedBytes::copy_of(frame.header->specific_config);
    }
    configured_ = true;
    events_.on_configured(*this);
  }
  if (!frame.pts) return;
  media::Sample sample;
  sample.track = track_.id;
  sample.dts = sample.pts = *frame.pts;
  sample.duration = frame.duration;
  sample.key = true;
  sample.data = std::move(frame.data);
  events_.on_unit(*this, std::move(sample));
}

void TsStream::finish() {
  if (is_video()) {
    finish_video_unit();
  } else if (is_text()) {
    finish_text();
  } else {
    take_audio(true);
  }
  drop_partial();
}

void TsStream::drop_partial() {
  pes_.forget();
  continuity_.forget();
  unit_.clear();
  unit_open_ = unit_damaged_ = key_lost_ = false;
  last_dts_.reset();
  framer_.lose_step();
}

}  // namespace grandstand::ingest
