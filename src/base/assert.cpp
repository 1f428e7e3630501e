// SPDX-License-Identifier: MIT
#include <grandstand/base/assert.hpp>

#include <cstdio>
#include <cstdlib>

namespace grandstand {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, expression);
  std::abort();
}

}  // namespace grandstand
