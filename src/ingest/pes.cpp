// SPDX-License-Identifier: MIT
#include "pes.hpp"

#include <algorithm>
#include <cstring>

namespace grandstand::ingest {

namespace {

constexpr std::size_t kFixedHeader = 9;

std::uint64_t read_time(const std::uint8_t* b) {
  return std::uint64_t{b[0] >> 1 & 7u} << 30 | std::uint64_t{b[1]} << 22 | std::uint64_t{b[2] >> 1 & 0x7Fu} << 15 |
         std::uint64_t{b[3]} << 7 | b[4] >> 1;
}

}  // namespace

void PesReader::begin() {
  state_ = State::kHeader;
  raw_size_ = 0;
  header_ = {};
  remaining_.reset();
}

std::size_t PesReader::take_header(std::span<const std::uint8_t> bytes) {
  std::size_t taken = 0;
  while (true) {
    const std::size_t wanted = raw_size_ < kFixedHeader ? kFixedHeader : kFixedHeader + raw_[8];
    const std::size_t count = std::min(wanted - raw_size_, bytes.size() - taken);
    std::memcpy(raw_.data() + raw_size_, bytes.data() + taken, count);
    raw_size_ += count;
    taken += count;
    if (raw_size_ < wanted) return taken;
    if (wanted == kFixedHeader && raw_[8] != 0) continue;
    state_ = parse_header() ? State::kPayload : State::kIdle;
    return taken;
  }
}

bool PesReader::parse_header() {
  if (raw_[0] != 0 || raw_[1] != 0 || raw_[2] != 1 || (raw_[6] & 0xC0) != 0x80) return false;
  header_.stream_id = raw_[3];
  header_.scrambled = (raw_[6] & 0x30) != 0;
  const std::size_t length = std::size_t{raw_[4]} << 8 | raw_[5];
  const std::size_t optional_fields = raw_[8];
  if (length != 0) {
    if (length < 3 + optional_fields) return false;
    remaining_ = length - 3 - optional_fields;
  }
  const unsigned flags = raw_[7] >> 6;
  if ((flags & 2) != 0 && optional_fields >= 5) header_.pts = read_time(raw_.data() + kFixedHeader);
  if (flags == 3 && optional_fields >= 10) header_.dts = read_time(raw_.data() + kFixedHeader + 5);
  return true;
}

}  // namespace grandstand::ingest
