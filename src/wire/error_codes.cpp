// SPDX-License-Identifier: MIT
#include <grandstand/wire/error_codes.hpp>

#include <array>

namespace grandstand::wire {

namespace {

struct Row {
  ErrorCode code;
  std::string_view name;
  int status;
};

constexpr std::array kRows{
    Row{ErrorCode::kInvalidArgument, "invalid_argument", 400},
    Row{ErrorCode::kUnauthenticated, "unauthenticated", 401},
    Row{ErrorCode::kForbidden, "forbidden", 403},
    Row{ErrorCode::kNotFound, "not_found", 404},
    Row{ErrorCode::kConflict, "conflict", 409},
    Row{ErrorCode::kTooLarge, "too_large", 413},
    Row{ErrorCode::kRateLimited, "rate_limited", 429},
    Row{ErrorCode::kUnavailable, "unavailable", 503},
    Row{ErrorCode::kTimeout, "timeout", 504},
    Row{ErrorCode::kCancelled, "cancelled", 503},
    Row{ErrorCode::kUnsupported, "unsupported", 415},
    Row{ErrorCode::kInternal, "internal", 500},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].code) != i) return false;
  }
  return kRows.size() == static_cast<std::size_t>(ErrorCode::kInternal) + 1;
}
static_assert(in_order(), "one row for each ErrorCode, in its order");

}  // namespace

std::string_view wire_name(ErrorCode code) {
  return kRows[static_cast<std::size_t>(code)].name;
}
int http_status(ErrorCode code) {
  return kRows[static_cast<std::size_t>(code)].status;
}

}  // namespace grandstand::wire
