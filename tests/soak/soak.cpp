// SPDX-License-Identifier: MIT
// Days of media in minutes: soak [MINUTES [SEED]]. Channels as in the daemon from datagrams to playlists, in this
// process, in a time of its own, without sockets and threads: one that plays on and on, and one to which every fault
// happens. Ends with 1 when a playlist broke a rule, or memory or descriptors grew.
#include "fault_history.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using Wall = std::chrono::steady_clock;

std::size_t resident_kilobytes() {
  std::ifstream status("/proc/self/statm");
  std::size_t whole = 0, resident = 0;
  status >> whole >> resident;
  return resident * 4;
}

std::size_t descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

template <class Value>
Value median(std::vector<Value> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The medians of the first rounds behind the warm-up and of the last ones.
template <class Value>
std::pair<Value, Value> ends(const std::vector<Value>& values) {
  const std::size_t count = std::max<std::size_t>(1, values.size() / 4);
  const std::size_t first = values.size() > 8 ? 2 : 0;
  return {median(std::vector<Value>(values.begin() + static_cast<std::ptrdiff_t>(first),
                                    values.begin() + static_cast<std::ptrdiff_t>(first + count))),
          median(std::vector<Value>(values.end() - static_cast<std::ptrdiff_t>(count), values.end()))};
}

double hours(const SignalChannel& channel) {
  return channel.watch().seconds() / 3'600;
}

int soak(std::chrono::minutes length, unsigned seed) {
  log::set_up({.level = log::Level::kError});
  SignalChannel steady({.step = 500ms, .look_every = 12s});
  stimulus::Encoder encoder({.frame = 500ms, .gop = 8, .sound_every = 23}, stimulus::kTurn - 90'000ull * 3'600);
  SignalChannel troubled({.largest_lag = 14, .largest_step_back = FaultHistory::kStepBack});
  FaultHistory history(seed);
  std::vector<std::size_t> memory, open;
  std::vector<double> speed;
  const auto began = Wall::now();
  std::printf("%8s %14s %16s %8s %10s %12s %11s\n", "wall s", "steady hours", "troubled hours", "faults", "RSS KB",
              "descriptors", "violations");
  while (Wall::now() - began < length) {
    const auto round = Wall::now();
    const double before = hours(steady) + hours(troubled);
    steady.play(encoder, 4h);
    history.play(troubled, 10min);
    speed.push_back((hours(steady) + hours(troubled) - before) * 3'600 /
                    std::chrono::duration<double>(Wall::now() - round).count());
    memory.push_back(resident_kilobytes());
    open.push_back(descriptors());
    const auto violations = steady.violations().size() + troubled.violations().size();
    std::printf("%8.1f %14.1f %16.2f %8llu %10zu %12zu %11zu\n",
                std::chrono::duration<double>(Wall::now() - began).count(), hours(steady), hours(troubled),
                static_cast<unsigned long long>(history.faults()), memory.back(), open.back(), violations);
    std::fflush(stdout);
    if (violations > 0) break;
  }
  for (const auto* channel : {&steady, &troubled}) {
    for (const auto& violation : channel->violations()) std::printf("violation: %s\n", violation.c_str());
  }
  const auto [memory_first, memory_last] = ends(memory);
  const auto [open_first, open_last] = ends(open);
  const bool grew = memory_last > memory_first + memory_first / 10 || open_last > open_first + 16;
  const bool broken = !steady.violations().empty() || !troubled.violations().empty() || steady.discontinuities() > 0;
  std::printf("steady: %.1f hours of media, %.1f wraps of 33 bits, %d discontinuities, %llu segments\n", hours(steady),
              static_cast<double>(encoder.clock()) / static_cast<double>(stimulus::kTurn), steady.discontinuities(),
              static_cast<unsigned long long>(steady.watch().segments()));
  std::printf("troubled: %.2f hours of media, %llu faults, %d discontinuities, %llu segments\n", hours(troubled),
              static_cast<unsigned long long>(history.faults()), troubled.discontinuities(),
              static_cast<unsigned long long>(troubled.watch().segments()));
  std::printf(
      "medians of %zu rounds: %.0f s of media per second; memory %zu KB first, %zu KB last; descriptors %zu, %zu\n",
      memory.size(), median(speed), memory_first, memory_last, open_first, open_last);
  std::printf("%s\n", broken ? "A playlist broke a rule."
                      : grew ? "Memory or descriptors grew."
                             : "Nothing grew, no rule was broken.");
  return broken || grew ? 1 : 0;
}

}  // namespace
}  // namespace grandstand::channels

int main(int argc, char** argv) {
  const int minutes = argc > 1 ? std::atoi(argv[1]) : 10;
  const int seed = argc > 2 ? std::atoi(argv[2]) : 1;
  if (minutes < 1 || minutes > 7 * 24 * 60) {
    std::fprintf(stderr, "soak: %s is not a number of minutes; expected 1 to 10080\n", argv[1]);
    return 2;
  }
  return grandstand::channels::soak(std::chrono::minutes(minutes), static_cast<unsigned>(seed));
}
