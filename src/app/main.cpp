// SPDX-License-Identifier: MIT
#include "command_line.hpp"

#include <malloc.h>

int main(int argc, char** argv) {
  // Left alone, glibc raises this bound with the largest block that was ever freed, up to 32 MB: then media lies on the
  // heap among small blocks that live long (FFmpeg keeps those of every EXT-X-MAP), and nothing of it can be given
  // back.
  ::mallopt(M_MMAP_THRESHOLD, 128 << 10);
  return grandstand::app::run_command_line(argc, argv);
}
