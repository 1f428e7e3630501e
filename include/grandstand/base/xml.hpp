// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace grandstand {

// Appends text so that it may stand between tags and in a quoted attribute (XML 1.0 2.4); control characters, which XML
// cannot have, become spaces, line feeds stay.
void append_xml(std::string& out, std::string_view text);

}  // namespace grandstand
