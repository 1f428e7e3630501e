// SPDX-License-Identifier: MIT
#pragma once

namespace grandstand {

// Prints the broken invariant with its place to stderr and aborts.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace grandstand

// An invariant of our own code; never for input. Active in every build.
#define GRANDSTAND_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::grandstand::assertion_failed(#expression, __FILE__, __LINE__))
