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

// Finds out which caption services of CEA-708 the pictures carry: puts their DTVCC packets together in the order of
// display and reads the headers of the service blocks (ANSI/CTA-708-E sections 5 and 6.2). Packets that are malformed
// count for nothing, and a service counts when three whole packets had something of it.
//
// Owner: who takes the captions out of pictures.   Runs on: its thread.   Pure.
class CaptionServices {
 public:
  // Every picture, in decoding order, with the triplets that it carries (CcData::dtvcc), if any. Whether there is a
  // service that was not known.
  bool add(const Sample& picture, std::vector<std::uint8_t> triplets);

  const std::set<int>& found() const { return found_; }  // 1..63

 private:
  void read(std::span<const std::uint8_t> triplets);
  void finish_packet();

  std::multimap<MediaTime, std::vector<std::uint8_t>> waiting_;  // by pts, until it is their turn
  std::vector<std::uint8_t> packet_;                             // so far; empty: none has begun
  std::array<std::uint8_t, 64> packets_with_{};                  // by service
  std::set<int> found_;
};

}  // namespace grandstand::media
