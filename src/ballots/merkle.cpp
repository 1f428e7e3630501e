// SPDX-License-Identifier: MIT
#include <grandstand/ballots/merkle.hpp>

#include <algorithm>
#include <bit>

#include <sodium.h>

namespace grandstand::ballots {
namespace {

Digest hash(std::uint8_t domain, std::span<const std::uint8_t> first, std::span<const std::uint8_t> second) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, &domain, 1);
  crypto_hash_sha256_update(&state, first.data(), first.size());
  crypto_hash_sha256_update(&state, second.data(), second.size());
  Digest digest;
  crypto_hash_sha256_final(&state, digest.data());
  return digest;
}

// The largest power of two below `size`, which is 2 at least: where a tree divides.
std::size_t split(std::size_t size) {
  return std::bit_floor(size - 1);
}

}  // namespace

Digest leaf_hash(std::string_view leaf) {
  return hash(0x00, {reinterpret_cast<const std::uint8_t*>(leaf.data()), leaf.size()}, {});
}

Digest node_hash(const Digest& left, const Digest& right) {
  return hash(0x01, left, right);
}

Digest tree_root(std::span<const Digest> hashes) {
  if (hashes.empty()) {
    Digest digest;
    crypto_hash_sha256(digest.data(), nullptr, 0);
    return digest;
  }
  if (hashes.size() == 1) return hashes.front();
  const auto left = split(hashes.size());
  return node_hash(tree_root(hashes.first(left)), tree_root(hashes.subspan(left)));
}

std::vector<Digest> inclusion_path(std::span<const Digest> hashes, std::size_t index) {
  if (hashes.size() <= 1) return {};
  const auto left = split(hashes.size());
  auto path =
      index < left ? inclusion_path(hashes.first(left), index) : inclusion_path(hashes.subspan(left), index - left);
  path.push_back(tree_root(index < left ? hashes.subspan(left) : hashes.first(left)));
  return path;
}

Result<Digest> root_by_path(const Digest& leaf, std::uint64_t index, std::uint64_t size, std::span<const Digest> path) {
  const Error wrong{ErrorCode::kInvalidArgument, "a path of " + std::to_string(path.size()) +
                                                     " hashes does not fit leaf " + std::to_string(index) +
                                                     " of a tree of " + std::to_string(size)};
  if (index >= size) return wrong;
  auto position = index;
  auto last = size - 1;
  Digest root = leaf;
  for (const auto& sibling : path) {
    if (last == 0) return wrong;
    if ((position & 1) != 0 || position == last) {
      root = node_hash(sibling, root);
      while ((position & 1) == 0 && position != 0) {
        position >>= 1;
        last >>= 1;
      }
    } else {
      root = node_hash(root, sibling);
    }
    position >>= 1;
    last >>= 1;
  }
  if (last != 0) return wrong;
  return root;
}

std::string to_base64(std::span<const std::uint8_t> bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

Result<std::vector<std::uint8_t>> from_base64(std::string_view text) {
  std::vector<std::uint8_t> bytes(text.size() / 4 * 3 + 3);
  std::size_t length = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0) {
    return Error{ErrorCode::kInvalidArgument, "\"" + std::string(text.substr(0, 60)) + "\" is not base64"};
  }
  bytes.resize(length);
  return bytes;
}

Result<Digest> digest_from_base64(std::string_view text) {
  GRANDSTAND_TRY(const auto bytes, from_base64(text));
  Digest digest;
  if (bytes.size() != digest.size()) {
    return Error{ErrorCode::kInvalidArgument, "\"" + std::string(text.substr(0, 60)) + "\" has " +
                                                  std::to_string(bytes.size()) + " bytes; a hash has 32"};
  }
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

}  // namespace grandstand::ballots
