// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace grandstand::log {

enum class Level { kTrace, kDebug, kInfo, kWarning, kError };
enum class Format { kText, kJson };

struct Settings {
  Level level = Level::kInfo;
  Format format = Format::kText;
  // At most this many lines per second of one message text; what is left out is counted and said. 0: no limit.
  unsigned burst_per_second = 20;
};

// One `key=value` of a line. Secrets (stream keys, tokens, passwords) never become a field: pass URLs through redact().
struct Field {
  std::string_view key;
  std::string value;

  Field(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(v) {}
  template <class Number>
    requires std::integral<Number> || std::floating_point<Number>
  Field(std::string_view k, Number v) : key(k), value(std::to_string(v)) {}
};

// Sets up the process's log on stderr; before it, lines go to stderr as text at level info.
// The log is the one process-wide object (docs/decisions/0003-process-wide-log.md).
void set_up(const Settings& settings);

// One line. `message` is a constant text (it is the key of the rate limit); what varies goes into fields.
// Safe from any thread.
void write(Level level, std::string_view component, std::string_view message, std::initializer_list<Field> fields = {});

inline void debug(std::string_view component, std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::kDebug, component, message, fields);
}
inline void info(std::string_view component, std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::kInfo, component, message, fields);
}
inline void warning(std::string_view component, std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::kWarning, component, message, fields);
}
inline void error(std::string_view component, std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::kError, component, message, fields);
}

// Lines that the rate limit has left out since the start of the process.
std::uint64_t left_out();

// The URL without user, password and query values: "rtsp://***@camera/1?token=***".
std::string redact(std::string_view url);

}  // namespace grandstand::log
