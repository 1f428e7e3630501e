// SPDX-License-Identifier: MIT
#pragma once

#include "amf_value.hpp"

#include <grandstand/base/result.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace grandstand::ingest {

// Reads the AMF0 values of one message in turn. Bounded: 16 levels deep, 4096 values in all.
class AmfReader {
 public:
  explicit AmfReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool at_end() const { return position_ >= bytes_.size(); }

  // After an error nothing sensible follows.
  Result<AmfValue> next();

 private:
  Result<AmfValue> read_value(unsigned depth);
  Result<AmfValue> read_object(unsigned depth);
  Result<AmfValue> read_array(unsigned depth);
  Result<std::string> read_text(std::size_t length_bytes);
  bool has(std::size_t count) const { return bytes_.size() - position_ >= count; }
  std::uint64_t read_number(std::size_t byte_count);

  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
  unsigned values_ = 0;
};

// Appends the value to `out`.
void append_amf(std::vector<std::uint8_t>& out, const AmfValue& value);

}  // namespace grandstand::ingest
