// SPDX-License-Identifier: MIT
#pragma once

#include "manual_clock.hpp"

#include <grandstand/dvr/archive.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace grandstand::dvr {

// A directory of a test's own.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "grandstand-dvr-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

  std::vector<std::filesystem::path> files(const std::string& extension) const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
      if (entry.path().extension() == extension) found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  std::filesystem::path path_;
};

// Feeds an archive as the packager of channel "news" would: segments of two seconds in the renditions fmp4 and ts. A
// new object is a new start of the daemon.
class RecordedChannel {
 public:
  RecordedChannel(const std::filesystem::path& folder, ManualClock& clock,
                  Recording recording = {std::chrono::hours(24), 0}, Settings settings = no_min_free())
      : clock_(clock), token_("k" + std::to_string(to_unix_ms(clock.utc()) / 1'000)) {
    settings.directory = folder;
    auto opened = Archive::open(settings, clock, metrics);
    if (!opened) std::abort();
    archive = std::move(*opened);
    archive->set_recordings({{ChannelId("news"), recording}});
    archive->drain();
    sequence_ = static_cast<std::uint64_t>(to_unix_ms(clock.utc()) / 1'000);
  }

  static Settings no_min_free() {
    Settings settings;
    settings.min_free = 0;
    return settings;
  }

  hls::FinishedSegment make(const std::string& rendition) {
    hls::FinishedSegment segment;
    segment.channel = ChannelId("news");
    auto description = std::make_shared<hls::RenditionDescription>();
    description->name = rendition;
    description->kind = "variant";
    description->container = rendition.substr(0, rendition.find('-'));
    description->attributes = attributes;
    description->captions = captions;
    description->generation = generation;
    segment.rendition = description;
    segment.sequence = sequence_;
    segment.discontinuity = next_is_discontinuity;
    segment.date = clock_.utc();
    segment.date_ranges = date_ranges;
    segment.duration = media::MediaTime(2 * 90'000);
    segment.target_duration = std::chrono::seconds(4);
    const bool fmp4 = description->container == "fmp4";
    segment.uri = token_ + "-" + std::to_string(sequence_) + (fmp4 ? ".m4s" : ".ts");
    segment.media = resource(rendition + " " + std::to_string(sequence_) + std::string(padding, '.'));
    if (fmp4) {
      segment.init_uri = "init-" + token_ + "-" + std::to_string(generation) + ".mp4";
      segment.init = resource("init " + std::to_string(generation));
    }
    return segment;
  }

  // Each two seconds long; time goes on with them.
  void feed(int segments) {
    for (int i = 0; i < segments; ++i) {
      for (const auto& rendition : renditions) archive->on_segment(make(rendition));
      if (i % 64 == 63) archive->drain();
      ++sequence_;
      next_is_discontinuity = false;
      clock_.advance(std::chrono::seconds(2));
    }
    archive->drain();
  }

  std::string text(Question question) const {
    const auto answer = archive->find_now(question);
    return answer ? std::string((*answer)->body.view()) : "error: " + answer.error().message;
  }
  std::string kept(const std::string& rendition = "fmp4") const {
    Question question;
    question.kind = Question::Kind::kMedia;
    question.channel = "news";
    question.rendition = rendition;
    return text(question);
  }
  std::string range(UtcTime start, std::chrono::seconds duration, const std::string& rendition = "fmp4") const {
    Question question;
    question.kind = Question::Kind::kMedia;
    question.channel = "news";
    question.rendition = rendition;
    question.stretch = {Stretch::Kind::kRange, start, duration, {}};
    return text(question);
  }
  std::string file(const std::string& uri, const std::string& rendition = "fmp4") const {
    Question question;
    question.kind = Question::Kind::kFile;
    question.channel = "news";
    question.rendition = rendition;
    question.uri = uri;
    return text(question);
  }
  void tick() {
    archive->tick();
    archive->drain();
  }
  const std::string& token() const { return token_; }
  std::uint64_t& sequence() { return sequence_; }

  ops::Metrics metrics;
  std::unique_ptr<Archive> archive;
  std::vector<std::string> renditions{"fmp4", "ts"};
  std::string attributes = "BANDWIDTH=1000000,CODECS=\"avc1.640028\"";
  std::vector<std::string> captions;
  std::shared_ptr<const hls::DateRangeList> date_ranges;
  std::size_t padding = 0;
  unsigned generation = 1;
  bool next_is_discontinuity = false;

 private:
  static hls::ResourcePtr resource(std::string text) {
    auto resource = std::make_shared<hls::Resource>();
    resource->body = SharedBytes(std::move(text));
    return resource;
  }

  ManualClock& clock_;
  std::string token_;
  std::uint64_t sequence_ = 0;
};

// A media playlist as a player sees it.
struct PlaylistSegment {
  std::uint64_t sequence = 0;
  std::uint64_t discontinuity_sequence = 0;
  std::string uri, map, date, duration;
  bool gap = false;
  friend bool operator==(const PlaylistSegment&, const PlaylistSegment&) = default;
};
struct ParsedPlaylist {
  std::vector<PlaylistSegment> segments;
  std::uint64_t discontinuity_sequence = 0;
  int target_duration = 0;
  std::string type;
  bool ended = false;
  std::uint64_t skipped = 0;
};
inline ParsedPlaylist parse(const std::string& text) {
  ParsedPlaylist playlist;
  PlaylistSegment next;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto value = [&](const char* tag) {
      const std::string name(tag);
      return line.starts_with(name) ? line.substr(name.size()) : std::string();
    };
    if (auto v = value("#EXT-X-MEDIA-SEQUENCE:"); !v.empty()) next.sequence = std::stoull(v);
    if (auto v = value("#EXT-X-DISCONTINUITY-SEQUENCE:"); !v.empty())
      next.discontinuity_sequence = playlist.discontinuity_sequence = std::stoull(v);
    if (auto v = value("#EXT-X-TARGETDURATION:"); !v.empty()) playlist.target_duration = std::stoi(v);
    if (auto v = value("#EXT-X-PLAYLIST-TYPE:"); !v.empty()) playlist.type = v;
    if (auto v = value("#EXT-X-SKIP:SKIPPED-SEGMENTS="); !v.empty()) playlist.skipped = std::stoull(v);
    if (auto v = value("#EXT-X-MAP:"); !v.empty()) next.map = v;
    if (auto v = value("#EXT-X-PROGRAM-DATE-TIME:"); !v.empty()) next.date = v;
    if (auto v = value("#EXTINF:"); !v.empty()) next.duration = v;
    if (line == "#EXT-X-DISCONTINUITY") ++next.discontinuity_sequence;
    if (line == "#EXT-X-GAP") next.gap = true;
    if (line == "#EXT-X-ENDLIST") playlist.ended = true;
    if (line.empty() || line.starts_with('#')) continue;
    next.uri = line;
    playlist.segments.push_back(next);
    ++next.sequence;
    next.gap = false;
  }
  return playlist;
}

}  // namespace grandstand::dvr
