// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/hlscheck/rules.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::hlscheck {

using Bytes = std::span<const std::uint8_t>;

// One access unit; times count the track's timescale. MPEG-TS times are as they stand there, modulo 2^33.
struct MediaSample {
  std::int64_t dts = 0;
  std::int64_t pts = 0;
  std::int64_t duration = 0;  // 0: unknown
  bool key = false;
};

struct MediaTrack {
  enum class Kind { kVideo, kAudio, kOther };
  std::uint32_t id = 0;  // PID or track_ID
  Kind kind = Kind::kOther;
  std::string codec;  // as CODECS has it ("avc1.64001f"); a mere family ("avc1") when no parameters were found
  std::int64_t timescale = 90'000;
  bool interlaced = false;
  std::vector<MediaSample> samples;  // in the order of the file

  bool video() const { return kind == Kind::kVideo; }
  bool audio() const { return kind == Kind::kAudio; }
};

struct MediaFault {
  int rule = 0;
  Grade grade = Grade::kMust;
  std::string wrong;
  std::string_view expected;
};

// What was found in one media segment, and what is wrong with it by itself.
struct SegmentMedia {
  enum class Container { kUnknown, kTs, kFmp4, kWebVtt };
  Container container = Container::kUnknown;
  std::vector<MediaTrack> tracks;
  std::vector<MediaFault> faults;
  struct Counters {
    int first = 0;
    int last = 0;
  };
  std::map<std::uint16_t, Counters> counters;   // MPEG-TS: continuity counter by PID
  std::optional<std::uint32_t> first_fragment;  // fMP4: of mfhd
  std::optional<std::uint32_t> last_fragment;

  const MediaTrack* first(MediaTrack::Kind kind) const;
  // What the segment's time is measured by: the video, else the first audio.
  const MediaTrack* main_track() const;
  void fault(int rule, Grade grade, std::string wrong, std::string_view expected) {
    if (faults.size() < kMaxFaults) faults.push_back({rule, grade, std::move(wrong), expected});
  }
  static constexpr std::size_t kMaxFaults = 64;
};

// The initialisation section of fMP4.
struct InitSection {
  struct Track {
    MediaTrack track;
    std::uint32_t default_duration = 0;  // of trex
    std::uint32_t default_size = 0;
    std::uint32_t default_flags = 0;
    int nal_length_size = 4;
    std::int64_t edit_offset = 0;  // media time at which presentation starts
  };
  std::vector<Track> tracks;
  std::vector<MediaFault> faults;
  const Track* find(std::uint32_t id) const;
};

SegmentMedia inspect_ts(Bytes bytes);
InitSection inspect_init_section(Bytes bytes);
SegmentMedia inspect_fmp4(const InitSection& init, Bytes bytes);
SegmentMedia inspect_webvtt(std::string_view text);

// The container by its first bytes.
SegmentMedia::Container sniff(Bytes bytes);

}  // namespace grandstand::hlscheck
