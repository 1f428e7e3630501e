// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/ingest/settings.hpp>
#include <grandstand/media/sample_sink.hpp>
#include <grandstand/ops/metrics.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace grandstand::ingest {

// A channel's claim on what is published to rtmp://<host>/live/<channel>. Calls come on the loop given at registration.
class RtmpSubscriber : public media::SampleSink {
 public:
  // Decided before the publisher is told that it may start (SRS #4037). `key` is what it gave; compare in constant
  // time. Runs on the RTMP server's loop: read only what never changes.
  virtual bool accepts_key(std::string_view key) const = 0;
  // Whether a second publisher with the right key takes the place of the first, rather than being refused. Runs and
  // reads as accepts_key().
  virtual bool replaces_publisher() const { return false; }
  virtual void on_publish_start(std::string peer) = 0;
  virtual void on_publish_end(std::string reason) = 0;
  // The publisher goes on, but with something that cannot be used ("publishes VP6 video; H.264, HEVC or AV1 expected").
  virtual void on_publish_problem(std::string reason) {}
};

// Many publishers on one port (Adobe RTMP 1.0; headend.md 6). Publishers give `rtmp://host[:port]/live` and the stream
// key `<channel>?key=<stream key>` (OBS: server and stream key fields); the form `/live/<channel>` with the key as
// stream name or in the tcUrl query works too. A wrong key and an unknown channel are answered with
// NetStream.Publish.Rejected, a second publisher on a busy channel with NetStream.Publish.BadName, and closed; unless
// the first one has been silent for settings.takeover_timeout, or the subscriber wants the newest: then the first one
// is closed. When we close a publisher that understands it (enhanced RTMP v2, capsEx), it gets
// NetConnection.Connect.ReconnectRequest before. An address that gave ten wrong keys is refused until it has waited
// (one attempt per ten seconds). A subscriber that does not keep up slows its own publisher (16 MB may be on the way to
// it).
//
// Metrics: grandstand_rtmp_connections, grandstand_rtmp_publishers, grandstand_rtmp_bytes_total{channel},
// grandstand_rtmp_refused_total{reason="limit|rate|key|hook|busy|request|late|silent|unread"},
// grandstand_rtmp_protocol_errors_total, grandstand_rtmp_paused_total (the 16 MB were reached),
// grandstand_rtmp_replaced_total (publishers whose place another one took), grandstand_rtmp_damaged_total (pictures
// left out).
//
// Owner: app.   Runs on: the loop given; register/unregister are safe from any thread.   Stops: stop() closes all.
class RtmpServer {
 public:
  static Result<std::unique_ptr<RtmpServer>> create(RtmpSettings settings, aio::Loop& loop, const Clock& clock,
                                                    ops::Metrics& metrics);
  virtual ~RtmpServer() = default;

  virtual std::uint16_t port() const = 0;  // the bound one (settings.port 0: any)

  // Asked about a publisher who gave the right key, before it is told that it may start: its channel, address and key.
  // It answers on the server's loop, later; who waits longer than settings.handshake_timeout is closed.
  using Doorkeeper = std::function<void(const ChannelId& channel, const std::string& address, const std::string& key,
                                        std::function<void(bool allowed)> answer)>;
  virtual void set_doorkeeper(Doorkeeper doorkeeper) = 0;

  // Asked about a publisher for a channel that nobody has subscribed to, before it is refused: the channel may be
  // brought here. It calls `look_again`, at once or later and on any thread, whether or not it was.
  using Finder =
      std::function<void(const ChannelId& channel, const std::string& key, std::function<void()> look_again)>;
  virtual void set_finder(Finder finder) = 0;

  // `subscriber` is called on `loop` until it is destroyed; at most one per channel (the newest).
  virtual void subscribe(ChannelId channel, aio::Loop& loop, std::weak_ptr<RtmpSubscriber> subscriber) = 0;
  // Closes the channel's publisher, if there is one.
  virtual void unsubscribe(ChannelId channel) = 0;
  // Only if that is the subscriber still: what a source that was replaced calls.
  virtual void unsubscribe(ChannelId channel, std::weak_ptr<RtmpSubscriber> subscriber) = 0;
  virtual void stop() = 0;
};

}  // namespace grandstand::ingest
