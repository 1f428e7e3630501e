// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace grandstand::wording {

// The registrable domains ("example.co.uk") of the links in a text, each once, in Unicode and lower case; also of links
// without a scheme and of those written to be overlooked ("example dot com", "hxxps://", fullwidth dots). An address
// in numbers counts as its own domain. Registries below country codes are known for the common ones only.
std::vector<std::string> find_domains(std::string_view text);

// The registrable domain of a host name, in the same form. kInvalidArgument when it is none.
Result<std::string> registrable_domain(std::string_view host);

}  // namespace grandstand::wording
