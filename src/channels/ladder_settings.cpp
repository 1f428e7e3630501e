// SPDX-License-Identifier: MIT
#include <grandstand/channels/ladder_settings.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace grandstand::channels {
namespace {

// Millions of pixels that one core encodes in a second, as measured for docs/operations.md (the last two: estimated).
constexpr std::array<std::pair<std::string_view, double>, 8> kSpeeds{{{"ultrafast", 160},
                                                                      {"superfast", 110},
                                                                      {"veryfast", 75},
                                                                      {"faster", 49},
                                                                      {"fast", 32},
                                                                      {"medium", 27},
                                                                      {"slow", 15},
                                                                      {"slower", 8}}};
constexpr double kDecoding = 0.15;  // of a core, once for each ladder
constexpr double kPicturesPerSecond = 25;
constexpr double kShape = 16.0 / 9;
constexpr double kPixelsInMillion = 1e6;

}  // namespace

std::vector<media::VideoRung> named_ladder(std::string_view name) {
  const std::vector<media::VideoRung> full{{.height = 1080, .bit_rate = 5'000'000},
                                           {.height = 720, .bit_rate = 2'800'000},
                                           {.height = 480, .bit_rate = 1'400'000},
                                           {.height = 360, .bit_rate = 800'000}};
  if (name == "full") return full;
  if (name == "standard") return {full.begin() + 1, full.end()};
  if (name == "light") return {full.begin() + 2, full.begin() + 3};
  return {};
}

double estimated_cores(const EncodingSettings& encoding) {
  const bool hardware = !encoding.ladder.encoders.empty() && encoding.ladder.encoders.front() != "libx264";
  if (hardware) return 0;
  const auto speed = std::find_if(kSpeeds.begin(), kSpeeds.end(),
                                  [&](const auto& entry) { return entry.first == encoding.ladder.preset; });
  if (speed == kSpeeds.end()) return 0;
  if (encoding.ladder.rungs.empty()) return 0;
  double pixels = 0;
  for (const auto& rung : encoding.ladder.rungs) pixels += rung.height * rung.height * kShape * kPicturesPerSecond;
  const double doubled = encoding.ladder.deinterlace == media::Deinterlace::kFields ? 2 : 1;
  return kDecoding + pixels * doubled / kPixelsInMillion / speed->second;
}

}  // namespace grandstand::channels
