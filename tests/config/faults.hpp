// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/config/load.hpp>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace grandstand::config {

// "3:5: message" of each fault, in order; empty when it loaded.
template <class T>
std::vector<std::string> faults_of(const Loaded<T>& loaded) {
  std::vector<std::string> texts;
  const auto* faults = std::get_if<std::vector<Fault>>(&loaded);
  if (faults == nullptr) return texts;
  for (const Fault& fault : *faults) {
    texts.push_back(std::to_string(fault.line) + ":" + std::to_string(fault.column) + ": " + fault.message);
  }
  return texts;
}

inline std::string content_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace grandstand::config
