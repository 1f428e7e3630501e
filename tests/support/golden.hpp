// SPDX-License-Identifier: MIT
#pragma once

#include "test_paths.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace grandstand::test {

// Compares with tests/<path>; GRANDSTAND_UPDATE_GOLDEN=1 writes the file instead.
inline void expect_golden(const std::string& path, const std::string& actual) {
  const auto file = std::filesystem::path(GRANDSTAND_SOURCE_DIR) / "tests" / path;
  if (const char* const update = std::getenv("GRANDSTAND_UPDATE_GOLDEN"); update != nullptr && *update == '1') {
    std::ofstream(file, std::ios::binary) << actual;
    return;
  }
  std::ifstream in(file, std::ios::binary);
  const std::string expected{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(actual, expected) << "differs from " << file << "; GRANDSTAND_UPDATE_GOLDEN=1 renews it";
}

}  // namespace grandstand::test
