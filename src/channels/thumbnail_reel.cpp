// SPDX-License-Identifier: MIT
#include "thumbnail_reel.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace grandstand::channels {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

hls::ResourcePtr make_file(SharedBytes body, std::string type, std::string version, std::string cache_control) {
  auto file = std::make_shared<hls::Resource>();
  file->body = std::move(body);
  file->content_type = std::move(type);
  file->etag = "\"" + version + "\"";
  file->cache_control = std::move(cache_control);
  return file;
}

// "01:02:03.456" (WebVTT 4.3).
std::string cue_time(UtcTime::duration since) {
  const auto all = duration_cast<milliseconds>(since).count();
  constexpr std::int64_t kSecond = 1'000, kMinute = 60 * kSecond, kHour = 60 * kMinute;
  char text[32];
  std::snprintf(text, sizeof text, "%02lld:%02lld:%02lld.%03lld", static_cast<long long>(all / kHour),
                static_cast<long long>(all % kHour / kMinute), static_cast<long long>(all % kMinute / kSecond),
                static_cast<long long>(all % kSecond));
  return text;
}

}  // namespace

Status ThumbnailReel::add(const media::Thumbnail& thumbnail, UtcTime date) {
  if (!sheets_.empty() && date <= sheets_.back().dates.back()) return success();
  if (!zero_) zero_ = date;
  const auto second = std::to_string(to_unix_ms(date) / 1'000);
  const auto& tile = thumbnail.tile;
  if (!open_ || !open_->add(tile)) {
    open_.emplace(tile.width, tile.height);
    if (!open_->add(tile)) return Error{ErrorCode::kInternal, "A thumbnail fits into no sheet."};
    sheets_.push_back({.name = second, .tile_width = tile.width, .tile_height = tile.height, .dates = {}, .image = {}});
    if (sheets_.size() > kMostSheets) sheets_.pop_front();
  }
  auto& sheet = sheets_.back();
  sheet.dates.push_back(date);
  GRANDSTAND_TRY(auto image, open_->jpeg());
  const bool full = open_->size() == media::ThumbnailSheet::kTiles;
  sheet.image = make_file(std::move(image), "image/jpeg", sheet.name + "-" + std::to_string(open_->size()),
                          full ? "max-age=86400, immutable" : "max-age=" + std::to_string(interval_.count()));
  auto files = std::make_shared<Files>();
  for (const auto& kept : sheets_) files->emplace("sprites/" + kept.name + ".jpg", kept.image);
  files->emplace("thumbnail.jpg", make_file(thumbnail.jpeg, "image/jpeg", "t" + second, "no-cache"));
  files->emplace("thumbnails.vtt", make_file(SharedBytes(cues()), "text/vtt", "v" + second, "no-cache"));
  files_ = std::move(files);
  return success();
}

std::string ThumbnailReel::cues() const {
  std::string text = "WEBVTT\nX-PROGRAM-DATE-TIME:" + to_rfc3339(*zero_) + "\n";
  for (std::size_t s = 0; s < sheets_.size(); ++s) {
    const auto& sheet = sheets_[s];
    for (std::size_t i = 0; i < sheet.dates.size(); ++i) {
      auto end = sheet.dates[i] + interval_;
      if (i + 1 < sheet.dates.size()) {
        end = sheet.dates[i + 1];
      } else if (s + 1 < sheets_.size()) {
        end = sheets_[s + 1].dates.front();
      }
      const auto column = static_cast<int>(i) % media::ThumbnailSheet::kColumns;
      const auto row = static_cast<int>(i) / media::ThumbnailSheet::kColumns;
      text += "\n" + cue_time(sheet.dates[i] - *zero_) + " --> " + cue_time(end - *zero_) + "\nsprites/" + sheet.name +
              ".jpg#xywh=" + std::to_string(column * sheet.tile_width) + "," + std::to_string(row * sheet.tile_height) +
              "," + std::to_string(sheet.tile_width) + "," + std::to_string(sheet.tile_height) + "\n";
    }
  }
  return text;
}

}  // namespace grandstand::channels
