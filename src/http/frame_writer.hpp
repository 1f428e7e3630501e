// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/wire/close_codes.hpp>

#include <string_view>

namespace grandstand::http {

// Control frames of a server (RFC 6455 5.5). Text frames come ready from wire::make_text_frame.
SharedBytes make_ping_frame();
SharedBytes make_pong_frame(std::string_view payload);  // at most 125 bytes
// The reason is cut to what fits, at a code point.
SharedBytes make_close_frame(wire::CloseCode code, std::string_view reason);
SharedBytes make_empty_close_frame();

}  // namespace grandstand::http
