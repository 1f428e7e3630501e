// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::media {

// Makes cues with a beginning and an end of "now this text is shown, now another one, now none" (CaptionDecoder says
// how). Pure.
class CueTimer {
 public:
  explicit CueTimer(std::uint32_t track) : track_(track) {}

  // Time has come to `now`. Going back or far forward ends what is shown.
  void advance(MediaTime now, std::vector<Sample>& out);
  // From the latest time on, `text` (a cue payload, escaped; empty: nothing) is shown.
  void show(std::string text, std::vector<Sample>& out);

 private:
  void emit(MediaTime from, MediaTime to, const std::string& text, std::vector<Sample>& out) const;

  std::uint32_t track_;
  std::optional<MediaTime> now_;
  MediaTime told_{0};      // what was given goes to here
  MediaTime shown_at_{0};  // of the latest sign of the text
  std::string text_;
};

}  // namespace grandstand::media
