// SPDX-License-Identifier: MIT
#include "log_limiter.hpp"
#include "log_line.hpp"

#include <grandstand/base/log.hpp>

#include <atomic>
#include <memory>
#include <mutex>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace grandstand::log {
namespace {

struct Log {
  explicit Log(const Settings& s)
      : settings(s),
        limiter(s.burst_per_second),
        logger("grandstand", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger.set_pattern("%v");
    logger.set_level(spdlog::level::trace);
    logger.flush_on(spdlog::level::trace);
  }

  Settings settings;
  SystemClock clock;
  std::mutex mutex;  // guards limiter
  Limiter limiter;
  spdlog::logger logger;
};

std::unique_ptr<Log>& process_log() {
  static std::unique_ptr<Log> log = std::make_unique<Log>(Settings{});
  return log;
}

std::atomic<std::uint64_t> lines_left_out{0};

// Only user information hides: `udp://10.0.0.1@239.0.0.1:5000` names a source, and that is an address.
bool is_source(const std::string& url, std::size_t begin, std::size_t end) {
  if (!url.starts_with("udp://") && !url.starts_with("rtp://")) return false;
  return url.find_first_not_of("0123456789abcdefABCDEF.:[]", begin) >= end;
}

// How long the user information is that `rest`, which is what follows "://", begins with: up to the "@". npos: it has
// none.
std::size_t user_length(std::string_view rest) {
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) return at;
  // A password that should have been escaped: "rtsp://user:pa/ss@camera". No port has other characters than digits.
  const auto colon = authority.rfind(':');
  const bool is_port = colon == std::string_view::npos || authority.starts_with('[') ||
                       authority.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  return is_port ? std::string_view::npos : rest.rfind('@');
}

}  // namespace

void set_up(const Settings& settings) {
  process_log() = std::make_unique<Log>(settings);
}

void write(Level level, std::string_view component, std::string_view message, std::initializer_list<Field> fields) {
  Log& log = *process_log();
  if (level < log.settings.level) return;
  Limiter::Verdict verdict;
  {
    std::lock_guard lock(log.mutex);
    verdict = log.limiter.admit(component, message, log.clock.steady());
  }
  if (!verdict.write) {
    lines_left_out.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const auto line =
      render_line(log.settings.format, log.clock.utc(), level, component, message, fields, verdict.left_out);
  log.logger.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

std::uint64_t left_out() {
  return lines_left_out.load(std::memory_order_relaxed);
}

std::string redact(std::string_view url) {
  std::string text(url);
  if (const auto scheme = text.find("://"); scheme != std::string::npos) {
    const auto start = scheme + 3;
    const auto length = user_length(std::string_view(text).substr(start));
    if (length != std::string::npos && !is_source(text, start, start + length)) text.replace(start, length, "***");
  }
  const auto query = text.find('?');
  if (query == std::string::npos) return text;
  std::string result = text.substr(0, query + 1);
  std::size_t position = query + 1;
  while (position <= text.size()) {
    const auto end = std::min(text.find('&', position), text.size());
    const auto pair = std::string_view(text).substr(position, end - position);
    const auto equals = pair.find('=');
    result += equals == std::string_view::npos ? std::string(pair.empty() ? "" : "***")
                                               : std::string(pair.substr(0, equals)) + "=***";
    if (end == text.size()) break;
    result += '&';
    position = end + 1;
  }
  return result;
}

}  // namespace grandstand::log
