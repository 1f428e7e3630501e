// SPDX-License-Identifier: MIT
#include "feed_address.hpp"
#include "sample_meter.hpp"
#include "stream_survey.hpp"
#include "ts_receiver.hpp"
#include "udp_socket.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/ingest/probe.hpp>

#include <algorithm>
#include <future>
#include <map>
#include <optional>
#include <utility>

namespace grandstand::ingest {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr milliseconds kReceiveInterval{10};
constexpr std::size_t kMaxBytes = 4u << 20;

Error unavailable(std::string message) {
  return {ErrorCode::kUnavailable, std::move(message)};
}

std::string seconds_text(milliseconds time) {
  return std::to_string((time.count() + 500) / 1'000) + " s";
}

// The bit rate of one track over all that was heard of it, by its own time stamps: pulls and files hand over faster
// than they play at first, and in bursts.
class TrackRate {
 public:
  void on_sample(const media::Sample& sample) {
    const auto passed = last_ ? sample.dts - *last_ : media::MediaTime{0};
    // Elsewhere the time stamps jump, and nothing says how long the sample before lasted.
    if (passed > media::MediaTime{0} && passed <= kLongest) {
      time_ += passed;
      bytes_ += last_bytes_;
    }
    last_ = sample.dts;
    last_bytes_ = sample.data.size();
  }
  double bits_per_second() const {
    if (time_ == media::MediaTime{0}) return 0;
    return static_cast<double>(bytes_) * 8 / std::chrono::duration<double>(time_).count();
  }

 private:
  static constexpr media::MediaTime kLongest = std::chrono::seconds(10);

  std::optional<media::MediaTime> last_;
  std::uint64_t last_bytes_ = 0;
  std::uint64_t bytes_ = 0;  // of the samples whose duration is known
  media::MediaTime time_{0};
};

// What a channel would get.
class ProbeSink final : public media::SampleSink, public SourceObserver {
 public:
  explicit ProbeSink(const Clock& clock) : clock_(clock), meter_(clock.steady()) {}

  void on_tracks(std::shared_ptr<const media::TrackSet> tracks) override {
    meter_.on_tracks(*tracks, clock_.steady());
    tracks_ = std::move(tracks);
  }
  void on_sample(media::Sample sample) override {
    heard_ = true;
    meter_.on_sample(sample, clock_.steady());
    rates_[sample.track].on_sample(sample);
  }
  void on_discontinuity(std::string) override {}
  void on_source_state(SourceState state, std::string reason) override {
    down_ = state == SourceState::kDown ? std::optional(std::move(reason)) : std::nullopt;
  }

  bool heard() const { return heard_; }
  const std::optional<std::string>& down() const { return down_; }  // why
  void fill(ProbeReport& report) {
    if (tracks_) report.tracks = *tracks_;
    meter_.fill(report.signal, clock_.steady());
    double sum = 0;
    for (auto& stream : report.signal.streams) {
      stream.bit_rate = rates_[stream.track].bits_per_second();
      sum += stream.bit_rate;
    }
    if (!report.signal.packets) report.signal.bit_rate = sum;
  }

 private:
  const Clock& clock_;
  SampleMeter meter_;
  std::map<std::uint32_t, TrackRate> rates_;
  std::shared_ptr<const media::TrackSet> tracks_;
  std::optional<std::string> down_;
  bool heard_ = false;
};

Result<ProbeReport> probe_packets(const FeedSettings& feed, milliseconds length, const ProbeWorld& world,
                                  ProbeReport report) {
  GRANDSTAND_TRY(const FeedAddress address, FeedAddress::parse(feed.url));
  GRANDSTAND_TRY(UdpSocket socket, UdpSocket::open(address, feed.interface));
  ProbeSink sink(world.clock);
  TsReceiver receiver(feed, ChannelId("probe"), sink, sink);
  StreamSurvey survey;
  receiver.watch_packets([&survey](std::span<const std::uint8_t> packets, std::chrono::nanoseconds arrived) {
    survey.push(packets, arrived);
  });
  const SteadyTime began = world.clock.steady();
  receiver.start(began);
  while (world.clock.steady() - began < length && !world.cancelled()) {
    world.sleep(kReceiveInterval);
    const SteadyTime now = world.clock.steady();
    socket.drain(kMaxBytes, [&](std::span<const std::uint8_t> datagram, std::optional<std::chrono::nanoseconds> at) {
      receiver.push(datagram, now, at);
    });
    receiver.tick(now);
  }
  const auto passed = world.clock.steady() - began;
  report.duration = duration_cast<milliseconds>(passed);
  report.datagrams = receiver.reader().counts().datagrams;
  report.bytes = receiver.reader().counts().bytes;
  report.garbage = receiver.reader().counts().garbage;
  if (report.datagrams == 0) {
    return unavailable("no datagram arrived at " + report.url + " in " + seconds_text(report.duration) +
                       ": is something sent there, and on this interface (--interface)?");
  }
  if (receiver.demuxer().counts().packets == 0) {
    return unavailable(
        std::to_string(report.datagrams) + " datagrams arrived at " + report.url +
        ", but they hold no MPEG-TS; expected packets of 188 bytes that begin with 0x47, plain or in RTP");
  }
  report.signal = receiver.report();
  report.signal.kernel_drops = socket.kernel_drops();
  sink.fill(report);
  survey.fill(report, passed);
  report.signal.bit_rate = 0;
  for (const auto& pid : report.pids) report.signal.bit_rate += pid.bit_rate;
  return report;
}

// Runs `work` on the loop and waits for it.
template <class Work>
void run_there(aio::Loop& loop, Work work) {
  std::promise<void> done;
  loop.post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

Result<ProbeReport> probe_source(const FeedSettings& feed, milliseconds length, const ProbeWorld& world,
                                 ProbeReport report) {
  ops::Metrics metrics;
  aio::Runtime runtime(1);
  aio::Loop& loop = runtime.loop(0);
  ProbeSink sink(world.clock);
  GRANDSTAND_TRY(auto source, make_source(feed, {ChannelId("probe"), loop, world.clock, metrics, nullptr, sink, sink}));
  runtime.start();
  const SteadyTime began = world.clock.steady();
  run_there(loop, [&] { source->start(); });
  std::optional<std::string> failure;
  bool heard = false;
  while (world.clock.steady() - began < length && !world.cancelled() && !failure) {
    world.sleep(10 * kReceiveInterval);
    run_there(loop, [&] {
      heard = sink.heard();
      if (!heard) failure = sink.down();
    });
  }
  run_there(loop, [&] {
    report.signal = source->report();
    report.signal.streams.clear();  // the sink's meter has measured them
    sink.fill(report);
    source->stop();
    source.reset();
  });
  runtime.stop();
  runtime.join();
  report.duration = duration_cast<milliseconds>(world.clock.steady() - began);
  if (failure) return unavailable(report.url + ": " + *failure);
  if (!heard) return unavailable("nothing came of " + report.url + " in " + seconds_text(report.duration));
  return report;
}

}  // namespace

bool ProbeReport::is_well() const {
  if (tracks.tracks.empty() || signal.rtp_lost > 0 || signal.kernel_drops > 0) return false;
  for (std::size_t i = 0; i < kSignalChecks; ++i) {
    if (priority_of(static_cast<SignalCheck>(i)) == 1 && signal.checks[i].errors > 0) return false;
  }
  return true;
}

Result<ProbeReport> probe(const FeedSettings& feed, milliseconds length, const ProbeWorld& world) {
  if (feed.url.starts_with("rtmp://")) {
    return Error{ErrorCode::kInvalidArgument,
                 "an RTMP publisher comes to the server by itself; expected udp://, rtp://, file:, http(s)://, rtsp:// "
                 "or srt://"};
  }
  GRANDSTAND_RETURN_IF_ERROR(validate(feed));
  ProbeReport report;
  report.url = log::redact(feed.url);
  const bool packets = feed.url.starts_with("udp://") || feed.url.starts_with("rtp://");
  return packets ? probe_packets(feed, length, world, std::move(report))
                 : probe_source(feed, length, world, std::move(report));
}

}  // namespace grandstand::ingest
