// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/assert.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace grandstand {

// The kinds of failure that callers tell apart. Wire names and HTTP statuses are in wire/error_codes.hpp.
enum class ErrorCode {
  kInvalidArgument,  // the input is wrong, and stays wrong when sent again
  kUnauthenticated,  // nobody is signed in, or the credentials are wrong
  kForbidden,        // signed in, but not allowed
  kNotFound,
  kConflict,     // already exists, or somebody else holds it
  kTooLarge,     // beyond a stated limit
  kRateLimited,  // allowed again later
  kUnavailable,  // a part that is needed is down; trying again may help
  kTimeout,
  kCancelled,    // the caller or a shutdown stopped it
  kUnsupported,  // understood, but not something we can handle (a codec, a version)
  kInternal,     // our fault
};

std::string_view to_string(ErrorCode code);

// What went wrong. The message names the thing, says what is wrong with it and what was expected.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
};

// A value or an Error. `Result<void>` is `Result<std::monostate>` by the alias `Status`.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return GRANDSTAND_ASSERT(ok()), *std::get_if<0>(&state_); }
  const T& value() const& { return GRANDSTAND_ASSERT(ok()), *std::get_if<0>(&state_); }
  T&& value() && { return GRANDSTAND_ASSERT(ok()), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const { return GRANDSTAND_ASSERT(!ok()), *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

using Status = Result<std::monostate>;
inline Status success() {
  return std::monostate{};
}

}  // namespace grandstand

#define GRANDSTAND_CONCAT_2(a, b) a##b
#define GRANDSTAND_CONCAT(a, b) GRANDSTAND_CONCAT_2(a, b)

// `GRANDSTAND_TRY(auto segment, cut_segment());` declares `segment`, or returns the error to the caller.
#define GRANDSTAND_TRY(declaration, ...)                                                    \
  auto GRANDSTAND_CONCAT(try_, __LINE__) = (__VA_ARGS__);                                   \
  if (!GRANDSTAND_CONCAT(try_, __LINE__)) return GRANDSTAND_CONCAT(try_, __LINE__).error(); \
  declaration = std::move(GRANDSTAND_CONCAT(try_, __LINE__)).value()

// The same inside a coroutine: `GRANDSTAND_CO_TRY(auto user, co_await accounts.find(id));`
#define GRANDSTAND_CO_TRY(declaration, ...)                                                    \
  auto GRANDSTAND_CONCAT(try_, __LINE__) = (__VA_ARGS__);                                      \
  if (!GRANDSTAND_CONCAT(try_, __LINE__)) co_return GRANDSTAND_CONCAT(try_, __LINE__).error(); \
  declaration = std::move(GRANDSTAND_CONCAT(try_, __LINE__)).value()

// For a result of which nothing but success is wanted: `GRANDSTAND_RETURN_IF_ERROR(validate(feed));`
#define GRANDSTAND_RETURN_IF_ERROR(...)                                                                 \
  if (const auto GRANDSTAND_CONCAT(try_, __LINE__) = (__VA_ARGS__); !GRANDSTAND_CONCAT(try_, __LINE__)) \
  return GRANDSTAND_CONCAT(try_, __LINE__).error()

#define GRANDSTAND_CO_RETURN_IF_ERROR(...)                                                              \
  if (const auto GRANDSTAND_CONCAT(try_, __LINE__) = (__VA_ARGS__); !GRANDSTAND_CONCAT(try_, __LINE__)) \
  co_return GRANDSTAND_CONCAT(try_, __LINE__).error()
