// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace grandstand::http {

// What of a body of `size` bytes a Range field asks for (RFC 9110 14.2).
struct ByteRange {
  enum class Kind {
    kWhole,          // no range, another unit, several ranges, or malformed: the field is ignored
    kPart,           // 206
    kUnsatisfiable,  // 416
  };
  Kind kind = Kind::kWhole;
  std::size_t offset = 0;
  std::size_t length = 0;
};

ByteRange parse_range(std::string_view field, std::size_t size);

}  // namespace grandstand::http
