// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ids.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/hls/packager.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
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
//
// Waiting (blocking reloads, hinted parts, stream.ts): find() says kLater and hands out the channel's bell. Listen on
// it for one's loop, call find() again at once (the version may have come meanwhile), and again whenever the loop is
// woken, until there is another outcome or the time is over. Following a channel as one stream works the same way with
// ChannelSnapshot::follow() instead of find(): keep a StreamCursor, send what follow() gives, and when it gives nothing
// listen and wait.
class Origin {
 public:
  // Called with the index of a loop on which somebody listens for a channel, on the thread that publishes; must not
  // block. Set it before anybody listens.
  using Wake = std::function<void(std::size_t loop, const ChannelId& channel)>;
  void set_wake(Wake wake);

  // `packager` outlives its entry.
  void add(ChannelId channel, std::shared_ptr<const Packager> packager);
  // Beside a packager that is there already; goes with it.
  void add_side(const ChannelId& channel, std::shared_ptr<const SideResources> resources);
  // Whoever waits for the channel is woken.
  void remove(const ChannelId& channel);

  enum class Outcome {
    kFound,
    kLater,       // hold the request: see above
    kTooFar,      // 400: the directives ask for what is too far in the future
    kNoChannel,   // 404: the lineup has no such channel
    kNotReady,    // 503 with Retry-After: the channel has no segment yet
    kNoResource,  // 404: expired, or never was
  };
  struct Answer {
    Outcome outcome = Outcome::kNoChannel;
    ResourcePtr resource;        // kFound
    std::shared_ptr<Bell> bell;  // kLater
    std::chrono::seconds target_duration{0};
    // kLater: when it is another one at the next call, the media stopped meanwhile: answer with what there is.
    std::uint64_t interruptions = 0;
  };
  // `path` is what follows "/live/": "news/index.m3u8".
  Answer find(std::string_view path, const Directives& directives = {}) const;

  // The channel's newest snapshot and its bell; null: there is no such channel.
  struct Channel {
    std::shared_ptr<const ChannelSnapshot> snapshot;
    std::shared_ptr<Bell> bell;
    std::vector<std::shared_ptr<const SideResources>> sides;
  };
  Channel channel(std::string_view id) const;

 private:
  struct Entry {
    std::shared_ptr<const Packager> packager;
    std::vector<std::shared_ptr<const SideResources>> sides;
  };
  using Directory = std::map<std::string, Entry, std::less<>>;
  void connect(const ChannelId& channel, const Packager& packager) const;

  Published<Directory> directory_{std::make_shared<const Directory>()};
  Published<Wake> wake_;
};

}  // namespace grandstand::hls
