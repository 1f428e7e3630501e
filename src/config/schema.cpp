// SPDX-License-Identifier: MIT
#include "schema.hpp"

namespace grandstand::config {

void add_unknown_key(FaultList& faults, const std::string& group, const YamlNode::Entry& entry,
                     const std::vector<std::string>& known) {
  std::string expected = nearest(entry.key, known);
  if (!expected.empty()) {
    expected = "did you mean " + quote(expected) + "?";
  } else {
    expected = "expected one of ";
    for (const std::string& key : known) expected += (&key == &known.front() ? "" : ", ") + key;
  }
  faults.add(entry.position,
             (group.empty() ? "" : group + ": ") + "the key " + quote(entry.key) + " is not known; " + expected);
}

}  // namespace grandstand::config
