// SPDX-License-Identifier: MIT
#include "channel_recorder.hpp"

#include "file_io.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace grandstand::dvr {
namespace {

namespace fs = std::filesystem;

// How long a disk that refused is left alone.
constexpr std::chrono::seconds kRetry{5};
// An archive whose channel is in no lineup and that does not say how long it was to be kept.
constexpr std::chrono::seconds kForgottenKeep = std::chrono::hours(24);
// So that a quota can be met finely enough.
constexpr std::uint64_t kReelsPerQuota = 16;
// A rendition's name is in URLs and on disk: so many per channel, no more.
constexpr std::size_t kMostRenditions = 64;

}  // namespace

ChannelRecorder::ChannelRecorder(ChannelId id, fs::path folder, ContentsBudget& budget, ops::Metrics& metrics)
    : folder_(std::move(folder)),
      budget_(budget),
      shelf_(std::make_shared<ChannelShelf>(id)),
      date_ranges_(folder_ / "date_ranges", shelf_) {
  const ops::Labels labels{{"channel", id.value()}};
  failing_ =
      metrics.gauge("grandstand_dvr_failing", "1 while the channel's segments should go to disk and do not", labels);
  bytes_gauge_ = metrics.gauge("grandstand_dvr_bytes", "Archive of the channel on disk", labels);
  errors_ = metrics.counter("grandstand_dvr_errors_total", "Times the channel could not be recorded", labels);
  segments_ = metrics.counter("grandstand_dvr_segments_total", "Segments written to the archive", labels);
  gaps_ = metrics.counter("grandstand_dvr_gaps_total", "Segments that the archive lacks", labels);
}

void ChannelRecorder::take_over(UtcTime now) {
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    const auto name = entry->path().filename().string();
    if (!entry->is_directory(ignored) || entry->is_symlink(ignored) || !is_plain_name(name)) continue;
    RenditionRecorder found(name, entry->path(), budget_);
    found.take_over(now);
    if (!found.empty()) renditions_.emplace(name, std::move(found));
  }
  date_ranges_.take_over();
  recording_.keep = kForgottenKeep;
  constexpr std::uint64_t kLargest = 32;
  if (const auto text = read_small(folder_ / "keep", kLargest)) {
    std::int64_t seconds = 0;
    const auto [at, wrong] = std::from_chars(text->data(), text->data() + text->size(), seconds);
    if (wrong == std::errc{} && seconds > 0) recording_.keep = std::chrono::seconds(seconds);
  }
  publish();
  report();
}

void ChannelRecorder::set(const Recording& recording) {
  if (recording.keep.count() == 0) {
    failing_.set(0);
    shelf_->recording = false;
    return;
  }
  recording_ = recording;
  shelf_->keep = recording.keep.count();
  const auto text = std::to_string(recording.keep.count()) + "\n";
  if (make_folder(folder_) && read_small(folder_ / "keep", 32) != text)
    static_cast<void>(replace_file(folder_ / "keep", text));
}

RenditionRecorder& ChannelRecorder::rendition(const std::string& name) {
  const auto found = renditions_.find(name);
  if (found != renditions_.end()) return found->second;
  return renditions_.emplace(name, RenditionRecorder(name, folder_ / name, budget_)).first->second;
}

void ChannelRecorder::publish() {
  auto shelves = std::make_shared<RenditionShelves>();
  for (const auto& [name, recorder] : renditions_) shelves->emplace(name, recorder.shelf());
  shelf_->renditions.store(std::move(shelves));
}

