// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/offload.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/channels/ladder_settings.hpp>
#include <grandstand/hls/origin.hpp>
#include <grandstand/media/sample.hpp>
#include <grandstand/ops/metrics.hpp>

#include <memory>
#include <optional>

namespace grandstand::channels {

// Files that are exchanged while they are offered. Safe from any thread.
class OfferedFiles final : public hls::SideResources {
 public:
  hls::ResourcePtr find(std::string_view path) const override {
    const auto files = files_.load();
    return files ? files->find(path) : nullptr;
  }
  // Null: none.
  void offer(std::shared_ptr<const hls::SideResources> files) { files_.store(std::move(files)); }

 private:
  Published<hls::SideResources> files_;
};

// Makes thumbnails of a channel's key frames on a thread of its own, now and then, and offers them. A key frame that
// comes while the thread is busy is left out.
//
// Owner: Channel.   Runs on: its loop; the codecs on their own thread; files() on any.   Stops: on destruction, which
// waits for the picture under work (some ten milliseconds).
class ThumbnailWorker {
 public:
  ThumbnailWorker(const ChannelId& channel, ThumbnailSettings settings, ops::Metrics& metrics);
  ~ThumbnailWorker();

  // The video track that follows; null: there is none, and the latest picture is not offered any more.
  void set_track(const media::Track* track);
  // Any sample; `date` is that of its picture.
  void push(const media::Sample& sample, UtcTime date);

  std::shared_ptr<const hls::SideResources> files() const;

 private:
  struct State;

  std::chrono::seconds interval_;
  std::optional<media::Track> track_;
  std::optional<UtcTime> latest_;
  std::shared_ptr<State> state_;
  aio::Offload thread_;  // must be the last member: it uses state_
};

}  // namespace grandstand::channels
