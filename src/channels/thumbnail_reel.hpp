// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/hls/resource.hpp>
#include <grandstand/media/thumbnail.hpp>

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::channels {

// The thumbnails of a channel's last hour or two: the latest one, sheets of 25, and a WebVTT file that says which tile
// of which sheet shows which time. Cue times count from X-PROGRAM-DATE-TIME in the file's header, which never changes.
//
// Owner: ThumbnailWorker.   Pure: time is given.
class ThumbnailReel {
 public:
  static constexpr std::size_t kMostSheets = 24;

  explicit ThumbnailReel(std::chrono::seconds interval) : interval_(interval) {}

  // `date`: of the picture; later than the one before. An error: it cannot be put into the sheet.
  Status add(const media::Thumbnail& thumbnail, UtcTime date);

  // "thumbnail.jpg", "thumbnails.vtt", "sprites/1763712055.jpg". Never null; immutable.
  using Files = std::map<std::string, hls::ResourcePtr, std::less<>>;
  std::shared_ptr<const Files> files() const { return files_; }

 private:
  struct Sheet {
    std::string name;  // of its first picture's second, so that it is never used twice
    int tile_width = 0, tile_height = 0;
    std::vector<UtcTime> dates;
    hls::ResourcePtr image;
  };
  std::string cues() const;

  std::chrono::seconds interval_;
  std::optional<UtcTime> zero_;
  std::optional<media::ThumbnailSheet> open_;
  std::deque<Sheet> sheets_;
  std::shared_ptr<const Files> files_ = std::make_shared<const Files>();
};

}  // namespace grandstand::channels
