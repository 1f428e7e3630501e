// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grandstand {

// `length` characters of `alphabet` (at most 256, each once), each as likely as the others, from the kernel's random
// numbers: fit for secrets. Any thread.
std::string random_text(std::string_view alphabet, std::size_t length);

}  // namespace grandstand
