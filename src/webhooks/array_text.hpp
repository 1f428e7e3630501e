// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace grandstand::webhooks {

// Many texts as a PostgreSQL array literal: one parameter for all of them.
class ArrayText {
 public:
  void add(std::string_view element) {
    if (text_.size() > 1) text_ += ',';
    text_ += '"';
    for (const char c : element) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  std::string finish() && { return std::move(text_) + "}"; }

 private:
  std::string text_ = "{";
};

}  // namespace grandstand::webhooks
