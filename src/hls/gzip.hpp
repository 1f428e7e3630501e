// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>

#include <string_view>

namespace grandstand::hls {

// The text as one gzip member (RFC 1952).
SharedBytes gzip(std::string_view text);

}  // namespace grandstand::hls
