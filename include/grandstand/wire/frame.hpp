// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>

#include <string_view>

namespace grandstand::wire {

// A complete, unmasked, unfragmented WebSocket text frame (RFC 6455 5.2) around `text`: made once, its bytes shared by
// every connection that gets it.
SharedBytes make_text_frame(std::string_view text);

}  // namespace grandstand::wire
