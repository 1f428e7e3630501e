// SPDX-License-Identifier: MIT
#pragma once

#include "reel.hpp"

#include <grandstand/base/published.hpp>
#include <grandstand/dvr/archive.hpp>
#include <grandstand/hls/date_range_list.hpp>
#include <grandstand/hls/resource.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::dvr {

using ReelPtr = std::shared_ptr<Reel>;
using Reels = std::vector<ReelPtr>;  // oldest first; sequence numbers follow without a hole

using DateRangesPtr = std::shared_ptr<const std::vector<hls::DateRangeList::Entry>>;

// A playlist over everything that is kept, as made once for all who ask.
struct KeptPlaylist {
  std::uint64_t first = 0;  // of the sequence numbers
  std::uint64_t end = 0;    // past the last one
  DateRangesPtr date_ranges;
  hls::ResourcePtr resource;
};

// A rendition as readers see it; the recorder publishes.
struct RenditionShelf {
  RenditionShelf(std::string n, std::filesystem::path f) : name(std::move(n)), folder(std::move(f)) {}

  const std::string name;
  const std::filesystem::path folder;
  Published<Reels> reels{std::make_shared<const Reels>()};
  std::atomic<std::uint64_t> listed_from{0};     // reels that begin before this number are on their way out
  std::atomic<std::int64_t> target_duration{0};  // seconds; of the whole rendition, never falls

  // The list of everything, while somebody asks for it.
  std::shared_ptr<const KeptPlaylist> kept_playlist(UtcTime now) const;
  void keep_playlist(KeptPlaylist playlist) const {
    kept_playlist_.store(std::make_shared<const KeptPlaylist>(std::move(playlist)));
  }
  // As Reel::forget_unused.
  std::size_t forget_unused(UtcTime since) const;

  std::filesystem::path init_file(const std::string& uri) const { return folder / "init" / uri; }
  Reels listed() const;

 private:
  mutable std::atomic<std::int64_t> kept_playlist_used_us_{0};
  mutable Published<KeptPlaylist> kept_playlist_;
};
using RenditionShelfPtr = std::shared_ptr<RenditionShelf>;
using RenditionShelves = std::map<std::string, RenditionShelfPtr, std::less<>>;

// A channel as readers see it.
struct ChannelShelf {
  explicit ChannelShelf(ChannelId i) : id(std::move(i)) {}

  const ChannelId id;
  Published<RenditionShelves> renditions{std::make_shared<const RenditionShelves>()};
  Published<std::vector<hls::DateRangeList::Entry>> date_ranges{
      std::make_shared<const std::vector<hls::DateRangeList::Entry>>()};
  std::atomic<bool> recording{false};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::int64_t> keep{0};                                      // seconds
  Published<std::string> trouble{std::make_shared<const std::string>()};  // why recording stopped

  std::optional<Window> window() const;
};
using ChannelShelfPtr = std::shared_ptr<ChannelShelf>;
using ChannelShelves = std::map<std::string, ChannelShelfPtr, std::less<>>;

}  // namespace grandstand::dvr
