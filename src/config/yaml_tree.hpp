// SPDX-License-Identifier: MIT
#pragma once

#include "fault_list.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grandstand::config {

// One value of a YAML document and where it stands. Immutable once read; an alias shares the node of its anchor.
struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };

  struct Entry;

  Kind kind = Kind::kNull;
  Position position;
  bool quoted = false;                                 // a scalar in quotes is text, whatever it looks like
  std::string text;                                    // kScalar
  std::vector<std::shared_ptr<const YamlNode>> items;  // kSequence
  std::vector<Entry> entries;                          // kMap, in the order of the file, keys unique
};

struct YamlNode::Entry {
  std::string key;
  Position position;  // of the key
  std::shared_ptr<const YamlNode> value;
};

// "a list", "a text" ...: what stands there, for messages.
std::string_view describe(YamlNode::Kind kind);

// Bounds on what a file may hold; beyond them it is refused with a fault.
inline constexpr std::size_t kMaxYamlBytes = 4u << 20;
inline constexpr std::size_t kMaxYamlNodes = 200'000;
inline constexpr std::size_t kMaxYamlDepth = 32;

// The first document of the text; null, with faults, when it is no YAML. Duplicate keys are faults of their own, and
// the first one counts.
std::shared_ptr<const YamlNode> parse_yaml(std::string_view text, FaultList& faults);

}  // namespace grandstand::config
