// SPDX-License-Identifier: MIT
#include "reel_contents.hpp"

#include "file_io.hpp"

#include <algorithm>
#include <cstdio>

namespace grandstand::dvr {
namespace {

// Of an index of the longest reel; a larger one is not ours.
constexpr std::uint64_t kLargestIndex = std::uint64_t{64} << 20;

std::shared_ptr<const Chunk> make_chunk(std::vector<Entry> entries) {
  auto chunk = std::make_shared<Chunk>();
  chunk->entries = std::move(entries);
  const Entry* before = nullptr;
  for (const auto& entry : chunk->entries) {
    if (before != nullptr) append_leading_lines(chunk->text, entry, before);
    append_segment_lines(chunk->text, entry);
    chunk->discontinuities += entry.discontinuity ? 1 : 0;
    chunk->independent = chunk->independent && (entry.independent || entry.size == 0);
    chunk->gap = chunk->gap || entry.size == 0;
    before = &entry;
  }
  if (chunk->entries.size() == ReelContents::kChunkEntries) chunk->compressed = compress_piece(chunk->text);
  return chunk;
}

}  // namespace

ReelContentsPtr read_index(const std::filesystem::path& index, std::uint64_t until, std::uint64_t media_limit,
                           const ReelContentsPtr& before) {
  auto contents = before ? std::make_shared<ReelContents>(*before) : std::make_shared<ReelContents>();
  if (until <= contents->index_bytes || until > kLargestIndex) return contents;
  const auto bytes = read_range(index, contents->index_bytes, until - contents->index_bytes);
  if (!bytes) return contents;
  std::vector<Entry> tail;
  if (!contents->chunks.empty() && contents->count % ReelContents::kChunkEntries != 0) {
    tail = contents->chunks.back()->entries;
    contents->chunks.pop_back();
  }
  auto text = bytes->view();
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    const auto line = text.substr(0, end);
    if (auto head = parse_head(line)) {
      contents->head = std::move(*head);
    } else if (auto captions = parse_captions(line)) {
      contents->head.captions.push_back(std::move(*captions));
    } else if (auto entry = parse_entry(line);
               entry && entry->size <= media_limit && entry->offset <= media_limit - entry->size) {
      contents->media_bytes = std::max(contents->media_bytes, entry->offset + entry->size);
      ++contents->count;
      tail.push_back(std::move(*entry));
    } else {
      break;
    }
    contents->index_bytes += end + 1;
    text.remove_prefix(end + 1);
    if (tail.size() == ReelContents::kChunkEntries) contents->chunks.push_back(make_chunk(std::exchange(tail, {})));
  }
  if (!tail.empty()) contents->chunks.push_back(make_chunk(std::move(tail)));
  return contents;
}

void append_segment_lines(std::string& text, const Entry& entry) {
  text += "#EXT-X-PROGRAM-DATE-TIME:" + to_rfc3339(entry.date) + "\n";
  if (entry.size == 0) text += "#EXT-X-GAP\n";
  char duration[48];
  std::snprintf(duration, sizeof duration, "#EXTINF:%lld.%05lld,\n", static_cast<long long>(entry.duration / 100'000),
                static_cast<long long>(entry.duration % 100'000));
  text += duration;
  text += entry.uri;
  text += '\n';
}

void append_leading_lines(std::string& text, const Entry& entry, const Entry* before) {
  if (entry.discontinuity) text += "#EXT-X-DISCONTINUITY\n";
  std::string_view holds = before == nullptr ? std::string_view() : before->key_line;
  const auto hold = [&](std::string_view key_line) {
    if (holds == key_line) return;
    text += key_line.empty() ? "#EXT-X-KEY:METHOD=NONE" : key_line;
    text += '\n';
    holds = key_line;
  };
  if (!entry.init_uri.empty() && (before == nullptr || entry.init_uri != before->init_uri)) {
    hold({});  // init segments are outside of every key
    text += "#EXT-X-MAP:URI=\"" + entry.init_uri + "\"\n";
  }
  hold(entry.key_line);
}

}  // namespace grandstand::dvr
