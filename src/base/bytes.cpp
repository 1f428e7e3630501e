// SPDX-License-Identifier: MIT
#include <grandstand/base/assert.hpp>
#include <grandstand/base/bytes.hpp>

namespace grandstand {

SharedBytes::SharedBytes(std::vector<std::uint8_t> bytes) {
  auto owner = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
  data_ = owner->data();
  size_ = owner->size();
  owner_ = std::move(owner);
}

SharedBytes::SharedBytes(std::string text) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  data_ = reinterpret_cast<const std::uint8_t*>(owner->data());
  size_ = owner->size();
  owner_ = std::move(owner);
}

SharedBytes SharedBytes::copy_of(std::span<const std::uint8_t> bytes) {
  return SharedBytes(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
}

SharedBytes SharedBytes::slice(std::size_t offset, std::size_t length) const {
  GRANDSTAND_ASSERT(offset <= size_ && length <= size_ - offset);
  const FilePlace place{place_.descriptor, place_.offset + offset};
  return SharedBytes(owner_, span().subspan(offset, length), place);
}

SharedBytes SharedBytes::joined_with(const SharedBytes& next) const {
  if (owner_ != next.owner_ || data_ + size_ != next.data_) return {};
  return SharedBytes(owner_, {data_, size_ + next.size_}, place_);
}

}  // namespace grandstand
