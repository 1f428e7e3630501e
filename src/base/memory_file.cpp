// SPDX-License-Identifier: MIT
#include <grandstand/base/memory_file.hpp>

#include <algorithm>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

namespace grandstand {

struct MemoryFile::Chunk {
  Chunk(int d, void* m, std::size_t c)
      : descriptor(d), mapping(m), memory(static_cast<const std::uint8_t*>(m)), capacity(c) {}
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
  ~Chunk() {
    ::munmap(mapping, capacity);
    ::close(descriptor);
  }

  static std::shared_ptr<Chunk> create(const std::string& name, std::size_t capacity) {
    const int descriptor = ::memfd_create(name.c_str(), MFD_CLOEXEC);
    if (descriptor < 0) return nullptr;
    void* memory = MAP_FAILED;
    if (::ftruncate(descriptor, static_cast<off_t>(capacity)) == 0) {
      memory = ::mmap(nullptr, capacity, PROT_READ, MAP_SHARED, descriptor, 0);
    }
    if (memory == MAP_FAILED) {
      ::close(descriptor);
      return nullptr;
    }
    return std::make_shared<Chunk>(descriptor, memory, capacity);
  }

  bool write(std::span<const std::uint8_t> bytes, std::size_t offset) const {
    while (!bytes.empty()) {
      const auto written = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (written <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(written));
      offset += static_cast<std::size_t>(written);
    }
    return true;
  }

  int descriptor;
  void* mapping;
  const std::uint8_t* memory;
  std::size_t capacity;
};

MemoryFile::MemoryFile(std::string name, std::size_t chunk_bytes) : name_(std::move(name)), chunk_bytes_(chunk_bytes) {}

void MemoryFile::reserve(std::size_t bytes) {
  if (chunk_ && bytes <= chunk_->capacity - used_) return;
  chunk_ = Chunk::create(name_, std::max(chunk_bytes_, bytes));
  used_ = 0;
}

SharedBytes MemoryFile::append(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return {};
  reserve(bytes.size());
  // Written as to a file: that costs half of what page faults on the mapping would, which is only for reading.
  if (!chunk_ || !chunk_->write(bytes, used_)) return SharedBytes::copy_of(bytes);
  SharedBytes kept(chunk_, {chunk_->memory + used_, bytes.size()}, {chunk_->descriptor, used_});
  used_ += bytes.size();
  return kept;
}

}  // namespace grandstand
