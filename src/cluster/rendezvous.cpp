// SPDX-License-Identifier: MIT
#include "rendezvous.hpp"

#include <cstdint>

namespace grandstand::cluster {
namespace {

// FNV-1a with a final mix (of MurmurHash3), for FNV's high bits hardly differ in short texts.
std::uint64_t weight_of(std::string_view node, std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3; };
  for (const char c : node) add(static_cast<unsigned char>(c));
  add(0);
  for (const char c : name) add(static_cast<unsigned char>(c));
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccd;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53;
  return hash ^ hash >> 33;
}

}  // namespace

std::string highest_ranked(std::span<const std::string> nodes, std::string_view name) {
  std::string_view best;
  std::uint64_t most = 0;
  for (const auto& node : nodes) {
    const auto weight = weight_of(node, name);
    if (best.empty() || weight > most || (weight == most && node < best)) {
      best = node;
      most = weight;
    }
  }
  return std::string(best);
}

}  // namespace grandstand::cluster
