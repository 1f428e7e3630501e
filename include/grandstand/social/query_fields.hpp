// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/room/feature.hpp>

#include <cstdint>
#include <string>
#include <string_view>

// What the parameters of queries (GET /api/v1/rooms/<room>/<feature>/<query>) have in common. Errors are
// kInvalidArgument and name the parameter.
namespace grandstand::social {

Result<std::int64_t> read_number(const std::string& name, const std::string& value, std::int64_t least,
                                 std::int64_t most);

// Milliseconds since 1970, up to the year 2100.
Result<UtcTime> read_time(const std::string& name, const std::string& value);

// A stretch of the timeline, from <= time < to: one parameter of either name.
struct Stretch {
  UtcTime from{}, to{};

  // Whether it was one of the two.
  Result<bool> read(const std::string& name, const std::string& value);
  // Once all are read.
  Status check() const;
};

// Of queries that have no other parameters.
Result<Stretch> read_stretch(const room::QueryParameters& parameters);

// A parameter that there is not; `known` lists those that there are.
Error unknown_parameter(const std::string& name, std::string_view known);

}  // namespace grandstand::social
