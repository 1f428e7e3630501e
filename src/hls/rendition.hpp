// SPDX-License-Identifier: MIT
#pragma once

#include "bandwidth.hpp"
#include "composition.hpp"
#include "playlist_window.hpp"
#include "rendition_snapshot.hpp"
#include "segment_muxer.hpp"
#include "segment_plan.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/hls/segment_cipher.hpp>
#include <grandstand/media/silence.hpp>
#include <grandstand/ops/metrics.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace grandstand::hls {

// One rendition of a channel: collects the samples that belong in it, muxes each planned part as soon as its last
// sample is there, makes segments of the parts, and keeps the window. A part waits for a track's samples for a while
// of media at most (`patience`); sound that comes later goes into the next one, pictures are left out up to the next
// segment that begins with a key frame.
//
// Owner: Packager.   Runs on: the channel's loop.   Pure.
class Rendition {
 public:
  struct Settings {
    RenditionTraits traits;
    media::MediaTime window{0};
    std::shared_ptr<SegmentCipher> cipher;  // null: not encrypted
    ops::Counter segments;
    ops::Counter late_samples;
  };

  explicit Rendition(Settings settings);

  // What follows are samples of these: from here, when everything planned has been flushed, else from the next segment.
  // `lead_samples`: see PartPlan. After an error it rests.
  Status begin(RenditionPlan plan, unsigned generation, std::uint64_t lead_samples);
  // Nothing comes any more. Its playlist goes on with segments that have no media, so that who plays it is not sent
  // away and its numbers stay those of the others.
  void rest();
  // The same inputs under other names.
  void rename(RenditionPlan plan) { plan_ = std::move(plan); }

  // Whether its next segment would have another EXT-X-MAP than its last media, between which there is no discontinuity:
  // that media is numbered `discontinuity_sequence`.
  bool needs_discontinuity(std::uint64_t discontinuity_sequence) const;
  void open(std::shared_ptr<const SegmentPlan> plan);
  // Ends the open part, and the segment with it when it is the last one. `lead_end`: see PartPlan.
  void end_part(media::MediaTime end, bool last, std::uint64_t lead_end);
  void add(const media::Sample& sample, bool derived);
  // The programme has come to `position`: finishes what needs no more waiting.
  void advance(media::MediaTime position);
  // Finishes everything that has an end with what is there.
  void flush();
  // flush(), and forgets the samples that are in no segment: what comes next has other times.
  void start_over();

  const RenditionPlan& plan() const { return plan_; }
  const std::string& name() const { return traits_->name; }
  bool active() const { return !lanes_.empty(); }
  // It can be offered: it is active and has a playlist.
  bool ready() const { return active() && !window_.listed().empty(); }
  // Media came within the last three target durations.
  bool alive() const;
  std::size_t bytes() const { return window_.bytes(); }
  const Bandwidth& bandwidth() const { return bandwidth_; }
  const Bandwidth& i_frame_bandwidth() const { return i_frame_bandwidth_; }
  // Some segment so far began with a picture to list in a playlist of I-frames; that stays there.
  bool has_i_frames() const { return has_i_frames_; }
  // Different codecs of it, as CODECS names them.
  const std::vector<std::string>& codecs() const { return codecs_; }
  const media::Track* picture() const;  // null: it has none
  double frame_rate() const;
  // Every segment so far could be decoded by itself: what was once said of a playlist must not change to and fro.
  bool independent() const { return independent_; }

  // `next_sequence`: of the segment that will be opened next.
  RenditionSnapshotPtr snapshot(std::uint64_t next_sequence) const;
  // Whether there is anything new since the last time it was asked.
  bool take_changed() { return std::exchange(changed_, false); }
  // The segments finished since.
  std::vector<SegmentPtr> take_finished() { return std::exchange(finished_, {}); }
  unsigned generation() const { return generation_; }
  const std::deque<SegmentPtr>& listed() const { return window_.listed(); }

