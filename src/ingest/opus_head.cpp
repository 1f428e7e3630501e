// SPDX-License-Identifier: MIT
#include "opus_head.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace grandstand::ingest {

namespace {

// RFC 7845 5.1.1.2, as the order of the Vorbis channels asks for.
struct Layout {
  std::uint8_t streams;
  std::uint8_t coupled;
  std::uint8_t mapping[8];
};
constexpr Layout kLayouts[] = {
    {1, 0, {0}},
    {1, 1, {0, 1}},
    {2, 1, {0, 2, 1}},
    {2, 2, {0, 1, 2, 3}},
    {3, 2, {0, 4, 1, 2, 3}},
    {4, 2, {0, 4, 1, 2, 3, 5}},
    {4, 3, {0, 4, 1, 2, 3, 5, 6}},
    {5, 3, {0, 6, 1, 2, 3, 4, 5, 7}},
};

}  // namespace

SharedBytes make_opus_head(int channels) {
  if (channels < 1 || channels > 8) return {};
  constexpr std::string_view kMagic = "OpusHead";
  std::vector<std::uint8_t> head(kMagic.begin(), kMagic.end());
  const auto count = static_cast<std::uint8_t>(channels);
  const std::uint8_t family = channels > 2 ? 1 : 0;
  head.insert(head.end(), {1, count, 0, 0, 0x80, 0xBB, 0, 0, 0, 0, family});  // no pre-skip, 48 kHz, no gain
  if (family == 1) {
    const Layout& layout = kLayouts[channels - 1];
    head.insert(head.end(), {layout.streams, layout.coupled});
    head.insert(head.end(), layout.mapping, layout.mapping + channels);
  }
  return SharedBytes(std::move(head));
}

}  // namespace grandstand::ingest
