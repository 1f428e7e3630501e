// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/task.hpp>
#include <grandstand/base/bytes.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/dvr/settings.hpp>
#include <grandstand/hls/resource.hpp>
#include <grandstand/hls/segment_observer.hpp>
#include <grandstand/ops/metrics.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::dvr {

// Which stretch of a channel's past a playlist is about.
struct Stretch {
  enum class Kind {
    kKept,     // everything that is kept, and on with live: a live playlist in which one can seek back
    kRange,    // from `start` for `duration`
    kDelayed,  // live, but `delay` later: a window that moves
  };
  Kind kind = Kind::kKept;
  UtcTime start{};
  std::chrono::seconds duration{0};  // 0: open, ends kLongestRange after start
  std::chrono::seconds delay{0};
};

// No playlist of a range is longer.
constexpr std::chrono::hours kLongestRange{24};

// What a viewer asks of the archive.
struct Question {
  enum class Kind {
    kMultivariant,  // the playlist that names the renditions
    kMedia,         // the playlist of one rendition
    kFile,          // a segment or an init segment
  };
  Kind kind = Kind::kMultivariant;
  std::string channel;
  std::string rendition;           // not for kMultivariant
  std::string uri;                 // of kFile
  Stretch stretch;                 // of playlists
  std::string container = "fmp4";  // of kMultivariant: which variants; "fmp4" or "ts"
  bool skip = false;               // of kMedia, kKept: _HLS_skip=YES, an EXT-X-SKIP is welcome
};

// Where somebody stands who reads a stretch as one MPEG-TS.
struct Playhead {
  std::string channel;
  UtcTime from{};
  UtcTime until{};
  std::string rendition;              // chosen by the first piece
  std::optional<std::uint64_t> next;  // number of the segment that comes next
};
struct Piece {
  SharedBytes bytes;   // empty: the segment is not recorded yet; ask again
  bool ended = false;  // nothing comes any more
  Playhead head;       // where to go on
};

// What the archive has of a channel.
struct Window {
  UtcTime from{};
  UtcTime to{};
};

// How recording goes, for operators.
struct RecordingStatus {
  ChannelId channel;
  bool recording = false;
  std::string reason;  // when not: why
  std::optional<Window> window;
  std::chrono::seconds keep{0};  // how far back it is to reach
  std::uint64_t bytes = 0;
};

// The segments of the channels on disk: records what the packagers finish, answers playlists over the past and the
// media that memory has no more, and lets go what is too old or too much.
//
// On disk, per rendition, a row of reels: the segments of up to an hour, one after the other in one file, and an index
// with a line for each. A reel's numbers are in its name, so that a start reads names only; a segment counts when its
// line is complete, which is written after its bytes (docs/decisions/0010-archive-on-disk.md).
//
// Series: grandstand_dvr_failing{channel}, _errors_total{channel}, _segments_total{channel}, _gaps_total{channel},
// _bytes{channel}, _queue_bytes, _expired_bytes_total, _leases_broken_total, _reads_refused_total.
//
// Owner: app.   Runs on: a writer's thread and readers' threads of its own; all members are safe from any thread.
// Stops: stop() writes what is queued.
class Archive final : public hls::SegmentObserver {
 public:
  // Makes the directory and finds what lies there; files that are not of the archive are left alone. kUnavailable when
  // the directory cannot be used.
  static Result<std::unique_ptr<Archive>> open(Settings settings, const Clock& clock, ops::Metrics& metrics);
  ~Archive() override;
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  // Of which the keys of encrypted channels are made: without it they cannot be read as one stream. Before the first
  // read.
  void set_segment_secret(std::string secret);

  // Which channels are recorded and served from now on. What lies there of others expires by age, unseen.
  void set_recordings(Recordings recordings);

  // hls::SegmentObserver. Never waits: a segment that the queue has no room for becomes a gap.
  void on_segment(const hls::FinishedSegment& segment) override;
  // Why the channel is not recorded although it should be.
  std::string trouble(const ChannelId& channel) const override;

  // Expires, and looks whether there is space again; call every few seconds.
  void tick();

  // Nothing when the channel is not recorded or nothing has been yet.
  std::optional<Window> window(const ChannelId& channel) const;
  std::vector<RecordingStatus> list() const;

  // kNotFound with what the archive has; kUnavailable when too many ask at once. The first blocks, for tests.
  Result<hls::ResourcePtr> find_now(const Question& question) const;
  aio::Task<Result<hls::ResourcePtr>> find(Question question) const;

  // The next segment; kNotFound when the stretch has none, kUnsupported when it is encrypted by another secret.
  Result<Piece> read_now(Playhead head) const;
  aio::Task<Result<Piece>> read(Playhead head) const;

  // Waits until everything that came before has been written: for tests.
  void drain();
  void stop();

 private:
  struct State;
  explicit Archive(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace grandstand::dvr
