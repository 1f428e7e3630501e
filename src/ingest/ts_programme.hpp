// SPDX-License-Identifier: MIT
#pragma once

#include "psi.hpp"
#include "time_unwrap.hpp"
#include "ts_counts.hpp"
#include "ts_stream.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/media/sample_sink.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::ingest {

// The streams of the programme that is taken, and when its tracks are announced: as soon as every stream has shown its
// configuration. A stream of which nothing arrives is waited for 1.5 s, one that arrives but does not show its
// configuration (a long GOP, a foreign kind of audio) 10 s, in media time or, when ticked, real time, whichever passes
// first; after that the others are announced without it, and all again when it is there. Samples wait meanwhile, within
// bounds.
//
// Pure. Owner: TsDemuxer.
class TsProgramme : private TsStreamEvents {
 public:
  static constexpr std::chrono::milliseconds kSilentPatience{1'500};
  static constexpr std::chrono::milliseconds kConfigurationPatience{10'000};
  static constexpr std::size_t kMaxWaitingSamples = 8'192;
  static constexpr std::size_t kMaxWaitingBytes = 16u << 20;
  static constexpr std::size_t kMaxAudioStreams = 16;
  static constexpr std::size_t kMaxTextStreams = 16;

  TsProgramme(media::SampleSink& sink, TsCounts& counts) : sink_(sink), counts_(counts) {}

  // A new PMT. Streams that stay (same PID and codec) go on without a break.
  void update(const Pmt& pmt);
  bool known() const { return known_; }
  std::uint16_t pcr_pid() const { return pcr_pid_; }
  const Pmt& pmt() const { return pmt_; }
  // A 33-bit stamp in the programme's time, and the latest time that a PCR or a stream told.
  media::MediaTime time_of(std::uint64_t stamp) const { return clock_.nearest(stamp); }
  std::optional<media::MediaTime> latest_time() const { return last_time_; }

  const std::vector<std::unique_ptr<TsStream>>& streams() const { return streams_; }

  // A packet of one of the streams or of the PCR PID.
  void push(const TsPacket& packet);
  void tick(SteadyTime now);
  void finish();
  void drop_partial();
  void clear();  // another programme follows

  // Why no samples come, for people; empty when nothing is known against it.
  std::string trouble() const;

 private:
  media::MediaTime unwrap(std::uint64_t time_stamp) override;
  std::optional<media::MediaTime> present_time() const override { return last_time_; }
  void on_configured(TsStream& stream) override;
  void on_unit(TsStream& stream, media::Sample sample) override;
  std::vector<const PmtStream*> playable(const Pmt& pmt);  // sets unplayable_, too
  TsStream* find(std::uint16_t pid);
  bool leads(const TsStream& stream) const;  // whose units say when a new time base begins
  void change_time_base();
  void begin_wait();
  bool wait_is_over(const TsStream& stream) const;
  void announce_if_ready();
  void announce();
  void hold(media::Sample sample);
  void drop_held(std::uint32_t track);
  void give_held();
  bool is_announced(const TsStream& stream) const;

  // given
  media::SampleSink& sink_;
  TsCounts& counts_;

  // state
  bool known_ = false;
  Pmt pmt_;
  std::uint16_t pcr_pid_ = kNullPid;
  std::vector<std::unique_ptr<TsStream>> streams_;
  std::vector<std::string> unplayable_;
  TimeUnwrap clock_;
  std::optional<media::MediaTime> last_time_;
  std::shared_ptr<const media::TrackSet> announced_;
  bool time_base_changes_ = false;
  bool waiting_ = false;
  media::MediaTime media_waited_{0};
  std::optional<SteadyTime> wait_began_;
  std::chrono::milliseconds waited_{0};
  std::deque<media::Sample> held_;
  std::size_t held_bytes_ = 0;
};

}  // namespace grandstand::ingest
