// SPDX-License-Identifier: MIT
#include "ts_stream.hpp"

#include <grandstand/media/annex_b.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::ingest {

namespace {

constexpr std::size_t kMaxVideoUnit = 16u << 20;
constexpr media::MediaTime kMaxSpacing = std::chrono::seconds{1};
constexpr media::MediaTime kGuessedSpacing = std::chrono::milliseconds{40};

bool begins_with_delimiter(media::Codec codec, std::span<const std::uint8_t> bytes) {
  const std::size_t code = media::find_start_code(bytes.first(std::min<std::size_t>(bytes.size(), 8)), 0);
  if (code + 3 >= bytes.size() || code > 1) return false;
  const std::uint8_t header = bytes[code + 3];
  return codec == media::Codec::kH264 ? (header & 0x1F) == 9 : (header >> 1 & 0x3F) == 35;
}

}  // namespace

TsStream::TsStream(const PmtStream& stream, TsStreamEvents& events, TsCounts& counts)
    : events_(events), counts_(counts), units_(*stream.codec), framer_(*stream.codec) {
  track_.id = stream.pid;
  track_.codec = *stream.codec;
  track_.language = stream.language;
  on_frame_ = [this](AudioFramer::Frame frame) { emit_audio(std::move(frame)); };
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
  heard_ = true;
  scrambled_ = packet.scrambling != 0;
  if (scrambled_) {
    ++counts_.scrambled;
    pes_.forget();
    return;
  }
  if (packet.unit_start) {
    if (!is_video()) take_audio(false);
    pes_.begin();
  }
  pes_.push(
      packet.payload,
      [this](const PesReader::Header& header, std::span<const std::uint8_t> rest) { on_header(header, rest); },
      [this](std::span<const std::uint8_t> bytes) { on_payload(bytes); },
      [this] {
        if (!is_video()) take_audio(false);
      });
}

void TsStream::on_gap() {
  if (is_video()) {
    unit_damaged_ = true;
  } else {
    take_audio(false);
    framer_.lose_step();
    pes_.forget();
  }
}

void TsStream::on_header(const PesReader::Header& header, std::span<const std::uint8_t> payload) {
  if (header.scrambled) {
    scrambled_ = true;
    ++counts_.scrambled;
    pes_.forget();
    return;
  }
  if (is_video()) {
    if (header.pts || begins_with_delimiter(track_.codec, payload)) begin_video_unit(header);
    return;
  }
  framer_.begin_packet(header.pts ? std::optional(events_.unwrap(*header.pts)) : std::nullopt);
}

void TsStream::on_payload(std::span<const std::uint8_t> bytes) {
  if (scrambled_) return;
  if (!is_video()) return framer_.append(bytes);
  if (!unit_open_) return;
  if (unit_.size() + bytes.size() > kMaxVideoUnit) {
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
    configured_ = true;
    events_.on_configured(*this);
  }
  if (!verdict.picture || !configured_) return;
  media::Sample sample;
  sample.track = track_.id;
  sample.dts = dts;
  sample.pts = pts;
  sample.key = verdict.key;
  sample.data = SharedBytes::copy_of(unit);
  events_.on_unit(*this, std::move(sample));
}

void TsStream::take_audio(bool at_end) {
  framer_.take_frames(on_frame_, at_end);
}

void TsStream::emit_audio(AudioFramer::Frame frame) {
  if (frame.configuration_changed) {
    track_.sample_rate = frame.header->sample_rate;
    track_.channels = frame.header->channels;
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
  } else {
    take_audio(true);
  }
  drop_partial();
}

void TsStream::drop_partial() {
  pes_.forget();
  continuity_.forget();
  unit_.clear();
  unit_open_ = unit_damaged_ = false;
  last_dts_.reset();
  framer_.lose_step();
}

}  // namespace grandstand::ingest
