// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace grandstand::ingest {

// A text of service information (ETSI EN 300 468 annex A) as UTF-8: its first byte chooses the character table (none:
// ISO 6937 with the euro). Emphasis marks are dropped, line breaks become '\n', other control codes go. What is not of
// the table becomes U+FFFD. Empty for a table that we do not have (compressed texts, 0x1F).
std::string dvb_text_to_utf8(std::span<const std::uint8_t> text);

}  // namespace grandstand::ingest
