// SPDX-License-Identifier: MIT
#include "writer.hpp"

#include "file_io.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>

namespace grandstand::dvr {
namespace {

namespace fs = std::filesystem;

// An index that nobody asked for during this leaves memory.
constexpr std::chrono::minutes kForgetAfter{2};
// What viewers were promised may stand over a quota by this part of it.
constexpr std::uint64_t kGrace = 8;
// A disk that is short of space takes nothing that is younger.
constexpr std::chrono::minutes kSpared{15};

bool is_channel_folder(const std::string& name) {
  return name.size() <= 64 && is_plain_name(name) && name.find('.') == std::string::npos;
}

}  // namespace

Writer::Writer(const Settings& settings, const Clock& clock, ops::Metrics& metrics)
    : settings_(settings), clock_(clock), metrics_(metrics) {
  expired_ = metrics.counter("grandstand_dvr_expired_bytes_total", "Archive let go for its age or for a quota");
  broken_leases_ = metrics.counter("grandstand_dvr_leases_broken_total",
                                   "Times a quota or the disk took what a playlist of a viewer may still name");
}

void Writer::take_over() {
  std::error_code error;
  for (fs::directory_iterator entry(settings_.directory, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    const auto name = entry->path().filename().string();
    if (!entry->is_directory(ignored) || entry->is_symlink(ignored) || !is_channel_folder(name)) continue;
    ChannelRecorder channel(ChannelId(name), entry->path(), budget_, metrics_);
    channel.take_over(clock_.utc());
    if (!channel.empty()) channels_.emplace(ChannelId(name), std::move(channel));
  }
  space_ = !short_of_space();
}

void Writer::set_recordings(const Recordings& recordings) {
  recordings_ = recordings;
  auto served = std::make_shared<ChannelShelves>();
  for (const auto& [id, recording] : recordings) {
    if (recording.keep.count() == 0) continue;
    auto found = channels_.find(id);
    if (found == channels_.end()) {
      found = channels_.emplace(id, ChannelRecorder(id, settings_.directory / id.value(), budget_, metrics_)).first;
    }
    found->second.set(recording);
    served->emplace(id.value(), found->second.shelf());
  }
  for (auto& [id, channel] : channels_) {
    if (!served->contains(id.value())) channel.set({});
  }
  served_.store(std::move(served));
}

void Writer::record(const hls::FinishedSegment& segment, bool fits) {
  const auto channel = channels_.find(segment.channel);
  const auto recording = recordings_.find(segment.channel);
  if (channel == channels_.end() || recording == recordings_.end() || recording->second.keep.count() == 0) return;
  channel->second.record(segment, fits, space_, clock_.steady());
}

void Writer::tick() {
  const auto now = clock_.utc();
  for (auto& [id, channel] : channels_) channel.unlist_old(now);
  erase_unlisted(now);
  for (auto& [id, channel] : channels_) meet_quota(channel, now);
  meet_quotas(now);
  space_ = !short_of_space();
  std::size_t memory = 0;
  for (auto& [id, channel] : channels_) {
    channel.report();
    memory += channel.forget_unused(now - kForgetAfter);
  }
  budget_.used = memory;
}

void Writer::erase_unlisted(UtcTime now) {
  for (auto& [id, channel] : channels_) expired_.add(static_cast<double>(channel.erase_unlisted(now)));
}

void Writer::meet_quota(ChannelRecorder& channel, UtcTime now) {
  const std::uint64_t quota = channel.recording().quota;
  if (quota == 0) return;
  while (channel.bytes() - channel.unlisted_bytes() > quota && channel.unlist_oldest_hour(now)) {
  }
  expired_.add(static_cast<double>(channel.erase_unlisted(now)));
  while (channel.bytes() > quota + quota / kGrace && force(channel)) {
  }
}

void Writer::meet_quotas(UtcTime now) {
  const std::uint64_t quota = settings_.quota;
  if (quota > 0) {
    while (bytes() - unlisted_bytes() > quota && let_go_of_oldest(now)) {
    }
    erase_unlisted(now);
    while (bytes() > quota + quota / kGrace && force_any()) {
    }
  }
  // Whoever fills the disk: one step each time, so that another program's mistake does not cost the whole archive at
  // once; and not what is being recorded.
  if (!short_of_space() || force_any()) return;
  const bool some = std::any_of(channels_.begin(), channels_.end(),
                                [&](const auto& entry) { return entry.second.oldest_listed() < now - kSpared; });
  if (some && let_go_of_oldest(now)) force_any();
}

bool Writer::force(ChannelRecorder& channel) {
  const auto erased = channel.erase_leased();
  if (erased == 0) return false;
  expired_.add(static_cast<double>(erased));
  broken_leases_.add();
  return true;
}

bool Writer::force_any() {
  bool any = false;
  for (auto& [id, channel] : channels_) any = force(channel) || any;
  return any;
}

bool Writer::let_go_of_oldest(UtcTime now) {
  ChannelRecorder* oldest = nullptr;
  auto since = UtcTime::max();
  for (auto& [id, channel] : channels_) {
    const auto from = channel.oldest_listed();
    if (from >= since) continue;
    since = from;
    oldest = &channel;
  }
  return oldest != nullptr && oldest->unlist_oldest_hour(now);
}

std::uint64_t Writer::bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [id, channel] : channels_) bytes += channel.bytes();
  return bytes;
}

std::uint64_t Writer::unlisted_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [id, channel] : channels_) bytes += channel.unlisted_bytes();
  return bytes;
}

bool Writer::short_of_space() const {
  return settings_.min_free > 0 && free_bytes(settings_.directory) < settings_.min_free;
}

}  // namespace grandstand::dvr
