// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/ingest/rtmp_server.hpp>
#include <grandstand/ingest/settings.hpp>
#include <grandstand/ingest/source.hpp>

#include <optional>
#include <string>

namespace grandstand::ingest {

// A channel's end of RTMP: passes what is published on, and tells the source's state.
//
// Owner: the RtmpSource (the server holds it weakly).   Runs on: the channel's loop; accepts_key() anywhere.
// Stops: close(), after which nothing is passed on any more.
class RtmpInlet final : public RtmpSubscriber {
 public:
  RtmpInlet(const FeedSettings& feed, const SourceContext& context);

  void open();
  void close() { closed_ = true; }
  // Notices silence, and that a publisher did not come back.
  void tick(SteadyTime now);

  bool accepts_key(std::string_view key) const override;
  bool replaces_publisher() const override { return replaces_; }
  void on_publish_start(std::string peer) override;
  void on_publish_end(std::string reason) override;
  void on_publish_problem(std::string reason) override;
  void on_tracks(std::shared_ptr<const media::TrackSet> tracks) override;
  void on_sample(media::Sample sample) override;
  void on_discontinuity(std::string reason) override;

 private:
  void tell(SourceState state, std::string reason);

  const ChannelId channel_;
  const std::string key_;
  const bool open_to_all_;
  const bool replaces_;
  const std::chrono::milliseconds silence_timeout_;
  const std::chrono::milliseconds reconnect_grace_;
  const Clock& clock_;
  media::SampleSink& sink_;
  SourceObserver& observer_;
  bool closed_ = false;
  bool had_publisher_ = false;
  bool publishing_ = false;
  bool blocked_ = false;  // by a problem
  SteadyTime heard_{};
  std::optional<SteadyTime> left_;  // when the publisher left that may come back in time
  std::string left_reason_;
  std::optional<SourceState> state_;
  std::string reason_;
};

}  // namespace grandstand::ingest
