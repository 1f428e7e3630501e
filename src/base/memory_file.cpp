// SPDX-License-Identifier: MIT
#include <grandstand/base/memory_file.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

namespace grandstand {

struct MemoryFile::Chunk {
  Chunk(int d, std::uint8_t* m, std::size_t c) : descriptor(d), memory(m), capacity(c) {}
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
  ~Chunk() {
    ::munmap(memory, capacity);
    ::close(descriptor);
  }

  static std::shared_ptr<Chunk> create(const std::string& name, std::size_t capacity) {
    const int descriptor = ::memfd_create(name.c_str(), MFD_CLOEXEC);
    if (descriptor < 0) return nullptr;
    void* memory = MAP_FAILED;
    if (::ftruncate(descriptor, static_cast<off_t>(capacity)) == 0) {
      memory = ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    }
    if (memory == MAP_FAILED) {
      ::close(descriptor);
      return nullptr;
    }
    return std::make_shared<Chunk>(descriptor, static_cast<std::uint8_t*>(memory), capacity);
  }

  int descriptor;
  std::uint8_t* memory;
  std::size_t capacity;
};

MemoryFile::MemoryFile(std::string name, std::size_t chunk_bytes) : name_(std::move(name)), chunk_bytes_(chunk_bytes) {}

void MemoryFile::reserve(std::size_t bytes) {
  if (chunk_ && bytes <= chunk_->capacity - used_) return;
  chunk_ = Chunk::create(name_, std::max(chunk_bytes_, bytes));
  used_ = 0;
}

MemoryFile::Room MemoryFile::claim(std::size_t size) {
  reserve(size);
  if (!chunk_) {
    auto heap = std::make_shared_for_overwrite<std::uint8_t[]>(size);
    auto* const begin = heap.get();
    return {std::move(heap), begin, {}};
  }
  Room room{{chunk_, chunk_->memory}, chunk_->memory + used_, {chunk_->descriptor, used_}};
  used_ += size;
  return room;
}

SharedBytes MemoryFile::append(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return {};
  auto room = claim(bytes.size());
  std::memcpy(room.begin, bytes.data(), bytes.size());
  return {std::move(room.owner), {room.begin, bytes.size()}, room.place};
}

}  // namespace grandstand
