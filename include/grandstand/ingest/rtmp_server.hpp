// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/ingest/settings.hpp>
#include <grandstand/media/sample_sink.hpp>
#include <grandstand/ops/metrics.hpp>

namespace grandstand::ingest {

// A channel's claim on what is published to rtmp://<host>/live/<channel>. Calls come on the loop given at registration.
class RtmpSubscriber : public media::SampleSink {
 public:
  // Decided before the publisher is told that it may start (SRS #4037). `key` is what it gave; compare in constant time.
  // Runs on the RTMP server's loop: read only what never changes.
  virtual bool accepts_key(std::string_view key) const = 0;
  virtual void on_publish_start(std::string peer) = 0;
  virtual void on_publish_end(std::string reason) = 0;
};

// Many publishers on one port (Adobe RTMP 1.0; headend.md 6). Publishers give `rtmp://host[:port]/live` and the stream key
// `<channel>?key=<stream key>` (OBS: server and stream key fields); the form `/live/<channel>` with key in the tcUrl query works too.
// A wrong key, an unknown channel and a second publisher on a busy one are answered with NetStream.Publish.BadName /
// NetStream.Publish.Rejected and closed.
//
// Owner: app.   Runs on: the loop given; register/unregister are safe from any thread.   Stops: stop() closes all.
class RtmpServer {
 public:
  static Result<std::unique_ptr<RtmpServer>> create(RtmpSettings settings, aio::Loop& loop, const Clock& clock,
                                                    ops::Metrics& metrics);
  virtual ~RtmpServer() = default;

  virtual std::uint16_t port() const = 0;  // the bound one (settings.port 0: any)

  // `subscriber` is called on `loop` until it is destroyed; at most one per channel (the newest).
  virtual void subscribe(ChannelId channel, aio::Loop& loop, std::weak_ptr<RtmpSubscriber> subscriber) = 0;
  virtual void unsubscribe(ChannelId channel) = 0;
  virtual void stop() = 0;
};

}  // namespace grandstand::ingest
