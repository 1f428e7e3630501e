// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand {

// Where bytes lie in a file as well, so that a socket can take them from there (sendfile).
struct FilePlace {
  int descriptor = -1;  // -1: nowhere; else open for as long as the bytes live
  std::uint64_t offset = 0;
};

// An immutable, reference-counted range of bytes: copying shares, nothing is copied, slices keep the whole alive.
// Safe to read from any thread.
class SharedBytes {
 public:
  SharedBytes() = default;
  explicit SharedBytes(std::vector<std::uint8_t> bytes);
  explicit SharedBytes(std::string text);
  SharedBytes(std::shared_ptr<const void> owner, std::span<const std::uint8_t> range)
      : owner_(std::move(owner)), data_(range.data()), size_(range.size()) {}
  // `owner` keeps the file open, too.
  SharedBytes(std::shared_ptr<const void> owner, std::span<const std::uint8_t> range, FilePlace place)
      : owner_(std::move(owner)), data_(range.data()), size_(range.size()), place_(place) {}

  static SharedBytes copy_of(std::span<const std::uint8_t> bytes);

  const std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::span<const std::uint8_t> span() const { return {data_, size_}; }
  std::string_view view() const { return {reinterpret_cast<const char*>(data_), size_}; }

  FilePlace place() const { return place_; }

  // offset + length must lie within the range.
  SharedBytes slice(std::size_t offset, std::size_t length) const;

  // This and `next` as one range, when `next` follows in the same memory of the same owner; empty when it does not.
  SharedBytes joined_with(const SharedBytes& next) const;

  // Equality of content.
  friend bool operator==(const SharedBytes& a, const SharedBytes& b) { return a.view() == b.view(); }

 private:
  std::shared_ptr<const void> owner_;
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  FilePlace place_;
};

}  // namespace grandstand
