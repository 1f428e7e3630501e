// SPDX-License-Identifier: MIT
#include "hlscheck_command.hpp"

#include "interrupt.hpp"
#include "named_file.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/fetch/fetch.hpp>
#include <grandstand/hlscheck/check.hpp>

#include <algorithm>
#include <cstdio>
#include <thread>
#include <utility>

#include <CLI/CLI.hpp>

namespace grandstand::app {
namespace {

constexpr int kFoundMust = 1;
constexpr int kCouldNotCheck = 2;

}  // namespace

void add_hlscheck_options(CLI::App& command, HlscheckOptions& options) {
  command.add_option("url", options.url, "A multivariant or media playlist: http, https or file")->required();
  command.add_option("--for", options.seconds, "How many seconds to watch live playlists")
      ->check(CLI::Range(0U, 86'400U))
      ->capture_default_str();
  command.add_flag("--json", options.json, "Print one JSON object");
}

int run_hlscheck_command(const HlscheckOptions& options) {
  watch_interrupts();
  const SystemClock clock;
  const hlscheck::World world{
      .fetch = [](const fetch::Request& request) { return fetch::perform(request, interrupted); },
      .clock = clock,
      .sleep =
          [](std::chrono::milliseconds time) {
            for (; time.count() > 0 && !interrupted(); time -= std::chrono::milliseconds(100)) {
              std::this_thread::sleep_for(std::min(time, std::chrono::milliseconds(100)));
            }
          },
      .cancelled = interrupted};
  auto url = options.url;
  if (const auto file = named_file(url)) url = to_file_url(*file);
  if (!url.starts_with("file:") && url.find("://") == std::string::npos) {
    std::fprintf(stderr, "grandstand: \"%s\": expected http://, https:// or a file that there is\n", url.c_str());
    return kCouldNotCheck;
  }
  const auto report =
      hlscheck::check({.url = std::move(url), .duration = std::chrono::seconds(options.seconds)}, world);
  if (!report) {
    std::fprintf(stderr, "grandstand: %s\n", report.error().message.c_str());
    return kCouldNotCheck;
  }
  std::fputs((options.json ? hlscheck::to_json(*report) : hlscheck::to_text(*report)).c_str(), stdout);
  return report->has_must() ? kFoundMust : 0;
}

}  // namespace grandstand::app
