// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/cc_data.hpp>
#include <grandstand/media/sample.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

namespace grandstand::media {

// Finds out which captions the pictures carry besides CC1, which is taken for granted. Of CEA-608 a channel counts with
// its third control code. Of CEA-708 it puts the DTVCC packets together in the order of display and reads the headers
// of the service blocks (ANSI/CTA-708-E sections 5 and 6.2); packets that are malformed count for nothing, and a
// service counts when three whole packets had something of it.
//
// Owner: who takes the captions out of pictures.   Runs on: its thread.   Pure.
class CaptionServices {
 public:
  // Every picture, in decoding order, with what it carries, if anything. Whether there is one that was not known.
  bool add(const Sample& picture, const CaptionTriplets& data);

  const std::set<int>& found() const { return found_; }  // each as Track::page of its track

 private:
  void count(int page);
  void read_channels(std::span<const std::uint8_t> triplets);
  void read_packets(std::span<const std::uint8_t> triplets);
  void finish_packet();

  std::multimap<MediaTime, std::vector<std::uint8_t>> waiting_;  // by pts, until it is their turn
  std::vector<std::uint8_t> packet_;                             // so far; empty: none has begun
  std::array<std::uint8_t, kCea708Pages + 64> counts_{};         // of what was seen, by page
  std::set<int> found_;
};

}  // namespace grandstand::media
