// SPDX-License-Identifier: MIT
// Taking over what an earlier process left, and taking away what is too old.
#include "file_io.hpp"
#include "rendition_recorder.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>
#include <charconv>

namespace grandstand::dvr {
namespace {

namespace fs = std::filesystem;

void remove_file(const fs::path& file) {
  std::error_code error;
  fs::remove(file, error);
  if (error)
    log::warning("dvr", "A file of the archive cannot be removed",
                 {{"file", file.string()}, {"reason", error.message()}});
}

template <class Visit>
void for_each_file(const fs::path& folder, Visit visit) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored) && !entry->is_symlink(ignored)) visit(entry->path());
  }
}

}  // namespace

void RenditionRecorder::take_over(UtcTime now) {
  load_marks();
  take_over_names();
  repair_last();
  if (reels_.empty()) return;
  for (const auto& reel : reels_) {
    bytes_ += reel->media_bytes;
    if (reel->name().sequence >= shelf_->listed_from) continue;
    reel->left = now;
    // Who was promised it before is not known any more.
    reel->extend_lease(now + (reels_.back()->end() - reel->name().start));
  }
  const auto& last = *reels_.back();
  const auto contents = read_index(last.index_file(), last.index_bytes, last.media_bytes, nullptr);
  shelf_->target_duration = contents->head.target_duration.count();
  numbers_.sequence = last.name().sequence + last.count;
  numbers_.discontinuities = last.name().discontinuity_sequence;
  for (const auto& chunk : contents->chunks) numbers_.discontinuities += chunk->discontinuities;
  publish();
}

void RenditionRecorder::take_over_names() {
  std::vector<ReelName> names;
  for_each_file(shelf_->folder, [&](const fs::path& file) {
    const auto name = parse_reel_name(file.stem().string());
    const bool of_reel = name && (file.extension() == ".index" || file.extension() == ".media");
    const bool half = of_reel && size_of(fs::path(file).replace_extension("index")) == 0;
    if (half || file.filename() == "marks.new") return remove_file(file);
    if (of_reel && file.extension() == ".index") names.push_back(*name);
  });
  for_each_file(shelf_->folder / "init", [](const fs::path& file) {
    if (file.extension() == ".new") remove_file(file);
  });
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i + 1 < names.size() && names[i + 1].sequence == names[i].sequence) continue;  // not of our making
    auto reel = std::make_shared<Reel>(names[i], shelf_->folder, budget_);
    reel->index_bytes = size_of(reel->index_file());
    reel->media_bytes = size_of(reel->media_file());
    // It ended with the hour or before the next began; a minute for the segment that stood over.
    UtcTime end = std::chrono::floor<std::chrono::hours>(names[i].start) + std::chrono::minutes(61);
    if (i + 1 < names.size()) {
      reel->count = names[i + 1].sequence - names[i].sequence;
      end = std::min(end, std::max(names[i + 1].start, names[i].start));
    }
    reel->end_us = end.time_since_epoch().count();
    reels_.push_back(std::move(reel));
  }
}

// The process before us may have died in the middle of a line or of a segment.
void RenditionRecorder::repair_last() {
  while (!reels_.empty()) {
    auto& last = *reels_.back();
    const auto contents = read_index(last.index_file(), last.index_bytes, last.media_bytes, nullptr);
    if (contents->count > 0) {
      if (contents->index_bytes < last.index_bytes) static_cast<void>(cut_to(last.index_file(), contents->index_bytes));
      if (contents->media_bytes < last.media_bytes) static_cast<void>(cut_to(last.media_file(), contents->media_bytes));
      last.index_bytes = contents->index_bytes;
      last.media_bytes = contents->media_bytes;
      last.count = contents->count;
      last.end_us = contents->at(contents->count - 1).end().time_since_epoch().count();
      return;
    }
    remove_file(last.index_file());
    remove_file(last.media_file());
    reels_.pop_back();
  }
}

std::uint64_t RenditionRecorder::unlisted_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& reel : reels_) {
    if (reel->name().sequence < shelf_->listed_from) bytes += reel->media_bytes;
  }
  return bytes;
}

const Reel* RenditionRecorder::oldest_listed() const {
  for (const auto& reel : reels_) {
    if (reel->name().sequence >= shelf_->listed_from && reel->count > 0) return reel.get();
  }
  return nullptr;
}

bool RenditionRecorder::front_is_unlisted() const {
  return !reels_.empty() && reels_.front()->name().sequence < shelf_->listed_from;
}

void RenditionRecorder::unlist_oldest(UtcTime now) {
  for (const auto& reel : reels_) {
    if (reel->name().sequence < shelf_->listed_from) continue;
    reel->open = false;
    reel->left = now;
    shelf_->listed_from = reel->name().sequence + reel->count;
    return save_marks();
  }
}

std::uint64_t RenditionRecorder::erase_unlisted(UtcTime now, std::chrono::seconds longest_lease) {
  std::uint64_t bytes = 0;
  while (front_is_unlisted()) {
    const auto& reel = *reels_.front();
    if (now < std::min<UtcTime>(reel.lease(), reel.left + longest_lease)) break;
    bytes += erase_front();
  }
  return bytes;
}

std::uint64_t RenditionRecorder::erase_leased() {
  return front_is_unlisted() ? erase_front() : 0;
}

std::uint64_t RenditionRecorder::erase_front() {
  const auto reel = reels_.front();
  auto inits = init_uris(*reel);
  if (reels_.size() > 1) {
    for (const auto& kept : init_uris(*reels_[1])) inits.erase(kept);
  } else {
    init_uri_.clear();
  }
  reels_.erase(reels_.begin());
  publish();
  // In this order: media without an index is known for a half file.
  remove_file(reel->index_file());
  remove_file(reel->media_file());
  for (const auto& uri : inits) remove_file(shelf_->init_file(uri));
  const std::uint64_t bytes = reel->media_bytes;
  bytes_ -= bytes;
  return bytes;
}

std::set<std::string> RenditionRecorder::init_uris(const Reel& reel) const {
  std::set<std::string> uris;
  const auto contents = read_index(reel.index_file(), reel.index_bytes, reel.media_bytes, nullptr);
  for (const auto& chunk : contents->chunks) {
    for (const auto& entry : chunk->entries) {
      if (!entry.init_uri.empty()) uris.insert(entry.init_uri);
    }
  }
  return uris;
}

std::size_t RenditionRecorder::forget_unused(UtcTime since) const {
  auto memory = shelf_->forget_unused(since);
  for (const auto& reel : reels_) memory += reel->forget_unused(since);
  return memory;
}

void RenditionRecorder::save_marks() {
  const auto text = std::to_string(shelf_->listed_from) + ' ' + std::to_string(numbers_.discontinuities) + "\n";
  if (const auto saved = replace_file(shelf_->folder / "marks", text); !saved)
    log::warning("dvr", "The marks of an archive cannot be written", {{"reason", saved.error().message}});
}

void RenditionRecorder::load_marks() {
  constexpr std::uint64_t kLargest = 64;
  const auto text = read_small(shelf_->folder / "marks", kLargest);
  if (!text) return;
  std::uint64_t listed_from = 0;
  const auto* const end = text->data() + text->size();
  const auto [space, error] = std::from_chars(text->data(), end, listed_from);
  if (error != std::errc{} || space == end || *space != ' ') return;
  shelf_->listed_from = listed_from;
  std::from_chars(space + 1, end, numbers_.discontinuities);
}

}  // namespace grandstand::dvr
