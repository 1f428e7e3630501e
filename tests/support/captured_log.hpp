// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/log.hpp>

#include <string>

#include <gtest/gtest.h>

namespace grandstand::test {

// The lines that the process logs while this lives, at level info and above.
class CapturedLog {
 public:
  CapturedLog() {
    log::set_up({});
    testing::internal::CaptureStderr();
  }
  ~CapturedLog() {
    if (!taken_) take();
  }

  std::string take() {
    taken_ = true;
    auto text = testing::internal::GetCapturedStderr();
    log::set_up({.level = log::Level::kError});
    return text;
  }

 private:
  bool taken_ = false;
};

}  // namespace grandstand::test
