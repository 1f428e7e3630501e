// SPDX-License-Identifier: MIT
#include "ts_sync.hpp"

#include <array>

namespace grandstand::ingest {

namespace {

// A place is taken for the start of packets when this many sync bytes stand in a row.
constexpr std::size_t kProof = 3;
constexpr std::size_t kMaxStride = 204;
constexpr std::size_t kMaxOffset = 4;

}  // namespace

static constexpr std::array<TsSync::Layout, 3> kLayouts{{{188, 0}, {204, 0}, {192, 4}}};

TsSync::Layout TsSync::aligned_layout(std::span<const std::uint8_t> bytes) {
  for (const Layout& layout : kLayouts) {
    if (bytes.empty() || bytes.size() % layout.stride != 0) continue;
    bool all = true;
    for (std::size_t at = layout.offset; all && at < bytes.size(); at += layout.stride) all = bytes[at] == kTsSync;
    if (all) return layout;
  }
  return {};
}

TsSync::Layout TsSync::tolerant_layout(std::span<const std::uint8_t> bytes) {
  if (const Layout layout = aligned_layout(bytes); layout.stride != 0) return layout;
  for (const Layout& layout : kLayouts) {
    if (bytes.size() % layout.stride != 0) continue;
    std::size_t right = 0;
    for (std::size_t at = layout.offset; at < bytes.size(); at += layout.stride) right += bytes[at] == kTsSync ? 1 : 0;
    const std::size_t packets = bytes.size() / layout.stride;
    if (packets >= 4 && right * 4 >= packets * 3) return layout;
  }
  return {};
}

bool TsSync::continues(std::span<const std::uint8_t> bytes) const {
  if (carry_.empty() || !in_step_) return false;
  const std::size_t next = layout_.stride - carry_.size() + layout_.offset;
  return next < bytes.size() && bytes[next] == kTsSync;
}

std::size_t TsSync::find_step(std::span<const std::uint8_t> bytes) {
  std::size_t at = 0;
  while (bytes.size() - at > (kProof - 1) * kMaxStride + kMaxOffset) {
    for (const Layout& layout : kLayouts) {
      std::size_t proofs = 0;
      while (proofs < kProof && bytes[at + layout.offset + proofs * layout.stride] == kTsSync) ++proofs;
      if (proofs < kProof) continue;
      layout_ = layout;
      in_step_ = true;
      return at;
    }
    ++at;
  }
  return at;
}

}  // namespace grandstand::ingest
