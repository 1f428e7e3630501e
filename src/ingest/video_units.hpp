// SPDX-License-Identifier: MIT
#pragma once

#include "parameter_sets.hpp"

#include <grandstand/media/sample.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::ingest {

// Looks at the access units of one H.264, HEVC or MPEG-2 stream: which are random access points, and which decoder
// configuration holds. A configuration is taken from a random access point (or from the first unit that has one) with
// all parameter sets.
//
// Key is an H.264 IDR or an HEVC IRAP (types 16..21). Streams of broadcasters often have no IDR at all: an H.264 unit
// with a recovery point SEI, or with an SPS and an access unit delimiter that promises only I slices, counts as key
// once no IDR was seen for 10 s of media (2 s at the start of a stream that has not shown any).
//
// MPEG-2: an I picture behind a sequence header.
//
// Pure. Owner: the reader of the stream.
class VideoUnits {
 public:
  static constexpr std::chrono::seconds kIdrPatience{10};
  static constexpr std::chrono::seconds kFirstIdrPatience{2};

  struct Verdict {
    bool picture = false;  // holds a slice
    bool key = false;
    bool parameter_sets = false;         // holds an SPS
    bool configuration_changed = false;  // decoder_config and shape are new
  };

  explicit VideoUnits(media::Codec codec) : codec_(codec) {}

  Verdict examine(std::span<const std::uint8_t> access_unit, media::MediaTime dts);

  // Starts from parameter sets (Annex B) that came apart from the stream. False when the sets are not all there.
  bool seed(std::span<const std::uint8_t> parameter_sets, const VideoShape& shape);

  // Whether it holds a piece of an IDR, IRAP or sequence start; for what is damaged.
  bool is_random_access(std::span<const std::uint8_t> access_unit) const;

  const SharedBytes& decoder_config() const { return decoder_config_; }
  const VideoShape& shape() const { return shape_; }

 private:
  struct Findings;
  Verdict examine_mpeg2(std::span<const std::uint8_t> access_unit);
  void look_at_h264(std::span<const std::uint8_t> nal, Findings& found);
  void look_at_hevc(std::span<const std::uint8_t> nal, Findings& found);
  bool is_key(const Findings& found, media::MediaTime dts);
  void look(std::span<const std::uint8_t> bytes, Findings& found);
  bool collect_configuration(const Findings& found);  // into scratch_
  bool take_configuration(const Findings& found);

  media::Codec codec_;
  SharedBytes decoder_config_;
  VideoShape shape_;
  bool idr_seen_ = false;
  std::optional<media::MediaTime> no_idr_since_;
  std::vector<std::uint8_t> scratch_;
};

// Whether the bytes begin with an access unit delimiter (MPEG-2: with the headers of a picture).
bool begins_access_unit(media::Codec codec, std::span<const std::uint8_t> bytes);

// The starts of the access units in one PES payload: where its access unit delimiters are, first 0. One element when
// there is at most one.
void find_access_units(media::Codec codec, std::span<const std::uint8_t> bytes, std::vector<std::size_t>& starts);

}  // namespace grandstand::ingest
