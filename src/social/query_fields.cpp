// SPDX-License-Identifier: MIT
#include <grandstand/social/query_fields.hpp>

#include <charconv>

namespace grandstand::social {

namespace {

constexpr std::int64_t kYear2100 = 4'102'444'800'000;  // milliseconds since 1970

Error refused(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

}  // namespace

Result<std::int64_t> read_number(const std::string& name, const std::string& value, std::int64_t least,
                                 std::int64_t most) {
  std::int64_t number = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc{} || stop != end || number < least || number > most) {
    return refused(name + ": \"" + value.substr(0, 20) + "\" is not a number from " + std::to_string(least) + " to " +
                   std::to_string(most));
  }
  return number;
}

Result<UtcTime> read_time(const std::string& name, const std::string& value) {
  GRANDSTAND_TRY(const auto milliseconds, read_number(name, value, 0, kYear2100));
  return from_unix_ms(milliseconds);
}

Result<bool> Stretch::read(const std::string& name, const std::string& value) {
  if (name != "from" && name != "to") return false;
  GRANDSTAND_TRY((name == "from" ? from : to), read_time(name, value));
  return true;
}

Status Stretch::check() const {
  if (to <= from) return refused("from and to: expected two times, the second one later");
  return success();
}

Result<Stretch> read_stretch(const room::QueryParameters& parameters) {
  Stretch stretch;
  for (const auto& [name, value] : parameters) {
    GRANDSTAND_TRY(const bool is_end, stretch.read(name, value));
    if (!is_end) return unknown_parameter(name, "from and to");
  }
  GRANDSTAND_RETURN_IF_ERROR(stretch.check());
  return stretch;
}

Error unknown_parameter(const std::string& name, std::string_view known) {
  return refused("\"" + name.substr(0, 40) + "\" is unknown here; " + std::string(known) + " are known");
}

}  // namespace grandstand::social
