// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ids.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/hls/packager.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::hls {

// What a channel offers beside its media: thumbnails.
class SideResources {
 public:
  virtual ~SideResources() = default;
  // `path` as for ChannelSnapshot. Null: there is none. Safe from any thread.
  virtual ResourcePtr find(std::string_view path) const = 0;
};

// The directory of /live/: which channel's media is where. Readers on any thread, writers rare (lineup changes).
class Origin {
 public:
  // `packager` outlives its entry.
  void add(ChannelId channel, std::shared_ptr<const Packager> packager);
  // Beside a packager that is there already; goes with it.
  void add_side(const ChannelId& channel, std::shared_ptr<const SideResources> resources);
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
  struct Entry {
    std::shared_ptr<const Packager> packager;
    std::vector<std::shared_ptr<const SideResources>> sides;
  };
  using Directory = std::map<std::string, Entry, std::less<>>;
  Published<Directory> directory_{std::make_shared<const Directory>()};
};

}  // namespace grandstand::hls
