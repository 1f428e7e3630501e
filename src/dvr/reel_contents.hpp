// SPDX-License-Identifier: MIT
#pragma once

#include "gzip_pieces.hpp"
#include "index_line.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::dvr {

// Some segments of a reel in a row, with their playlist text, made once.
struct Chunk {
  std::vector<Entry> entries;
  // The lines of all entries, but without the tags that depend on what stands before the first (DISCONTINUITY, KEY,
  // MAP of the first).
  std::string text;
  CompressedPiece compressed;  // of the text; only when the chunk is full
  std::size_t discontinuities = 0;
  bool independent = true;
  bool gap = false;
};

// What the index of a reel says, as far as it has been read. Immutable; a longer one shares the chunks.
struct ReelContents {
  static constexpr std::size_t kChunkEntries = 64;

  ReelHead head;
  std::vector<std::shared_ptr<const Chunk>> chunks;  // all full but the last
  std::uint64_t index_bytes = 0;                     // read, whole lines
  std::size_t count = 0;
  std::uint64_t media_bytes = 0;  // that the lines name

  const Entry& at(std::size_t i) const { return chunks[i / kChunkEntries]->entries[i % kChunkEntries]; }
  // About what it costs to keep.
  std::size_t memory() const { return sizeof(*this) + count * 640; }
};
using ReelContentsPtr = std::shared_ptr<const ReelContents>;

// Reads the index from where `before` (may be null) ended up to `until`; stops at the first line that is not whole and
// right: what was being written when we were killed. Lines that name bytes beyond `media_limit` are such. Empty
// contents when there is no index.
ReelContentsPtr read_index(const std::filesystem::path& index, std::uint64_t until, std::uint64_t media_limit,
                           const ReelContentsPtr& before);

// The playlist lines of one segment, without DISCONTINUITY, KEY and MAP.
void append_segment_lines(std::string& text, const Entry& entry);
// EXT-X-DISCONTINUITY, EXT-X-KEY and EXT-X-MAP, as far as they are due after `before` (null: nothing).
void append_leading_lines(std::string& text, const Entry& entry, const Entry* before);

}  // namespace grandstand::dvr
