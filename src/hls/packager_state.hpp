// SPDX-License-Identifier: MIT
#pragma once

#include "composition.hpp"
#include "date_ranges.hpp"
#include "part_planner.hpp"
#include "playlist_text.hpp"
#include "rendition.hpp"
#include "segmenter.hpp"

#include <grandstand/hls/packager.hpp>
#include <grandstand/hls/segment_cipher.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::hls {

// The packager's two halves: packager.cpp decides what becomes of samples, publication.cpp tells the world.
struct Packager::State {
  State(ChannelId id, const Settings& settings, UtcTime started, SequenceNumbers at_least, ops::Metrics& metrics);

  // --- packager.cpp ---
  void add_original(media::Sample sample, const media::Track& track, UtcTime date);
  void add_derived(const media::Sample& sample);
  void add_text(const media::Sample& sample);
  void close(bool broken);
  void open(const Segmenter::Decision& decision, const media::Sample& sample, UtcTime date);
  void carry_out(const Segmenter::Decision& decision, const media::Sample& sample, UtcTime date);
  void plan_parts(const media::Sample& sample, bool leads, media::MediaTime duration);
  // Learns how far pictures are apart; whether too many are missing before this one.
  bool resumes(const media::Sample& sample);
  bool in_order(const media::Sample& sample, bool lead);
  void end_part(media::MediaTime end, bool last);
  void end_segment(media::MediaTime end);
  void hand_on(const media::Sample& sample, bool derived);
  void flush_all();

  // --- renditions ---
  Status adopt(Composition wanted, bool seamless);
  bool keeps_all_of(const Composition& wanted) const;
  Rendition* find(const std::string& name);
  Rendition& obtain(const RenditionPlan& plan);
  void forget_resting();

  // --- publication.cpp ---
  void publish(bool always = false);
  bool all_ready() const;
  void tell_observer(const Rendition& rendition, const Segment& segment);
  void tell_observer(const std::shared_ptr<const RenditionDescription>& description, const Segment& segment);
  void refresh_index();
  ResourcePtr multivariant(bool ts, const ResourcePtr& former) const;
  void list_media(MultivariantPlaylist& playlist) const;
  Variant describe(const Rendition& rendition) const;
  Variant describe_i_frames(const Rendition& rendition) const;
  void expire_date_ranges();

  // given
  ChannelId channel;
  Settings settings;
  ops::Metrics& metrics;
  std::string token;
  std::chrono::seconds target;
  SegmentObserver* observer = nullptr;
  std::shared_ptr<SegmentCipher> cipher;  // null: segments are not encrypted

  // what comes in
  Segmenter segmenter;
  PartPlanner planner;
  std::shared_ptr<const media::TrackSet> tracks;  // null: none, or not packageable
  std::vector<media::Track> derived;
  std::optional<std::uint32_t> leading;  // the track whose frames end parts: the pictures, or else the first sound
  bool has_video = false;
  unsigned generation = 0;
  std::uint64_t lead_samples = 0;  // given to the renditions since the tracks were set
  std::optional<media::MediaTime> last_video_dts;
  media::MediaTime video_frame{0};
  std::optional<media::MediaTime> last_video_step;  // between the decoding times of the latest pictures
  int foreign = 0;                                  // samples in a row that were too far from the rest
  UtcTime newest{};                                 // date of the newest sample

  // numbers
  std::uint64_t next_sequence = 0;
  std::uint64_t discontinuity_sequence = 0;
  bool any_segment = false;
  bool fresh = true;  // the next segment follows nothing

  // what goes out
  Composition composition;
  bool sound_apart = false;  // once it is, it stays: who plays a rendition must not lose its sound
  std::vector<std::unique_ptr<Rendition>> renditions;  // in the composition's order, then those that rest
  std::map<const Rendition*, RenditionSnapshotPtr> views;
  std::map<std::string, std::shared_ptr<const RenditionDescription>> told;  // to the observer
  DateRanges date_ranges;
  std::shared_ptr<const DateRangeList> date_range_list;
  ResourcePtr index, index_ts;
  bool published_any = false;
  std::uint64_t interruptions = 0;
  ops::Counter forced_cuts, discontinuities, dropped, splice_cues;
  ops::Gauge bytes;
  Published<ChannelSnapshot> snapshot;
  std::shared_ptr<Bell> bell = std::make_shared<Bell>();
};

}  // namespace grandstand::hls
