// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::media {

// The triplets of cc_data() (ANSI/CTA-708-E 4.4) that are valid and no padding, in order.
struct CaptionTriplets {
  std::vector<std::uint8_t> cea608;  // cc_type 0 and 1
  std::vector<std::uint8_t> dtvcc;   // cc_type 2 and 3: packets of CEA-708
};

// What a coded picture carries in its SEI as ATSC A/53 part 4 says (GA94). Nothing when it carries none; empty when all
// of it is padding. Looks no further than the first slice. Codecs other than H.264 and HEVC carry none.
std::optional<CaptionTriplets> find_cc_data(std::span<const std::uint8_t> picture, Codec codec);

// Captions in pictures are tracks of Codec::kCea608, which stands for cc_data(). Their Track::page is 1 to 4 for a
// channel of CEA-608, and this plus the number of the service, 1 to 63, for CEA-708.
constexpr int kCea708Pages = 100;
// Those of which there are samples, for texts to be made of: libavcodec decodes the first channel of each field.
constexpr std::array<int, 2> kDecodedPages{1, 3};
// The service of CEA-708 that a track is; 0: it is none.
inline int cea708_service(const Track& track) {
  return track.codec == Codec::kCea608 && track.page > kCea708Pages ? track.page - kCea708Pages : 0;
}
inline bool has_caption_decoder(const Track& track) {
  return track.codec == Codec::kTeletext ||
         (track.codec == Codec::kCea608 && std::ranges::find(kDecodedPages, track.page) != kDecodedPages.end());
}

}  // namespace grandstand::media
