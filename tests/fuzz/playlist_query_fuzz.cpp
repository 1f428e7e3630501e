// SPDX-License-Identifier: MIT
// What a client may ask of the origin: any bytes behind "/live/", query included.
#include <grandstand/hls/origin.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

namespace {

using namespace grandstand;

media::Sample sound(media::MediaTime at) {
  media::Sample sample;
  sample.track = 257;
  sample.dts = sample.pts = at;
  sample.duration = media::MediaTime{1920};
  sample.key = true;
  sample.data = SharedBytes(std::string(100, 's'));
  return sample;
}

// An origin with one channel that has segments and one that has none yet.
class Live {
 public:
  Live() {
    media::Track track;
    track.id = 257;
    track.codec = media::Codec::kAac;
    track.decoder_config = SharedBytes(std::vector<std::uint8_t>{0x11, 0x90});
    track.sample_rate = 48'000;
    track.channels = 2;
    auto tracks = std::make_shared<media::TrackSet>();
    tracks->tracks.push_back(track);
    if (!news_->set_tracks(std::move(tracks), {})) std::abort();
    const media::MediaTime start = std::chrono::seconds{10};
    for (media::MediaTime at = start; at < start + std::chrono::seconds{60}; at += media::MediaTime{1920}) {
      news_->add(sound(at), started_ + std::chrono::duration_cast<std::chrono::microseconds>(at));
    }
    origin_.add(ChannelId{"news"}, news_);
    origin_.add(ChannelId{"slow"}, slow_);
  }

  void ask(std::string_view path) {
    const auto query = path.find('?');
    const auto directives = hls::parse_directives(query == path.npos ? std::string_view() : path.substr(query + 1));
    if (directives) path = path.substr(0, query);
    const auto answer = origin_.find(path, directives ? *directives : hls::Directives{});
    const bool found = answer.outcome == hls::Origin::Outcome::kFound;
    if (found != (answer.resource != nullptr)) std::abort();
    if (!found) return;
    // Only our own names are found, each in one spelling.
    if (!path.starts_with("news/") || path.size() > 64 || answer.resource->body.empty()) std::abort();
    if (path.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789/.-") != std::string_view::npos) std::abort();
    if (path.find("..") != std::string_view::npos || path.find("//") != std::string_view::npos) std::abort();
  }

 private:
  UtcTime started_{std::chrono::seconds{1'763'712'055}};
  ops::Metrics metrics_;
  std::shared_ptr<hls::Packager> news_ =
      std::make_shared<hls::Packager>(ChannelId{"news"}, hls::Settings{}, started_, metrics_);
  std::shared_ptr<hls::Packager> slow_ =
      std::make_shared<hls::Packager>(ChannelId{"slow"}, hls::Settings{}, started_, metrics_);
  hls::Origin origin_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Live live;
  live.ask({reinterpret_cast<const char*>(data), size});
  return 0;
}
