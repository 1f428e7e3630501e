// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace grandstand {

// Keeps bytes in anonymous files (memfd_create), one after the other, so that sockets take them by sendfile without a
// copy and what is appended in pieces can be read as one (SharedBytes::joined_with). A file is given back when it is
// full and the last of its bytes is dropped. Where the system gives no such file (descriptors used up), bytes are kept
// on the heap, which works as well but is copied when sent.
//
// Owner: who appends.   Runs on: one thread; the bytes are read on any.
class MemoryFile {
 public:
  // `chunk_bytes`: of one file; longer bytes get a file of their own. `name` shows in /proc/<pid>/maps.
  explicit MemoryFile(std::string name, std::size_t chunk_bytes = std::size_t{4} << 20);

  std::size_t chunk_bytes() const { return chunk_bytes_; }
  // Of the files that are begun from now on.
  void set_chunk_bytes(std::size_t chunk_bytes) { chunk_bytes_ = chunk_bytes; }

  // What is appended from now on, up to `bytes` of it, lies in one piece. Room in a file that is never written to costs
  // no memory.
  void reserve(std::size_t bytes);

  SharedBytes append(std::span<const std::uint8_t> bytes);

 private:
  struct Chunk;

  std::string name_;
  std::size_t chunk_bytes_;
  std::shared_ptr<Chunk> chunk_;
  std::size_t used_ = 0;
};

}  // namespace grandstand
