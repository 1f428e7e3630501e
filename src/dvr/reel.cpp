// SPDX-License-Identifier: MIT
#include "reel.hpp"

#include <limits>

namespace grandstand::dvr {
namespace {

// An index that lost lines must not shift the numbers of what follows: the lost ones are gaps.
ReelContentsPtr with_lost_lines(const ReelContentsPtr& read, std::uint64_t count, const ReelName& name) {
  auto contents = std::make_shared<ReelContents>(*read);
  constexpr std::uint64_t kMost = 100'000;
  for (; contents->count < std::min(count, kMost); ++contents->count) {
    Entry entry;
    if (contents->count > 0) {
      entry = contents->at(contents->count - 1);
      entry.date = entry.end();
    } else {
      entry.date = name.start;
    }
    entry.duration = contents->head.target_duration.count() * 100'000;
    entry.size = 0;
    entry.discontinuity = false;
    entry.uri = "lost-" + std::to_string(name.sequence + contents->count);
    // One chunk each: it is rare, and chunks of other lengths would break at().
    auto last = std::make_shared<Chunk>();
    if (contents->count % ReelContents::kChunkEntries != 0) {
      *last = *contents->chunks.back();
      contents->chunks.pop_back();
      append_leading_lines(last->text, entry, &last->entries.back());
    }
    append_segment_lines(last->text, entry);
    last->gap = true;
    last->entries.push_back(std::move(entry));
    if (last->entries.size() == ReelContents::kChunkEntries) last->compressed = compress_piece(last->text);
    contents->chunks.push_back(std::move(last));
  }
  return contents;
}

}  // namespace

ReelContentsPtr Reel::contents(UtcTime now) const {
  used_us = now.time_since_epoch().count();
  const auto kept = contents_.load();
  const std::uint64_t until = index_bytes;
  if (kept && (kept->index_bytes >= until || (!open && kept->count >= count))) return kept;
  auto read = read_index(index_file(), until, std::numeric_limits<std::uint64_t>::max(), kept);
  if (!open && read->count < count) read = with_lost_lines(read, count, name_);
  const auto memory = read->memory();
  if (budget_.used + memory > budget_.limit) return read;
  budget_.used += memory - (kept ? std::min(kept->memory(), memory) : 0);
  contents_.store(read);
  return read;
}

std::size_t Reel::forget_unused(UtcTime since) const {
  const auto kept = contents_.load();
  if (!kept) return 0;
  if (used_us >= since.time_since_epoch().count()) return kept->memory();
  contents_.store(nullptr);
  return 0;
}

void Reel::extend_lease(UtcTime until) const {
  const auto wanted = until.time_since_epoch().count();
  auto present = lease_us.load();
  while (present < wanted && !lease_us.compare_exchange_weak(present, wanted)) {
  }
}

}  // namespace grandstand::dvr
