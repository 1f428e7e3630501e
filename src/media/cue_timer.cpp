// SPDX-License-Identifier: MIT
#include "cue_timer.hpp"

#include <grandstand/media/caption_decoder.hpp>

#include <utility>

namespace grandstand::media {
namespace {

constexpr MediaTime kJump = std::chrono::seconds{10};

}  // namespace

void CueTimer::advance(MediaTime now, std::vector<Sample>& out) {
  const bool jumped = now_ && (now < *now_ - CaptionDecoder::kSilence || now > *now_ + kJump);
  if (!now_ || jumped) {
    text_.clear();
    told_ = now;
    now_ = now;
    return;
  }
  if (now <= *now_) return;
  now_ = now;
  if (!text_.empty() && now - shown_at_ > CaptionDecoder::kLongestDisplay) return show({}, out);
  const MediaTime step = text_.empty() ? CaptionDecoder::kSilence : CaptionDecoder::kLongestCue;
  while (now - told_ >= step) {
    emit(told_, told_ + step, text_, out);
    told_ += step;
  }
}

void CueTimer::show(std::string text, std::vector<Sample>& out) {
  if (!now_) return;
  shown_at_ = *now_;
  if (text == text_) return;
  if (!text_.empty() && *now_ > told_) emit(told_, *now_, text_, out);
  text_ = std::move(text);
  told_ = *now_;
}

void CueTimer::emit(MediaTime from, MediaTime to, const std::string& text, std::vector<Sample>& out) const {
  Sample cue;
  cue.track = track_;
  cue.key = true;
  // An empty one stands where the silence ends, for nothing comes before it any more.
  cue.pts = cue.dts = text.empty() ? to : from;
  cue.duration = text.empty() ? MediaTime{0} : to - from;
  cue.data = SharedBytes(std::string(text));
  out.push_back(std::move(cue));
}

}  // namespace grandstand::media
