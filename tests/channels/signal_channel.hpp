// SPDX-License-Identifier: MIT
#pragma once

#include "channel.hpp"
#include "manual_clock.hpp"
#include "metered_source.hpp"
#include "playlist_watch.hpp"
#include "slate_source.hpp"
#include "ts_receiver.hpp"
#include "ts_stimulus.hpp"

#include <grandstand/media/ffmpeg_log.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::channels {

// A channel from the datagrams to the playlists, in a time that the test makes: everything that runs in the daemon but
// for sockets and threads. Looks at the playlists five times a second, as impatient players do.
class SignalChannel {
 public:
  struct Options {
    std::vector<std::string> sources{"udp://one"};
    bool slate = true;
    std::chrono::milliseconds step{40};
    std::chrono::milliseconds look_every{200};
    std::chrono::milliseconds silence_timeout = ingest::FeedSettings{}.silence_timeout;
    double largest_lag = 7;          // seconds that the newest segment may end before now
    double largest_step_back = 0.1;  // seconds that dates may go back at a discontinuity
    hls::Settings hls;
    FailoverSettings failover;
    std::optional<std::uint16_t> program;
  };
  // What arrives from a source in one step.
  using Feeder = std::function<stimulus::Datagrams(std::chrono::milliseconds step)>;
  using Spoil = std::function<ByteVector(ByteVector)>;

  SignalChannel() : SignalChannel(Options()) {}
  explicit SignalChannel(Options options)
      : options_(std::move(options)),
        fmp4_("fmp4", options_.largest_lag, options_.largest_step_back),
        ts_("ts", options_.largest_lag, options_.largest_step_back) {
    media::silence_ffmpeg();
    ChannelParts parts{runtime_.loop(0), clock_, metrics_};
    parts.hls = options_.hls;
    parts.make_source = [this](const ingest::FeedSettings& feed, ingest::SourceContext context) {
      return make_source(feed, context);
    };
    parts.on_event_information = [this](const ChannelId&, const media::EventInformation& information) {
      events += information.events.size();
    };
    ChannelSettings settings;
    settings.id = ChannelId("news");
    settings.failover = options_.failover;
    settings.failover.slate = options_.slate ? "/slate" : "none";
    for (const std::string& url : options_.sources) {
      settings.sources.emplace_back().url = url;
      settings.sources.back().program = options_.program;
      settings.sources.back().silence_timeout = options_.silence_timeout;
    }
    channel_ = std::make_unique<Channel>(std::move(settings), std::move(parts));
    channel_->start();
  }
  ~SignalChannel() { channel_->stop(); }

  // Whatever else the feeders do not say: a source that none is given for is silent.
  void run(std::chrono::milliseconds length, const std::vector<Feeder>& feeders) {
    for (std::chrono::milliseconds at{0}; at < length; at += options_.step) {
      clock_.advance(options_.step);
      for (std::size_t i = 0; i < feeders.size(); ++i) {
        if (feeders[i]) send(feeders[i](options_.step), options_.sources[i]);
      }
      for (auto* const source : opened_) source->tick(clock_.steady());
      since_tick_ += options_.step;
      since_look_ += options_.step;
      if (since_tick_ >= std::chrono::milliseconds(200)) {
        since_tick_ = {};
        channel_->tick();
      }
      if (since_look_ >= options_.look_every) {
        since_look_ = {};
        look();
      }
    }
  }
  // `encoder` sends to the first source, after `spoil`.
  void play(stimulus::Encoder& encoder, std::chrono::milliseconds length, const Spoil& spoil = {}) {
    run(length, {feeder(encoder, spoil)});
  }
  void be_silent(std::chrono::milliseconds length) { run(length, {}); }
  static Feeder feeder(stimulus::Encoder& encoder, Spoil spoil = {}) {
    return [&encoder, spoil = std::move(spoil)](std::chrono::milliseconds step) {
      ByteVector bytes = encoder.play(step);
      return stimulus::cut(spoil ? spoil(std::move(bytes)) : bytes, 7 * 188);
    };
  }

  std::shared_ptr<const ChannelStatus> status() const { return channel_->status(); }
  ingest::SignalReport report() const { return opened_.at(0)->report(); }
  std::uint64_t damaged_pictures() const { return opened_.at(0)->damaged_pictures(); }
  std::string index() const {
    const auto resource = channel_->packager()->snapshot()->find("index.m3u8");
    return resource ? std::string(resource->body.view()) : "";
  }
  std::string text(const std::string& path) const {
    const auto resource = channel_->packager()->snapshot()->find(path);
    return resource ? std::string(resource->body.view()) : "";
  }
  std::string metrics() const { return metrics_.render(); }
  const test::PlaylistWatch& watch() const { return fmp4_; }
  int discontinuities() const { return fmp4_.discontinuities(); }
  ManualClock& clock() { return clock_; }
  Channel& channel() { return *channel_; }

