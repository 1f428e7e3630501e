// SPDX-License-Identifier: MIT
#include "sequence_keeper.hpp"

#include "small_file.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace grandstand::app {
namespace {

// More than are counted between two looks, and half of it again before the file is written anew.
constexpr std::uint64_t kMargin = 20;

void keep_ahead(std::uint64_t& kept, std::uint64_t counted, std::uint64_t by_clock) {
  if (counted + kMargin / 2 > std::max(kept, by_clock)) kept = counted + kMargin;
}

}  // namespace

SequenceKeeper::SequenceKeeper(std::filesystem::path file, const Clock& clock)
    : file_(std::move(file)), clock_(clock), kept_(std::make_shared<const Kept>()) {
  auto kept = std::make_shared<Kept>();
  std::ifstream lines(file_);
  std::string channel;
  for (hls::SequenceNumbers numbers; lines >> channel >> numbers.media >> numbers.discontinuity;) {
    kept->emplace(channel, numbers);
  }
  kept_.store(std::move(kept));
}

hls::SequenceNumbers SequenceKeeper::at_least(const ChannelId& channel) const {
  const auto kept = kept_.load();
  const auto found = kept->find(channel.value());
  return found == kept->end() ? hls::SequenceNumbers{} : found->second;
}

void SequenceKeeper::tick(const std::vector<channels::ChannelStatus>& running) {
  const auto clock = hls::numbers_by_clock(clock_.utc());
  const auto before = kept_.load();
  auto kept = *before;
  for (const auto& channel : running) {
    auto& numbers = kept[channel.id.value()];
    keep_ahead(numbers.media, channel.numbers.media, clock.media);
    keep_ahead(numbers.discontinuity, channel.numbers.discontinuity, clock.discontinuity);
  }
  std::erase_if(kept, [&](const auto& entry) {
    return entry.second.media <= clock.media && entry.second.discontinuity <= clock.discontinuity;
  });
  if (kept == *before) return;
  std::string text;
  for (const auto& [channel, numbers] : kept) {
    text += channel + " " + std::to_string(numbers.media) + " " + std::to_string(numbers.discontinuity) + "\n";
  }
  kept_.store(std::make_shared<const Kept>(std::move(kept)));
  const bool failed = !keep_file(file_, text);
  if (failed && !failing_) {
    log::warning("app", "How far playlists have counted cannot be kept: numbers may fall back over a restart",
                 {{"file", file_.string()}, {"reason", std::strerror(errno)}});
  }
  failing_ = failed;
}

}  // namespace grandstand::app
