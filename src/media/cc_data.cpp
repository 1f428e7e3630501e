// SPDX-License-Identifier: MIT
#include <grandstand/media/annex_b.hpp>
#include <grandstand/media/cc_data.hpp>

#include <algorithm>
#include <array>

namespace grandstand::media {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kLargestSei = 16u << 10;
constexpr std::uint32_t kUserDataRegistered = 4;
// itu_t_t35_country_code of the United States, provider ATSC, "GA94", user_data_type_code of cc_data().
constexpr std::array<std::uint8_t, 8> kCcDataHeader{0xB5, 0x00, 0x31, 'G', 'A', '9', '4', 0x03};

// payloadType or payloadSize of an SEI message: bytes of 255 and a last one.
std::uint32_t read_sum(Bytes& bytes) {
  std::uint32_t value = 0;
  while (!bytes.empty()) {
    const std::uint8_t byte = bytes.front();
    bytes = bytes.subspan(1);
    value += byte;
    if (byte != 0xFF) break;
  }
  return value;
}

void read_cc_data(Bytes payload, CaptionTriplets& data) {
  if (payload.size() < 2) return;
  const bool process = (payload[0] & 0x40) != 0;
  const std::size_t count = payload[0] & 0x1F;
  payload = payload.subspan(2);
  for (std::size_t i = 0; process && i < count && payload.size() >= 3; ++i, payload = payload.subspan(3)) {
    const bool valid = (payload[0] & 0x04) != 0;
    const bool is_608 = (payload[0] & 0x02) == 0;
    const bool padding = (payload[1] & 0x7F) == 0 && (payload[2] & 0x7F) == 0;
    if (!valid || (is_608 && padding)) continue;
    auto& triplets = is_608 ? data.cea608 : data.dtvcc;
    triplets.insert(triplets.end(), payload.begin(), payload.begin() + 3);
  }
}

void read_sei(Bytes message, std::optional<CaptionTriplets>& found) {
  while (message.size() > 2) {
    const std::uint32_t type = read_sum(message);
    const std::uint32_t size = read_sum(message);
    if (size > message.size()) return;
    const Bytes payload = message.first(size);
    if (type == kUserDataRegistered && payload.size() > kCcDataHeader.size() &&
        std::ranges::equal(payload.first(kCcDataHeader.size()), kCcDataHeader)) {
      if (!found) found.emplace();
      read_cc_data(payload.subspan(kCcDataHeader.size()), *found);
    }
    message = message.subspan(size);
  }
}

}  // namespace

std::optional<CaptionTriplets> find_cc_data(Bytes picture, Codec codec) {
  std::optional<CaptionTriplets> found;
  if (codec != Codec::kH264 && codec != Codec::kHevc) return found;
  const bool hevc = codec == Codec::kHevc;
  for_each_nal(picture, [&](Bytes nal) {
    const unsigned type = hevc ? nal[0] >> 1 & 0x3F : nal[0] & 0x1F;
    const bool slice = hevc ? type < 32 : type >= 1 && type <= 5;
    if (slice) return false;
    const std::size_t header = hevc ? 2 : 1;
    const bool sei = hevc ? type == 39 : type == 6;
    if (sei && nal.size() > header) read_sei(unescape_nal(nal.subspan(header), kLargestSei), found);
    return true;
  });
  return found;
}

}  // namespace grandstand::media
