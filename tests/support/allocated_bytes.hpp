// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#if defined(__has_feature) && (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#include <sanitizer/allocator_interface.h>
#else
#include <malloc.h>
#endif

namespace grandstand::test {

// Heap of this process that is in use.
inline std::size_t allocated_bytes() {
#if defined(__has_feature) && (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
  return __sanitizer_get_current_allocated_bytes();
#else
  return mallinfo2().uordblks;
#endif
}

}  // namespace grandstand::test