void ChannelRecorder::record(const hls::FinishedSegment& segment, bool fits, bool space, SteadyTime now) {
  const auto& name = segment.rendition->name;
  const bool known = renditions_.contains(name);
  if (!is_plain_name(name) || (!known && renditions_.size() >= kMostRenditions)) return errors_.add();
  auto& recorder = rendition(name);
  if (!known) publish();
  if (!space) return fail(segment, recorder, "the disk has less than dvr.min_free left", now);
  if (!trouble_.empty() && now < retry_at_) {
    gaps_.add();
    return recorder.lose(segment);
  }
  if (!fits || !segment.media) gaps_.add();
  const auto largest =
      recording_.quota > 0 ? recording_.quota / kReelsPerQuota : std::numeric_limits<std::uint64_t>::max();
  auto written = segment;
  if (!fits) written.media = nullptr;
  if (const auto status = recorder.record(written, numbers_, largest); !status)
    return fail(segment, recorder, status.error().message, now);
  numbers_ = recorder.numbers();
  date_ranges_.record(segment.date_ranges);
  segments_.add();
  failing_.set(0);
  shelf_->recording = true;
  if (trouble_.empty()) return;
  trouble_.clear();
  shelf_->trouble.store(std::make_shared<const std::string>());
  log::info("dvr", "The channel is recorded again", {{"channel", shelf_->id.value()}});
}

void ChannelRecorder::fail(const hls::FinishedSegment& segment, RenditionRecorder& recorder, const std::string& reason,
                           SteadyTime now) {
  gaps_.add();
  recorder.lose(segment);
  retry_at_ = now + kRetry;
  errors_.add();
  failing_.set(1);
  shelf_->recording = false;
  if (trouble_.empty()) {
    log::error("dvr", "The channel is not recorded; live goes on",
               {{"channel", shelf_->id.value()}, {"reason", reason}});
  }
  trouble_ = reason;
  shelf_->trouble.store(std::make_shared<const std::string>(reason));
}

void ChannelRecorder::unlist_old(UtcTime now) {
  const auto cutoff = now - recording_.keep;
  // What left the playlists may be played for an hour yet, or two.
  date_ranges_.forget(cutoff - std::chrono::hours(2));
  for (auto& [name, recorder] : renditions_) {
    while (const auto* oldest = recorder.oldest_listed()) {
      if (oldest->end() > cutoff) break;
      recorder.unlist_oldest(now);
    }
  }
}

UtcTime ChannelRecorder::oldest_listed() const {
  auto oldest = UtcTime::max();
  for (const auto& [name, recorder] : renditions_) {
    if (const auto* reel = recorder.oldest_listed()) oldest = std::min(oldest, reel->name().start);
  }
  return oldest;
}

bool ChannelRecorder::unlist_oldest_hour(UtcTime now) {
  const auto* first = static_cast<const Reel*>(nullptr);
  for (const auto& [name, recorder] : renditions_) {
    const auto* reel = recorder.oldest_listed();
    if (reel != nullptr && (first == nullptr || reel->name().start < first->name().start)) first = reel;
  }
  if (first == nullptr) return false;
  const auto until = first->end();
  for (auto& [name, recorder] : renditions_) {
    while (const auto* reel = recorder.oldest_listed()) {
      if (reel != first && reel->end() > until) break;
      recorder.unlist_oldest(now);
    }
  }
  return true;
}

std::uint64_t ChannelRecorder::erase_unlisted(UtcTime now) {
  std::uint64_t bytes = 0;
  // A list of everything is as long as the keep, and the hour that it began with.
  const auto longest = recording_.keep + std::chrono::hours(1);
  for (auto& [name, recorder] : renditions_) bytes += recorder.erase_unlisted(now, longest);
  return bytes;
}

std::uint64_t ChannelRecorder::erase_leased() {
  std::uint64_t bytes = 0;
  for (auto& [name, recorder] : renditions_) bytes += recorder.erase_leased();
  return bytes;
}

std::size_t ChannelRecorder::forget_unused(UtcTime since) const {
  std::size_t memory = 0;
  for (const auto& [name, recorder] : renditions_) memory += recorder.forget_unused(since);
  return memory;
}

std::uint64_t ChannelRecorder::bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [name, recorder] : renditions_) bytes += recorder.bytes();
  return bytes;
}

std::uint64_t ChannelRecorder::unlisted_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [name, recorder] : renditions_) bytes += recorder.unlisted_bytes();
  return bytes;
}

bool ChannelRecorder::empty() const {
  return std::all_of(renditions_.begin(), renditions_.end(), [](const auto& entry) { return entry.second.empty(); });
}

void ChannelRecorder::report() {
  const auto present = bytes();
  shelf_->bytes = present;
  bytes_gauge_.set(static_cast<double>(present));
}

}  // namespace grandstand::dvr
