// SPDX-License-Identifier: MIT
#include "log_line.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace grandstand::log {
namespace {

void append_value(std::string& line, std::string_view value) {
  const bool plain = !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos &&
                     std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (plain) {
    line += value;
    return;
  }
  line += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string_view to_string(Level level) {
  switch (level) {
    case Level::kTrace:
      return "trace";
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
  }
  return "error";
}

std::string render_line(Format format, UtcTime time, Level level, std::string_view component, std::string_view message,
                        std::initializer_list<Field> fields, std::uint64_t left_out) {
  if (format == Format::kJson) {
    nlohmann::ordered_json object{
        {"time", to_rfc3339(time)}, {"level", to_string(level)}, {"component", component}, {"message", message}};
    for (const auto& field : fields) object[std::string(field.key)] = field.value;
    if (left_out > 0) object["left_out"] = left_out;
    return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  std::string line = to_rfc3339(time);
  line.append(1, ' ').append(to_string(level)).append(1, ' ').append(component).append(": ").append(message);
  for (const auto& field : fields) {
    line.append(1, ' ').append(field.key).append(1, '=');
    append_value(line, field.value);
  }
  if (left_out > 0) line.append(" left_out=").append(std::to_string(left_out));
  return line;
}

}  // namespace grandstand::log
