// SPDX-License-Identifier: MIT
#pragma once

// Reads what the packager wrote, independently of how it wrote it.

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace grandstand::test {

using MediaBytes = std::span<const std::uint8_t>;

inline std::uint64_t big_endian(MediaBytes bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[at + i];
  return value;
}

// --- fMP4 -----------------------------------------------------------------------------------------------------------

struct TrackFragment {
  std::uint32_t track = 0;
  std::uint64_t decode_time = 0;
  std::vector<std::uint32_t> durations;
  std::vector<std::uint32_t> sizes;
  bool starts_with_sync_sample = true;

  std::uint64_t end() const {
    auto time = decode_time;
    for (const auto duration : durations) time += duration;
    return time;
  }
};
struct MovieFragment {
  std::vector<std::string> boxes;  // top level
  std::uint32_t sequence = 0;
  std::map<std::uint32_t, TrackFragment> tracks;
};

// Calls `visit(type, payload)` for the boxes in `bytes`.
template <class Visit>
void for_each_box(MediaBytes bytes, Visit visit) {
  while (bytes.size() >= 8) {
    const auto size = big_endian(bytes, 0, 4);
    if (size < 8 || size > bytes.size()) return;
    visit(std::string(bytes.begin() + 4, bytes.begin() + 8), bytes.subspan(8, size - 8));
    bytes = bytes.subspan(size);
  }
}

inline TrackFragment read_track_fragment(MediaBytes traf) {
  TrackFragment fragment;
  std::uint32_t default_flags = 0;
  for_each_box(traf, [&](const std::string& type, MediaBytes box) {
    const auto flags = big_endian(box, 1, 3);
    if (type == "tfhd") {
      fragment.track = static_cast<std::uint32_t>(big_endian(box, 4, 4));
      if (flags & 0x20) default_flags = static_cast<std::uint32_t>(big_endian(box, 8, 4));
    }
    if (type == "tfdt") fragment.decode_time = big_endian(box, 4, 8);
    if (type != "trun") return;
    std::size_t at = 12;
    for (std::uint64_t i = 0, count = big_endian(box, 4, 4); i < count; ++i) {
      fragment.durations.push_back(static_cast<std::uint32_t>(big_endian(box, at, 4)));
      fragment.sizes.push_back(static_cast<std::uint32_t>(big_endian(box, at + 4, 4)));
      at += 8;
      const auto sample_flags = flags & 0x400 ? big_endian(box, at, 4) : default_flags;
      if (i == 0) fragment.starts_with_sync_sample = (sample_flags & 0x1'0000) == 0;
      at += (flags & 0x400 ? 4 : 0) + (flags & 0x800 ? 4 : 0);
    }
  });
  return fragment;
}

inline MovieFragment read_movie_fragment(MediaBytes segment) {
  MovieFragment fragment;
  for_each_box(segment, [&](const std::string& type, MediaBytes moof) {
    fragment.boxes.push_back(type);
    if (type != "moof") return;
    for_each_box(moof, [&](const std::string& inner, MediaBytes box) {
      if (inner == "mfhd") fragment.sequence = static_cast<std::uint32_t>(big_endian(box, 4, 4));
      if (inner != "traf") return;
      auto track = read_track_fragment(box);
      fragment.tracks.emplace(track.track, std::move(track));
    });
  });
  return fragment;
}

// --- MPEG-TS --------------------------------------------------------------------------------------------------------

struct TransportFacts {
  bool whole_packets = false;
  bool tables_first = false;        // PAT, then PMT
  std::set<int> continuity_errors;  // PIDs
  std::set<int> discontinuities;    // PIDs that announce one
  std::map<int, int> units;         // PES packets per PID
  std::map<int, std::vector<std::int64_t>> pts;
  std::map<int, std::uint8_t> stream_types;  // from the PMT
};

// `continuity` goes on from segment to segment.
inline TransportFacts read_transport(MediaBytes segment, std::map<int, int>& continuity) {
  TransportFacts facts;
  facts.whole_packets = segment.size() % 188 == 0;
  for (std::size_t at = 0; at + 188 <= segment.size(); at += 188) {
    const auto packet = segment.subspan(at, 188);
    if (packet[0] != 0x47) facts.whole_packets = false;
    const int pid = (packet[1] & 0x1f) << 8 | packet[2];
    if (at == 0) facts.tables_first = pid == 0;
    if (at == 188) facts.tables_first = facts.tables_first && pid == 0x1000;
    const int counter = packet[3] & 15;
    const bool has_payload = (packet[3] & 0x10) != 0;
    const bool announced = (packet[3] & 0x20) != 0 && packet[4] > 0 && (packet[5] & 0x80) != 0;
    if (announced) facts.discontinuities.insert(pid);
    const auto expected = [&] { return (continuity[pid] + (has_payload ? 1 : 0)) & 15; };
    if (continuity.contains(pid) && !announced && counter != expected()) facts.continuity_errors.insert(pid);
    continuity[pid] = counter;
    std::size_t payload = 4;
    if (packet[3] & 0x20) payload += 1 + packet[4];
    if ((packet[1] & 0x40) == 0) continue;
    if (pid == 0x1000) {
      const auto section = packet.subspan(payload + 1);
      const auto end = 3 + big_endian(section, 1, 2) % 4096 - 4;
      for (std::size_t i = 12; i + 5 <= end; i += 5 + big_endian(section, i + 3, 2) % 4096) {
        facts.stream_types[static_cast<int>(big_endian(section, i + 1, 2) & 0x1fff)] = section[i];
      }
    } else if (pid != 0) {
      ++facts.units[pid];
      const auto time = packet.subspan(payload + 9, 5);
      facts.pts[pid].push_back(static_cast<std::int64_t>(time[0] >> 1 & 7) << 30 | time[1] << 22 |
                               (time[2] >> 1) << 15 | time[3] << 7 | time[4] >> 1);
    }
  }
  return facts;
}

}  // namespace grandstand::test
