// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/dvr/archive.hpp>
#include <grandstand/hls/segment_observer.hpp>
#include <grandstand/ops/metrics.hpp>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace grandstand::http {

// An archive with ten seconds of a channel, for a server to have.
class RecordedPast {
 public:
  RecordedPast(const ChannelId& channel, UtcTime begin, const Clock& clock, ops::Metrics& metrics) {
    std::string name = (std::filesystem::temp_directory_path() / "grandstand-past-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    dvr::Settings settings;
    settings.directory = folder_;
    settings.min_free = 0;
    archive = dvr::Archive::open(settings, clock, metrics).value();
    archive->set_recordings({{channel, {std::chrono::hours(36), 0}}});
    archive->drain();
    auto description = std::make_shared<hls::RenditionDescription>();
    description->name = description->container = "ts";
    description->kind = "variant";
    description->attributes = "BANDWIDTH=1";
    for (std::uint64_t i = 0; i < 5; ++i) {
      hls::FinishedSegment segment;
      segment.channel = channel;
      segment.rendition = description;
      segment.sequence = 100 + i;
      segment.date = begin + std::chrono::seconds(2 * i);
      segment.duration = std::chrono::seconds{2};
      segment.target_duration = std::chrono::seconds(4);
      segment.uri = "old-" + std::to_string(100 + i) + ".ts";
      auto media = std::make_shared<hls::Resource>();
      media->body = SharedBytes("segment " + std::to_string(i) + ";");
      segment.media = media;
      archive->on_segment(segment);
    }
    archive->drain();
  }
  ~RecordedPast() { std::filesystem::remove_all(folder_); }

  std::unique_ptr<dvr::Archive> archive;

 private:
  std::filesystem::path folder_;
};

}  // namespace grandstand::http
