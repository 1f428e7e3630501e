// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/ingest/settings.hpp>
#include <grandstand/ingest/signal_report.hpp>
#include <grandstand/media/sample_sink.hpp>
#include <grandstand/ops/metrics.hpp>

#include <functional>
#include <memory>
#include <string>

namespace grandstand::ingest {

class RtmpServer;

enum class SourceState {
  kStarting,  // opened, nothing arrived yet
  kRunning,   // samples flow
  kDown,      // silent, refused or broken; it goes on trying, `reason` says why
};

// What a source tells besides samples; on its loop.
class SourceObserver {
 public:
  virtual ~SourceObserver() = default;
  virtual void on_source_state(SourceState state, std::string reason) = 0;
};

// A running reader of one feed. It never gives up: when the feed is gone it reports kDown and keeps trying, with
// back-off where trying costs somebody something.
//
// Owner: the channel.   Runs on: the loop it was made with.   Stops: stop(), after which nothing is delivered any more;
// threads of its own may end later.
class Source {
 public:
  virtual ~Source() = default;
  virtual void start() = 0;
  virtual void stop() = 0;

  // How the signal is now. It is measured as of the last 100 ms; asking costs a copy.
  virtual SignalReport report() const { return {}; }
};

// What sources need; all outlive them.
struct SourceContext {
  ChannelId channel;
  aio::Loop& loop;
  const Clock& clock;
  ops::Metrics& metrics;
  RtmpServer* rtmp = nullptr;  // null: no RTMP server runs
  media::SampleSink& sink;
  SourceObserver& observer;
};

// Checks a feed as far as it can be without opening it; the message names what is wrong and what was expected.
Status validate(const FeedSettings& feed);

// Whether this machine has what a valid feed needs of it: the file, the network interface, the address. For tools: it
// blocks, and what is missing may come later.
Status check_here(const FeedSettings& feed);

// The right source for the feed's scheme. Fails as validate() does, or when it needs an RTMP server and none runs.
//
// Series, all named grandstand_ingest_* and with the label `channel`:
// - udp, rtp: datagrams_total, bytes_total, garbage_total (datagrams without MPEG-TS), ts_packets_total,
//   null_packets_total, cc_errors_total,
//   transport_errors_total (TEI), section_errors_total (PAT, PMT), scrambled_total, damaged_units_total (pictures
//   dropped because a part was lost), dropped_samples_total (too many waited for the tracks).
// - pulls and files: handover_waits_total (the reading thread waited for the loop).
//
// What is measured per source (SignalReport) has its series in channels.
//
// How programme, tracks and key pictures of MPEG-TS are chosen stands in src/ingest/ts_demuxer.hpp, ts_programme.hpp
// and video_units.hpp. Samples of video keep their access unit delimiters and parameter sets.
Result<std::unique_ptr<Source>> make_source(const FeedSettings& feed, SourceContext context);

}  // namespace grandstand::ingest
