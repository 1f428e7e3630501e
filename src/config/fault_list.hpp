// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/config/load.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::config {

// A place in a file, counted from 1.
struct Position {
  int line = 1;
  int column = 1;
};

// Collects what is wrong with one file. Bounded: a file with very many faults shows the first of them and their number.
class FaultList {
 public:
  explicit FaultList(std::string file) : file_(std::move(file)) {}

  void add(Position position, std::string message);
  bool empty() const { return faults_.empty(); }
  const std::string& file() const { return file_; }

  // Sorted by place.
  std::vector<Fault> take();

 private:
  std::string file_;
  std::vector<Fault> faults_;
  std::size_t left_out_ = 0;
};

// The known word that `word` was probably meant to be; empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

// A value as shown in a message: in single quotes, control characters as '?', shortened to 64 bytes.
std::string quote(std::string_view value);

}  // namespace grandstand::config
