// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ids.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/hls/packager.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace grandstand::hls {

// The directory of /live/: which channel's media is where. Readers on any thread, writers rare (lineup changes).
class Origin {
 public:
  // `packager` outlives its entry.
  void add(ChannelId channel, std::shared_ptr<const Packager> packager);
  void remove(const ChannelId& channel);

  enum class Outcome {
    kFound,
    kNoChannel,   // 404: the lineup has no such channel
    kNotReady,    // 503 with Retry-After: the channel has no segment yet
    kNoResource,  // 404: expired, or never was
  };
  struct Answer {
    Outcome outcome = Outcome::kNoChannel;
    ResourcePtr resource;
  };
  // `path` is what follows "/live/": "news/index.m3u8".
  Answer find(std::string_view path) const;

 private:
  using Directory = std::map<std::string, std::shared_ptr<const Packager>, std::less<>>;
  Published<Directory> directory_{std::make_shared<const Directory>()};
};

}  // namespace grandstand::hls
