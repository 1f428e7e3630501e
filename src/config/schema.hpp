// SPDX-License-Identifier: MIT
#pragma once

#include "values.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace grandstand::config {

// One key of a file: its name, its meaning for people, and how it goes between YAML and the settings struct. Reading,
// printing and the manual all come from here; the default is what a default-constructed struct holds.
template <class Target>
struct Key {
  std::string name;
  std::string meaning;
  std::string expected;
  std::function<bool(Target&, const YamlNode&, const Reporter&)> read;
  std::function<std::string(const Target&)> print;
};

// `field` gives a reference to the key's field of a Target.
template <class Target, class FieldOf, class Kind>
Key<Target> make_key(std::string name, FieldOf field, Kind kind, std::string meaning) {
  return {
      .name = std::move(name),
      .meaning = std::move(meaning),
      .expected = kind.expected(),
      .read = [field, kind](Target& target, const YamlNode& node,
                            const Reporter& report) { return kind.read(node, field(target), report); },
      .print =
          [field, kind](const Target& target) {
            Target copy = target;
            return kind.print(field(copy));
          },
  };
}

// A group of keys under one name; the name is empty for keys at the top.
template <class Target>
struct Section {
  std::string name;
  std::string meaning;
  std::vector<Key<Target>> keys;
};

// Where each key of a file stands, by path, and whether it could be read: for what is checked between keys afterwards.
struct Place {
  Position position;
  bool right = false;
};
using Places = std::map<std::string, Place>;

inline std::string join_path(const std::string& group, const std::string& key) {
  return group.empty() ? key : group + "." + key;
}

// The fault for a key that nobody knows.
void add_unknown_key(FaultList& faults, const std::string& group, const YamlNode::Entry& entry,
                     const std::vector<std::string>& known);

// Reads one key of the group if it belongs to `keys`; false when it does not.
template <class Target>
bool read_key(const std::vector<Key<Target>>& keys, const std::string& group, const YamlNode::Entry& entry,
              Target& target, FaultList& faults, Places& places) {
  for (const Key<Target>& key : keys) {
    if (key.name != entry.key) continue;
    const std::string path = join_path(group, key.name);
    const bool right = key.read(target, *entry.value, Reporter(faults, path));
    places[path] = {entry.value->position, right};
    return true;
  }
  return false;
}

}  // namespace grandstand::config
