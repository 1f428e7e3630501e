// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/channels/settings.hpp>
#include <grandstand/hls/origin.hpp>
#include <grandstand/ingest/rtmp_server.hpp>
#include <grandstand/ops/metrics.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::channels {

enum class ChannelState {
  kStarting,  // no segment yet
  kLive,      // segments appear
  kDown,      // the feed is gone; the playlist keeps what it has
};
std::string_view to_string(ChannelState state);  // "starting", "live", "down"

// What is known of a channel at one moment.
struct ChannelStatus {
  ChannelId id;
  std::string name;
  int number = 0;
  std::string group;
  std::string logo;
  ChannelState state = ChannelState::kStarting;
  std::string reason;  // when not live: why, for people
};

// The running channels. A new lineup is applied as a difference: channels whose settings did not change are not
// touched.
//
// Owner: app.   Runs on: apply() and stop() on loop 0; list() on any thread.
class Catalogue {
 public:
  struct Context {
    aio::Runtime& runtime;
    const Clock& clock;
    ops::Metrics& metrics;
    hls::Origin& origin;
    ingest::RtmpServer* rtmp = nullptr;
    hls::Settings hls;
    hls::SegmentObserver* observer = nullptr;  // told of every segment of every channel, on the channel's loop
  };
  explicit Catalogue(Context context);
  ~Catalogue();
  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;

  struct Difference {
    std::vector<ChannelId> added, removed, restarted, renamed;
    std::size_t untouched = 0;
  };
  Difference apply(const Lineup& lineup);

  std::vector<ChannelStatus> list() const;  // in lineup order
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace grandstand::channels
