// SPDX-License-Identifier: MIT
#pragma once

#include "segment_media.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace grandstand::hlscheck {

inline Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// 90 seconds of a test picture with a key frame every two seconds, and a tone, as FFmpeg muxes them.
struct SampleMedia {
  struct Piece {
    std::string body;
    double duration = 0;
    bool key = false;             // starts with a key frame
    std::size_t picture_end = 0;  // where its first picture ends, when that is a key frame
  };
  std::string init;
  std::vector<Piece> fragments;    // of about half a second, fMP4
  std::vector<Piece> ts_segments;  // of two seconds
  std::string codecs;              // as its parameter sets say

  static const SampleMedia& get() {
    static const SampleMedia media("");
    return media;
  }
  static const SampleMedia& interlaced() {
    static const SampleMedia media("-x264-params tff=1");
    return media;
  }

 private:
  explicit SampleMedia(const std::string& encoder_options) {
    const auto folder = std::filesystem::path(testing::TempDir()) / ("grandstand_hlscheck_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    const std::string command =
        "cd '" + folder.string() +
        "' && ffmpeg -hide_banner -loglevel error -nostdin -y -f lavfi -i testsrc2=size=64x36:rate=24:duration=90 -f "
        "lavfi -i "
        "sine=frequency=330:sample_rate=48000:duration=90 -c:v libx264 -preset ultrafast -threads 1 -bf 2 -pix_fmt "
        "yuv420p -g 48 "
        "-keyint_min 48 -sc_threshold 0 " +
        encoder_options +
        " -c:a aac -b:a 32k all.mp4 && ffmpeg -hide_banner -loglevel error -nostdin -y "
        "-i all.mp4 "
        "-c copy -f mp4 -movflags frag_keyframe+empty_moov+default_base_moof -frag_duration 480000 fragments.mp4 && "
        "ffmpeg "
        "-hide_banner -loglevel error -nostdin -y -i all.mp4 -c copy -f hls -hls_time 2 -hls_list_size 0 "
        "-hls_segment_filename '%03d.ts' ts.m3u8";
    if (std::system(command.c_str()) == 0) {
      read_fragments(read(folder / "fragments.mp4"));
      for (int i = 0; std::filesystem::exists(folder / name_of(i)); ++i) read_ts(read(folder / name_of(i)));
    }
    std::filesystem::remove_all(folder);
  }

  static std::string name_of(int number) {
    char name[16];
    std::snprintf(name, sizeof name, "%03d.ts", number);
    return name;
  }

  static std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  void read_fragments(const std::string& file) {
    for (std::size_t at = 0; at + 8 <= file.size();) {
      const auto* p = reinterpret_cast<const unsigned char*>(file.data() + at);
      const std::size_t size = std::size_t{p[0]} << 24 | p[1] << 16 | p[2] << 8 | p[3];
      const auto type = file.substr(at + 4, 4);
      const auto box = file.substr(at, size);
      if (type == "ftyp" || type == "moov") init += box;
      if (type == "moof") fragments.push_back({box});
      if (type == "mdat") fragments.back().body += box;
      at += size;
    }
    const auto section = inspect_init_section(bytes_of(init));
    for (auto& fragment : fragments) {
      const auto media = inspect_fmp4(section, bytes_of(fragment.body));
      const auto* video = media.first(MediaTrack::Kind::kVideo);
      if (!video) continue;
      fragment.key = video->samples.front().key;
      if (fragment.key) fragment.picture_end = end_of_first_picture(section, fragment.body);
      for (const auto& sample : video->samples) {
        fragment.duration += static_cast<double>(sample.duration) / static_cast<double>(video->timescale);
      }
    }
    for (const auto& track : section.tracks) codecs += (codecs.empty() ? "" : ",") + track.track.codec;
  }

  static std::size_t pictures(const SegmentMedia& media) {
    const auto* video = media.first(MediaTrack::Kind::kVideo);
    return video ? video->samples.size() : 0;
  }

  // The shortest beginning that has a whole picture.
  static std::size_t end_of_first_picture(const InitSection& init, const std::string& fragment) {
    std::size_t without = 0;
    std::size_t with = fragment.size();
    while (with - without > 1) {
      const auto middle = (with + without) / 2;
      (pictures(inspect_fmp4(init, bytes_of(fragment.substr(0, middle)))) > 0 ? with : without) = middle;
    }
    return with;
  }

  // Without the SDT that FFmpeg puts before the PAT.
  void read_ts(const std::string& file) {
    Piece piece{.duration = 2, .key = true};
    for (std::size_t at = 0; at + 188 <= file.size(); at += 188) {
      const int pid = (file[at + 1] & 0x1F) << 8 | static_cast<unsigned char>(file[at + 2]);
      if (pid != 17) piece.body += file.substr(at, 188);
    }
    // Up to the packet in which the second picture begins.
    while (piece.picture_end < piece.body.size() &&
           pictures(inspect_ts(bytes_of(piece.body.substr(0, piece.picture_end + 188)))) < 2) {
      piece.picture_end += 188;
    }
    ts_segments.push_back(std::move(piece));
  }
};

}  // namespace grandstand::hlscheck
