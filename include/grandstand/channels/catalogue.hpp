// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/channels/monitor.hpp>
#include <grandstand/channels/settings.hpp>
#include <grandstand/hls/origin.hpp>
#include <grandstand/hls/segment_observer.hpp>
#include <grandstand/hls/sequence_numbers.hpp>
#include <grandstand/ingest/rtmp_server.hpp>
#include <grandstand/media/programme_event.hpp>
#include <grandstand/ops/metrics.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::channels {

enum class ChannelState {
  kStarting,  // no segment yet
  kLive,      // segments of the programme appear
  kSlate,     // no source lives: segments of the slate appear
  kDown,      // no source lives, and no slate either; the playlist keeps what it has
};
std::string_view to_string(ChannelState state);  // "starting", "live", "slate", "down"

// What is known of one source of a channel at one moment. For operators: the URL names hosts.
struct SourceStatus {
  std::string url;     // without user, password and query values
  std::string state;   // "standby" (not received), "starting", "running", "failing"
  std::string reason;  // what is wrong, for people
  int health = 0;      // 0..100
  bool on_air = false;
  bool chosen = false;  // on air because an operator said so

  friend bool operator==(const SourceStatus&, const SourceStatus&) = default;
};

// What is known of a channel at one moment.
struct ChannelStatus {
  ChannelId id;
  std::string name;
  int number = 0;
  std::string group;
  std::string logo;
  ChannelState state = ChannelState::kStarting;
  std::string reason;                 // when not live: why, for people
  std::vector<SourceStatus> sources;  // in their order
  std::string trouble;                // what of its ladder is left out, and why, for operators; empty: all is well
  bool ladder_failed = false;         // all of it: it cannot be made
  bool radio = false;                 // sound only, by the lineup
  std::uint64_t switches = 0;         // changes of what is on air since the channel began
  hls::SequenceNumbers numbers;       // how far its playlists have counted; of channels that run here
  std::string node;                   // that runs it; empty: this one, or none for the moment

  friend bool operator==(const ChannelStatus&, const ChannelStatus&) = default;
};

// A channel as operators watch it.
struct WatchedChannel {
  ChannelStatus status;
  std::shared_ptr<const ChannelMonitor> monitor;  // never null
};

// What one node says of the channels that it runs, for the others; and what they understood of it.
std::string encode_statuses(const std::string& node, const std::vector<ChannelStatus>& statuses);
std::vector<ChannelStatus> decode_statuses(std::string_view text);  // empty: it is malformed

// The channels of the lineup: those that run here, and what is known of those that run on other nodes. A new lineup is
// applied as a difference: channels whose settings did not change are not touched.
//
// Owner: app.   Runs on: apply(), place(), hear(), follows_publisher() and stop() on loop 0; the rest on any thread.
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
    // The programme guide that the source on air carries; called on the channel's loop. Empty: nobody wants it.
    std::function<void(const ChannelId&, media::EventInformation)> on_event_information;
    // Of which the keys of encrypted channels are made: random, and the same after every start.
    std::string segment_secret;
    // Whether the channel runs here; asked at apply() and place(). Empty: all do.
    std::function<bool(const ChannelId&)> runs_here;
    // From where the playlists of a channel that starts go on, at least. Empty: from what the clock says.
    std::function<hls::SequenceNumbers(const ChannelId&)> numbers_at_least;
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

  // Starts and stops what runs_here() says otherwise of than before.
  Difference place();
  // What another node says of a channel that it runs.
  void hear(ChannelStatus status);

  std::vector<ChannelStatus> list() const;     // in lineup order
  bool lists(const ChannelId& channel) const;  // whether it is one of them
  std::vector<ChannelStatus> running() const;  // of these, those here
  // Whether a publisher with this key may bring the channel, which runs elsewhere, here: nobody publishes to it there,
  // or the newest is wanted.
  bool follows_publisher(const ChannelId& channel, std::string_view key) const;
  // Whether the channel is of the lineup and does not run here.
  bool runs_elsewhere(std::string_view channel) const;
  // The same with what was measured in the last second.
  std::vector<WatchedChannel> watched() const;

  // The operator's choice of a source (from 0): on air at its next key frame, until it fails or another is chosen.
  // Empty: automatic again. kNotFound: no such channel or source; whether the source comes, the status tells.
  Status select_source(const ChannelId& channel, std::optional<std::size_t> source);

  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace grandstand::channels
