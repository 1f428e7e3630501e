// SPDX-License-Identifier: MIT
#pragma once

#include "audio_header.hpp"

#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::ingest {

// Cuts the PES payloads of one audio stream into frames, which need not begin where a PES packet begins. A time stamp
// is that of the first frame that begins in its PES packet; what follows is counted on by frame durations. A header
// counts only when a second one, like it, stands behind its frame; once in step, only a change needs that proof.
//
// Pure. Owner: the reader of the stream.
class AudioFramer {
 public:
  struct Frame {
    SharedBytes data;                     // without ADTS header
    std::optional<media::MediaTime> pts;  // empty until a time stamp was seen
    media::MediaTime duration{0};
    const AudioHeader* header = nullptr;
    bool configuration_changed = false;  // `header` says something new; the first frame's does
  };
  using OnFrame = std::function<void(Frame)>;

  explicit AudioFramer(media::Codec codec) : codec_(codec) {}

  // A PES packet begins with what is appended next.
  void begin_packet(std::optional<media::MediaTime> pts);
  void append(std::span<const std::uint8_t> bytes);

  // Gives the frames that are complete. `at_end`: nothing follows, so a last frame needs no proof by a next one.
  void take_frames(const OnFrame& on_frame, bool at_end = false);

  // What is cut off is thrown away, and the next bytes may be anything; frames have no time until the next time stamp.
  void lose_step();

  // Frames were met that are of another kind than the stream promises.
  bool foreign() const { return foreign_; }

 private:
  // Whether a frame that is to be given begins at `at`; nullopt: more bytes are needed.
  std::optional<bool> is_frame(std::size_t at, AudioHeader& header, bool at_end);
  media::MediaTime next_time(const AudioHeader& header);

  media::Codec codec_;
  std::vector<std::uint8_t> buffer_;
  bool in_step_ = false;
  bool foreign_ = false;
  AudioHeader current_{};
  bool configured_ = false;
  std::optional<media::MediaTime> stamp_;  // for the first frame at or behind stamp_at_
  std::size_t stamp_at_ = 0;
  std::optional<media::MediaTime> anchor_;
  std::int64_t samples_since_anchor_ = 0;
};

}  // namespace grandstand::ingest
