// SPDX-License-Identifier: MIT
#pragma once

#include "date_ranges.hpp"
#include "rendition_snapshot.hpp"

#include <grandstand/base/published.hpp>
#include <grandstand/hls/packager.hpp>

#include <array>
#include <vector>

namespace grandstand::hls {

// One moment of all renditions, so that what they report of each other is true. The texts of media playlists are
// written when somebody asks for them first: versions that nobody reads cost nothing.
class Snapshot final : public ChannelSnapshot {
 public:
  struct Content {
    std::vector<RenditionSnapshotPtr> renditions;
    std::shared_ptr<const DateRangeList> date_ranges;
    ResourcePtr index;     // null: not ready yet
    ResourcePtr index_ts;  // null: there is no TS
    std::chrono::seconds target_duration{0};
    std::uint64_t interruptions = 0;
  };
  Snapshot() : Snapshot(Content{}) {}
  explicit Snapshot(Content content);

  Answer ask(std::string_view path, const Directives& directives) const override;
  std::chrono::seconds target_duration() const override { return content_.target_duration; }
  std::uint64_t interruptions() const override { return content_.interruptions; }
  std::vector<SharedBytes> follow(StreamCursor& cursor) const override;

 private:
  static constexpr std::size_t kIFrames = 3;  // before it one for each Directives::Skip
  static constexpr std::size_t kForms = kIFrames + 1;
  using Texts = std::array<Published<Resource>, kForms>;

  Answer playlist(std::size_t index, const Directives& directives) const;
  ResourcePtr text(std::size_t index, Directives::Skip skip) const;
  ResourcePtr i_frames(std::size_t index) const;

  Content content_;
  mutable std::vector<Texts> texts_;  // by rendition
};

}  // namespace grandstand::hls
