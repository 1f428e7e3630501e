// SPDX-License-Identifier: MIT
#include "probe_command.hpp"

#include "interrupt.hpp"
#include "named_file.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/ingest/probe.hpp>
#include <grandstand/media/ffmpeg_log.hpp>

#include <cstdio>
#include <thread>

#include <CLI/CLI.hpp>

namespace grandstand::app {
namespace {

constexpr int kNotWell = 1;
constexpr int kCouldNotProbe = 2;

}  // namespace

void add_probe_options(CLI::App& command, ProbeOptions& options) {
  command.add_option("url", options.feed.url, "What to listen to: udp, rtp, file, http(s), rtsp or srt")->required();
  command.add_option("--for", options.seconds, "For how many seconds")
      ->check(CLI::Range(1U, 86'400U))
      ->capture_default_str();
  command.add_option("--program", options.program, "The program_number; without it the first that is playable")
      ->check(CLI::Range(1U, 65'535U));
  command.add_option("--interface", options.feed.interface, "udp, rtp: the interface to join the group on");
  command.add_flag("--json", options.json, "Print one JSON object");
}

int run_probe_command(const ProbeOptions& options) {
  watch_interrupts();
  log::set_up({.level = log::Level::kError});
  media::silence_ffmpeg();
  const SystemClock clock;
  auto feed = options.feed;
  if (const auto file = named_file(feed.url)) feed.url = "file:" + file->string();
  if (options.program > 0) feed.program = static_cast<std::uint16_t>(options.program);
  const auto report = ingest::probe(feed, std::chrono::seconds(options.seconds),
                                    {.clock = clock,
                                     .sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); },
                                     .cancelled = interrupted});
  if (!report) {
    std::fprintf(stderr, "grandstand: %s\n", report.error().message.c_str());
    return kCouldNotProbe;
  }
  std::fputs((options.json ? ingest::to_json(*report) : ingest::to_text(*report)).c_str(), stdout);
  return report->is_well() ? 0 : kNotWell;
}

}  // namespace grandstand::app
