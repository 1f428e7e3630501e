// SPDX-License-Identifier: MIT
#include "report.hpp"

#include <cstdio>

#include <sysexits.h>

namespace grandstand::app {

int report(const std::vector<config::Fault>& faults) {
  for (const auto& fault : faults) std::fprintf(stderr, "%s\n", config::to_string(fault).c_str());
  return EX_CONFIG;
}

int report(const Error& error) {
  std::fprintf(stderr, "grandstand: %s\n", error.message.c_str());
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
      return EX_CONFIG;
    case ErrorCode::kNotFound:
    case ErrorCode::kConflict:
      return EX_DATAERR;
    default:
      return EX_UNAVAILABLE;
  }
}

}  // namespace grandstand::app