 private:
  // The samples of one track that are in no part yet.
  struct Lane {
    Input input;
    bool silent = false;         // missed a deadline: nobody waits for it until it is heard again
    bool flowing = false;        // derived pictures: nothing of theirs is missing since a key frame
    media::MediaTime heard{0};   // how far it has come
    media::MediaTime offset{0};  // pictures: of presentation and decoding time at the last key frame
    std::vector<media::Sample> queue;
    std::vector<media::MediaTime> times;    // of queue: when each begins
    std::optional<media::Silence> silence;  // AAC: what fills its holes
    std::optional<media::MediaTime> taken;  // sound: up to here it is in the parts so far
    media::MediaTime filled{0};             // silence: up to here, what comes later than that is too late

    bool picture() const { return input.track.kind() == media::TrackKind::kVideo; }
    bool sound() const { return input.track.kind() == media::TrackKind::kAudio; }
    bool text() const { return input.track.codec == media::Codec::kWebVtt; }
    // Subtitles that are passed on: they come when there is something to say, and nobody waits for them.
    bool subtitles() const { return input.track.kind() == media::TrackKind::kText && !text(); }
    // Sound of that time would come before what is there.
    bool has_passed(media::MediaTime time) const;
    void drop(std::size_t count);
  };

  // What begin() was told.
  struct Beginning {
    RenditionPlan plan;
    unsigned generation;
    std::uint64_t lead_samples;
    std::unique_ptr<SegmentMuxer> muxer;
  };

  void take_up(Beginning beginning);
  bool is_init(const SharedBytes& bytes) const;
  bool complete(const PartPlan& part, media::MediaTime position);
  void finish(const PartPlan& part);
  void begin_segment(const PartPlan& part);
  void finish_segment(media::MediaTime end);
  void fill_with_silence(Lane& lane, const PartPlan& part);
  std::size_t insert_silence(Lane& lane, std::size_t at, media::MediaTime until);
  // Of the first `counts` samples of each lane.
  bool nothing_but_silence(const std::vector<std::size_t>& counts) const;
  std::size_t take(Lane& lane, const PartPlan& part);
  std::size_t take_pictures(Lane& lane, const PartPlan& part);
  std::size_t take_sound(Lane& lane, const PartPlan& part);
  std::size_t take_subtitles(Lane& lane, const PartPlan& part);
  std::size_t take_cues(Lane& lane, const PartPlan& part);
  bool goes_on() const;
  std::optional<media::MediaTime> seamless_next(const Lane& lane, std::size_t count) const;
  SharedBytes sealed(Segment& segment, const SharedBytes& whole) const;
  ResourcePtr media_resource(const std::string& uri, SharedBytes body) const;

  Settings settings_;
  std::shared_ptr<const RenditionTraits> traits_;
  RenditionPlan plan_;
  unsigned generation_ = 0;
  media::MediaTime patience_{0};
  std::vector<Lane> lanes_;
  std::optional<Beginning> next_;        // with the next segment
  std::unique_ptr<SegmentMuxer> muxer_;  // null: it never began
  ResourcePtr init_;
  std::string init_uri_;
  // Of the latest segment with media.
  struct Shown {
    ResourcePtr init;
    std::uint64_t discontinuity_sequence = 0;
  };
  std::optional<Shown> shown_;
  std::vector<std::string> codecs_;
  double measured_frame_rate_ = 0;

  std::deque<PartPlan> parts_;           // only the last one may be without end
  std::uint64_t lead_taken_ = 0;         // samples, since begin()
  std::uint32_t pieces_ = 0;             // written, since begin()
  media::MediaTime something_until_{0};  // what came from the source, and is not only silence

  std::unique_ptr<Segment> open_;  // being filled
  SegmentBuffer buffer_;           // of its parts
  bool independent_ = true;
  bool has_i_frames_ = false;
  std::size_t pictures_in_open_ = 0;
  std::size_t largest_ = 0;  // bytes of the last segments, to expect the next

  PlaylistWindow window_;
  Bandwidth bandwidth_, i_frame_bandwidth_;
  bool changed_ = false;
  std::vector<SegmentPtr> finished_;
  std::shared_ptr<const SegmentList> list_;  // of the window
};

}  // namespace grandstand::hls
