// SPDX-License-Identifier: MIT
#pragma once

#include "names.hpp"
#include "reel_contents.hpp"

#include <grandstand/base/published.hpp>

#include <atomic>
#include <filesystem>

namespace grandstand::dvr {

// What readers may keep of indices in memory, all reels together. Kept roughly by the readers, set right by the tick.
struct ContentsBudget {
  std::atomic<std::size_t> used{0};
  std::size_t limit = std::size_t{256} << 20;
};

// Up to an hour of one rendition, recorded without a break: <name>.media with the segments one after the other and
// <name>.index with a line for each. The writer appends; readers see what `index_bytes` covers.
//
// Owner: its rendition; readers share it.   Runs on: any thread.
class Reel {
 public:
  Reel(ReelName name, const std::filesystem::path& folder, ContentsBudget& budget)
      : name_(name), path_((folder / to_string(name_)).string()), budget_(budget) {}

  const ReelName& name() const { return name_; }
  std::filesystem::path index_file() const { return path_ + ".index"; }
  std::filesystem::path media_file() const { return path_ + ".media"; }

  // What has been recorded, read from disk where it is not in memory. `now`: so that what nobody asks for is dropped.
  ReelContentsPtr contents(UtcTime now) const;
  // Drops them when nobody has asked since; returns what is still kept, in bytes.
  std::size_t forget_unused(UtcTime since) const;

  UtcTime end() const { return UtcTime{std::chrono::microseconds(end_us.load())}; }
  UtcTime lease() const { return UtcTime{std::chrono::microseconds(lease_us.load())}; }
  // A playlist that names it was handed out: it stays until then.
  void extend_lease(UtcTime until) const;

  std::atomic<std::uint64_t> index_bytes{0};
  std::atomic<std::uint64_t> media_bytes{0};
  std::atomic<std::uint64_t> count{0};  // of segments
  std::atomic<std::int64_t> end_us{0};  // of the last segment; where it has not been read: not before it
  std::atomic<bool> open{false};        // grows
  UtcTime left{};                       // the writer's: when playlists of everything kept stopped naming it

 private:
  ReelName name_;
  std::string path_;
  ContentsBudget& budget_;
  mutable std::atomic<std::int64_t> lease_us{0};
  mutable std::atomic<std::int64_t> used_us{0};
  mutable Published<ReelContents> contents_;
};

}  // namespace grandstand::dvr
