// SPDX-License-Identifier: MIT
#include "audio_framer.hpp"

#include <utility>

namespace grandstand::ingest {

namespace {

constexpr std::size_t kMaxBuffered = 1u << 20;

media::MediaTime time_of(std::int64_t samples, int sample_rate) {
  return media::MediaTime{samples * 90'000 / sample_rate};
}

}  // namespace

void AudioFramer::begin_packet(std::optional<media::MediaTime> pts) {
  if (!pts) return;
  stamp_ = pts;
  stamp_at_ = buffer_.size();
}

void AudioFramer::append(std::span<const std::uint8_t> bytes) {
  if (buffer_.size() + bytes.size() > kMaxBuffered) lose_step();
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

void AudioFramer::lose_step() {
  buffer_.clear();
  in_step_ = false;
  stamp_.reset();
  stamp_at_ = 0;
  anchor_.reset();
}

std::optional<bool> AudioFramer::is_frame(std::size_t at, AudioHeader& header, bool at_end) {
  const std::span<const std::uint8_t> rest(buffer_.data() + at, buffer_.size() - at);
  const HeaderVerdict verdict = parse_audio_header(codec_, rest, header);
  if (verdict == HeaderVerdict::kMore) return std::nullopt;
  if (verdict == HeaderVerdict::kNone) return false;
  if (verdict == HeaderVerdict::kFrame && in_step_ && header.alike(current_)) {
    if (rest.size() < header.frame_size) return std::nullopt;
    return true;
  }
  if (at_end && rest.size() == header.frame_size && verdict == HeaderVerdict::kFrame) return true;
  AudioHeader next;
  if (rest.size() < header.frame_size + kAudioHeaderSize) return std::nullopt;
  const HeaderVerdict behind = parse_audio_header(codec_, rest.subspan(header.frame_size), next);
  const bool proven = behind == verdict && next.alike(header);
  if (proven && verdict == HeaderVerdict::kForeign) foreign_ = true;
  return proven && verdict == HeaderVerdict::kFrame;
}

media::MediaTime AudioFramer::next_time(const AudioHeader& header) {
  const media::MediaTime time = *anchor_ + time_of(samples_since_anchor_, header.sample_rate);
  samples_since_anchor_ += header.samples;
  return time;
}

void AudioFramer::take_frames(const OnFrame& on_frame, bool at_end) {
  SharedBytes block;  // one copy holds all frames of the round
  std::size_t block_at = 0;
  std::size_t at = 0;
  while (at < buffer_.size()) {
    AudioHeader header;
    const std::optional<bool> found = is_frame(at, header, at_end);
    if (!found) break;
    if (!*found) {
      in_step_ = false;
      ++at;
      continue;
    }
    Frame frame;
    frame.configuration_changed = !configured_ || !header.alike(current_);
    if (stamp_ && at >= stamp_at_) {
      anchor_ = std::exchange(stamp_, std::nullopt);
      samples_since_anchor_ = 0;
    } else if (frame.configuration_changed && anchor_) {
      anchor_ = *anchor_ + time_of(samples_since_anchor_, current_.sample_rate);
      samples_since_anchor_ = 0;
    }
    current_ = header;
    configured_ = in_step_ = true;
    if (block.empty()) {
      block_at = at;
      block = SharedBytes::copy_of(std::span(buffer_).subspan(at));
    }
    frame.data = block.slice(at - block_at + header.header_size, header.frame_size - header.header_size);
    if (anchor_) frame.pts = next_time(header);
    frame.duration = time_of(header.samples, header.sample_rate);
    frame.header = &current_;
    at += header.frame_size;
    on_frame(std::move(frame));
  }
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at));
  stamp_at_ = stamp_at_ > at ? stamp_at_ - at : 0;
}

}  // namespace grandstand::ingest
