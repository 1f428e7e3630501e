// SPDX-License-Identifier: MIT
#pragma once

#include "rendition_snapshot.hpp"

#include <grandstand/hls/settings.hpp>
#include <grandstand/media/sample.hpp>

#include <span>
#include <string>
#include <vector>

namespace grandstand::hls {

// A track of a rendition.
struct Input {
  media::Track track;
  bool derived = false;  // its samples are those of Packager::Origin::kDerived
  bool lead = false;     // the pictures that decide where segments begin

  friend bool operator==(const Input&, const Input&) = default;
};

// One rendition that a programme is to have.
struct RenditionPlan {
  std::string name;
  Format format = Format::kFmp4;
  std::vector<Input> inputs;
  bool is_variant = true;        // an EXT-X-STREAM-INF of its own
  std::string media_attributes;  // of its EXT-X-MEDIA, without URI; empty: it is in no group
};

// The renditions of a programme, and how they belong together.
struct Composition {
  std::vector<RenditionPlan> renditions;  // fMP4 variants first, best first; then sound, texts and TS
  bool audio_group = false;               // fMP4 variants have a group of sounds
  bool sound_apart = false;               // fMP4 sound is in renditions of its own, if there is any
  bool subtitle_group = false;
  std::vector<std::string> captions;  // EXT-X-MEDIA attributes of captions that are in the pictures
};

// `sound_apart`: also when there is one encoding and one sound.
Composition compose(std::span<const Container> containers, const media::TrackSet& tracks,
                    std::span<const media::Track> derived, bool sound_apart = false);

}  // namespace grandstand::hls
