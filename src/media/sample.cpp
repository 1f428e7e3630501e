// SPDX-License-Identifier: MIT
#include <grandstand/media/sample.hpp>

#include <algorithm>

namespace grandstand::media {

TrackKind kind_of(Codec codec) {
  switch (codec) {
    case Codec::kH264:
    case Codec::kHevc:
    case Codec::kAv1:
    case Codec::kMpeg2Video:
      return TrackKind::kVideo;
    case Codec::kAac:
    case Codec::kMp2:
    case Codec::kAc3:
    case Codec::kEac3:
    case Codec::kOpus:
      return TrackKind::kAudio;
    case Codec::kTeletext:
    case Codec::kDvbSubtitle:
    case Codec::kCea608:
    case Codec::kWebVtt:
      return TrackKind::kText;
  }
  return TrackKind::kText;
}

std::string_view to_string(Codec codec) {
  switch (codec) {
    case Codec::kH264:
      return "h264";
    case Codec::kHevc:
      return "hevc";
    case Codec::kAv1:
      return "av1";
    case Codec::kMpeg2Video:
      return "mpeg2video";
    case Codec::kAac:
      return "aac";
    case Codec::kMp2:
      return "mp2";
    case Codec::kAc3:
      return "ac3";
    case Codec::kEac3:
      return "eac3";
    case Codec::kOpus:
      return "opus";
    case Codec::kTeletext:
      return "teletext";
    case Codec::kDvbSubtitle:
      return "dvb_subtitle";
    case Codec::kCea608:
      return "cea608";
    case Codec::kWebVtt:
      return "webvtt";
  }
  return "unknown";
}

const Track* TrackSet::find(std::uint32_t id) const {
  const auto found = std::find_if(tracks.begin(), tracks.end(), [&](const Track& track) { return track.id == id; });
  return found == tracks.end() ? nullptr : &*found;
}

const Track* TrackSet::video() const {
  const auto found =
      std::find_if(tracks.begin(), tracks.end(), [](const Track& track) { return track.kind() == TrackKind::kVideo; });
  return found == tracks.end() ? nullptr : &*found;
}

bool TrackSet::is_text(std::uint32_t id) const {
  const Track* const track = find(id);
  return track != nullptr && track->kind() == TrackKind::kText;
}

}  // namespace grandstand::media
