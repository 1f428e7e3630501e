// SPDX-License-Identifier: MIT
#include "shelf.hpp"

#include <algorithm>

namespace grandstand::dvr {

Reels RenditionShelf::listed() const {
  const auto all = reels.load();
  const auto from = listed_from.load();
  Reels result;
  std::copy_if(all->begin(), all->end(), std::back_inserter(result),
               [&](const ReelPtr& reel) { return reel->name().sequence >= from && reel->count > 0; });
  return result;
}

std::shared_ptr<const KeptPlaylist> RenditionShelf::kept_playlist(UtcTime now) const {
  kept_playlist_used_us_ = now.time_since_epoch().count();
  return kept_playlist_.load();
}

std::size_t RenditionShelf::forget_unused(UtcTime since) const {
  const auto kept = kept_playlist_.load();
  if (!kept) return 0;
  if (kept_playlist_used_us_ >= since.time_since_epoch().count()) {
    return kept->resource->body.size() + kept->resource->gzip_body.size();
  }
  kept_playlist_.store(nullptr);
  return 0;
}

std::optional<Window> ChannelShelf::window() const {
  std::optional<Window> window;
  const auto present = renditions.load();
  for (const auto& [name, rendition] : *present) {
    const auto reels = rendition->listed();
    if (reels.empty()) continue;
    const Window own{reels.front()->name().start, reels.back()->end()};
    window = window ? Window{std::min(window->from, own.from), std::max(window->to, own.to)} : own;
  }
  return window;
}

}  // namespace grandstand::dvr
