// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Merkle trees as of RFC 6962 section 2.1, with SHA-256.
namespace grandstand::ballots {

using Digest = std::array<std::uint8_t, 32>;

Digest leaf_hash(std::string_view leaf);                    // SHA-256(0x00 || leaf)
Digest node_hash(const Digest& left, const Digest& right);  // SHA-256(0x01 || left || right)
Digest tree_root(std::span<const Digest> hashes);           // of the leaves' hashes; of none SHA-256 of nothing
std::vector<Digest> inclusion_path(std::span<const Digest> hashes, std::size_t index);  // RFC 6962 2.1.1, leaf first

// The root that a leaf's hash and its path lead to (RFC 9162 2.1.3.2); kInvalidArgument when a path of such a length
// cannot be.
Result<Digest> root_by_path(const Digest& leaf, std::uint64_t index, std::uint64_t size, std::span<const Digest> path);

std::string to_base64(std::span<const std::uint8_t> bytes);  // RFC 4648 section 4, with padding
Result<std::vector<std::uint8_t>> from_base64(std::string_view text);
Result<Digest> digest_from_base64(std::string_view text);

}  // namespace grandstand::ballots
