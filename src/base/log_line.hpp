// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/log.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace grandstand::log {

// One line without its newline: `2026-11-21T08:40:55.123Z info http: Listening port=8080`, or the same as a JSON
// object. Control characters in values are escaped, so that one event is one line whatever a client sent.
std::string render_line(Format format, UtcTime time, Level level, std::string_view component, std::string_view message,
                        std::initializer_list<Field> fields, std::uint64_t left_out);

std::string_view to_string(Level level);

}  // namespace grandstand::log