  // The rule above all.
  std::vector<std::string> violations() const {
    auto all = fmp4_.violations();
    all.insert(all.end(), ts_.violations().begin(), ts_.violations().end());
    if (fmp4_.segments() == 0) all.emplace_back("there is no playlist");
    if (fmp4_.segments() != ts_.segments()) all.emplace_back("the renditions have other numbers of segments");
    if (fmp4_.discontinuities() != ts_.discontinuities()) all.emplace_back("the renditions have other epochs");
    return all;
  }

  std::size_t events = 0;  // of the guide

 private:
  class OpenedSource : public ingest::Source {
   public:
    virtual void tick(SteadyTime now) = 0;
    virtual void receive(const ByteVector&, SteadyTime) {}
    virtual std::uint64_t damaged_pictures() const { return 0; }
  };

  // A UDP source without its socket.
  class PacketSource final : public OpenedSource {
   public:
    PacketSource(SignalChannel& bench, std::string url, const ingest::FeedSettings& feed,
                 const ingest::SourceContext& context)
        : bench_(bench), url_(std::move(url)), receiver_(feed, context.channel, context.sink, context.observer) {
      bench_.opened_.push_back(this);
      bench_.by_url_[url_] = this;
    }
    ~PacketSource() override {
      std::erase(bench_.opened_, this);
      bench_.by_url_.erase(url_);
    }
    void start() override { receiver_.start(bench_.clock_.steady()); }
    void stop() override { receiver_.stop(); }
    void tick(SteadyTime now) override { receiver_.tick(now); }
    void receive(const ByteVector& datagram, SteadyTime now) override { receiver_.push(datagram, now); }
    ingest::SignalReport report() const override { return receiver_.report(); }
    std::uint64_t damaged_pictures() const override { return receiver_.demuxer().counts().damaged_units; }

   private:
    SignalChannel& bench_;
    std::string url_;
    ingest::TsReceiver receiver_;
  };

  class PlayedSlate final : public OpenedSource {
   public:
    PlayedSlate(SignalChannel& bench, const ingest::SourceContext& context) : bench_(bench), context_(context) {
      bench_.opened_.push_back(this);
    }
    ~PlayedSlate() override { std::erase(bench_.opened_, this); }
    void start() override {
      static const auto slate = *media::encode_slate({.width = 320, .height = 180});
      context_.observer.on_source_state(ingest::SourceState::kRunning, {});
      player_ = std::make_unique<SlatePlayer>(slate, media::TrackSet{}, context_.sink, bench_.clock_.steady());
    }
    void stop() override { player_.reset(); }
    void tick(SteadyTime now) override {
      if (player_) player_->tick(now);
    }

   private:
    SignalChannel& bench_;
    ingest::SourceContext context_;
    std::unique_ptr<SlatePlayer> player_;
  };

  Result<std::unique_ptr<ingest::Source>> make_source(const ingest::FeedSettings& feed,
                                                      const ingest::SourceContext& context) {
    return ingest::MeteredSource::create(
        context, [&](const ingest::SourceContext& metered) -> Result<std::unique_ptr<ingest::Source>> {
          if (feed.url == "file:/slate") {
            return std::unique_ptr<ingest::Source>(std::make_unique<PlayedSlate>(*this, metered));
          }
          return std::unique_ptr<ingest::Source>(std::make_unique<PacketSource>(*this, feed.url, feed, metered));
        });
  }

  void send(const stimulus::Datagrams& datagrams, const std::string& url) {
    for (const ByteVector& datagram : datagrams) {
      const auto source = by_url_.find(url);
      if (source != by_url_.end()) source->second->receive(datagram, clock_.steady());
    }
  }

  void look() {
    const auto snapshot = channel_->packager()->snapshot();
    fmp4_.look(*snapshot, clock_.utc());
    ts_.look(*snapshot, clock_.utc());
  }

  Options options_;
  ManualClock clock_;
  ops::Metrics metrics_;
  aio::Runtime runtime_{1};  // not running: the test ticks
  std::vector<OpenedSource*> opened_;
  std::map<std::string, OpenedSource*> by_url_;
  test::PlaylistWatch fmp4_, ts_;
  std::chrono::milliseconds since_look_{0};
  std::chrono::milliseconds since_tick_{0};
  std::unique_ptr<Channel> channel_;
};

}  // namespace grandstand::channels
