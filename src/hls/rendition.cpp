// SPDX-License-Identifier: MIT
#include "rendition.hpp"

#include "codec_string.hpp"
#include "fmp4_muxer.hpp"
#include "gzip.hpp"
#include "ts_muxer.hpp"

#include <algorithm>

namespace grandstand::hls {
namespace {

using media::MediaTime;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MediaTime kPatience = seconds{1};
// Samples that come after their segment go into the next one, unless they are older than this.
constexpr MediaTime kTooLate = seconds{2};
constexpr MediaTime kFrame = milliseconds{30};
// A sample that follows no later than this tells the duration of the one before it.
constexpr MediaTime kSeamless = milliseconds{500};

constexpr const char* kForGood = "max-age=86400, immutable";

Result<std::unique_ptr<SegmentMuxer>> make_muxer(Container container, const std::vector<media::Track>& tracks,
                                                 unsigned generation) {
  if (container == Container::kFmp4) {
    GRANDSTAND_TRY(auto muxer, Fmp4Muxer::create(tracks));
    return std::unique_ptr<SegmentMuxer>(std::move(muxer));
  }
  GRANDSTAND_TRY(auto muxer, TsMuxer::create(tracks, generation));
  return std::unique_ptr<SegmentMuxer>(std::move(muxer));
}

NamedResourcePtr media_resource(std::string path, SharedBytes body, Container container) {
  auto resource = std::make_shared<Resource>();
  resource->body = std::move(body);
  resource->content_type = container == Container::kFmp4 ? "video/mp4" : "video/mp2t";
  resource->etag = "\"" + path.substr(path.find('/') + 1) + "\"";
  resource->cache_control = kForGood;
  return std::make_shared<const NamedResource>(NamedResource{std::move(path), std::move(resource)});
}

}  // namespace

Rendition::Rendition(Settings settings)
    : settings_(std::move(settings)),
      directory_(settings_.container == Container::kFmp4 ? "fmp4/" : "ts/"),
      window_(settings_.window) {}

Status Rendition::begin(std::vector<Input> inputs, unsigned generation) {
  const bool rested = lanes_.empty();
  generation_ = generation;
  lanes_.clear();
  plans_.clear();
  muxer_.reset();
  init_.reset();
  init_uri_.clear();
  video_taken_ = 0;
  measured_frame_rate_ = 0;
  bandwidth_.reset();
  if (inputs.empty()) return success();
  std::vector<media::Track> tracks;
  for (const auto& input : inputs) tracks.push_back(input.track);
  GRANDSTAND_TRY(muxer_, make_muxer(settings_.container, tracks, generation));
  if (const auto init = muxer_->init_segment(); !init.empty()) {
    init_uri_ = "init-" + settings_.token + "-" + std::to_string(generation) + ".mp4";
    init_ = media_resource(directory_ + init_uri_, init, settings_.container);
  }
  for (auto& input : inputs) {
    const bool video = input.track.kind() == media::TrackKind::kVideo;
    lanes_.push_back({.input = std::move(input), .video = video, .queue = {}});
  }
  // Sequence numbers went on without this rendition: they cannot be continued in the same list.
  if (rested) window_.clear();
  return success();
}

void Rendition::open(const SegmentPlan& plan) {
  if (active()) plans_.push_back(plan);
}

void Rendition::end(MediaTime end, std::uint64_t video_end) {
  if (plans_.empty()) return;
  plans_.back().end = end;
  plans_.back().video_end = video_end;
}

void Rendition::add(const media::Sample& sample, bool substitute) {
  const auto lane = std::find_if(lanes_.begin(), lanes_.end(), [&](const Lane& l) {
    return l.input.track.id == sample.track && l.input.substitute == substitute;
  });
  if (lane == lanes_.end()) return;
  if (!lane->video && !lane->queue.empty() && sample.pts <= lane->queue.back().pts) {
    settings_.late_samples.add();
    return;
  }
  lane->queue.push_back(sample);
  lane->silent = false;
}

void Rendition::advance(MediaTime position) {
  while (!plans_.empty() && plans_.front().end && complete(plans_.front(), position)) {
    finish(plans_.front());
    plans_.pop_front();
  }
}

void Rendition::flush() {
  for (; !plans_.empty() && plans_.front().end; plans_.pop_front()) finish(plans_.front());
}

void Rendition::start_over() {
  flush();
  for (auto& lane : lanes_) {
    if (lane.video) video_taken_ += lane.queue.size();
    lane.queue.clear();
  }
}

bool Rendition::complete(const SegmentPlan& plan, MediaTime position) {
  const bool deadline = position >= *plan.end + kPatience;
  bool complete = true;
  for (auto& lane : lanes_) {
    if (lane.video || lane.silent || (!lane.queue.empty() && lane.queue.back().pts >= *plan.end)) continue;
    if (deadline) {
      lane.silent = true;
    } else {
      complete = false;
    }
  }
  return complete;
}

void Rendition::finish(const SegmentPlan& plan) {
  std::vector<TrackRun> runs;
  std::vector<std::size_t> counts;
  for (auto& lane : lanes_) {
    const auto count = take(lane, plan);
    counts.push_back(count);
    if (count == 0) continue;
    runs.push_back({.track = counts.size() - 1,
                    .samples = std::span(lane.queue).first(count),
                    .next_dts = seamless_next(lane, count)});
    if (lane.video && measured_frame_rate_ == 0) {
      const auto seconds = std::chrono::duration<double>(*plan.end - plan.start).count();
      if (seconds > 0.5) measured_frame_rate_ = static_cast<double>(count) / seconds;
    }
  }
  Segment segment;
  segment.plan = plan;
  segment.init = init_;
  segment.init_uri = init_uri_;
  segment.uri = settings_.token + "-" + std::to_string(plan.sequence) +
                (settings_.container == Container::kFmp4 ? ".m4s" : ".ts");
  if (!runs.empty()) {
    segment.media = media_resource(directory_ + segment.uri, muxer_->mux(plan.sequence, runs), settings_.container);
  }
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    auto& queue = lanes_[i].queue;
    queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(counts[i]));
    if (lanes_[i].video) video_taken_ += counts[i];
  }
  window_.append(std::move(segment));
  bandwidth_.measure(window_.listed(), settings_.target_duration);
  if (observer_ != nullptr) tell_observer(window_.listed().back());
  settings_.segments.add();
  changed_ = true;
}

void Rendition::tell_observer(const Segment& segment) {
  auto attributes = stream_attributes(describe());
  if (!description_ || description_->generation != generation_ || description_->attributes != attributes) {
    const bool fmp4 = settings_.container == Container::kFmp4;
    description_ = std::make_shared<const RenditionDescription>(
        RenditionDescription{.name = directory_.substr(0, directory_.size() - 1),
                             .kind = "variant",
                             .container = fmp4 ? "fmp4" : "ts",
                             .attributes = std::move(attributes),
                             .generation = generation_});
  }
  const auto& plan = segment.plan;
  observer_->on_segment({.channel = settings_.channel,
                         .rendition = description_,
                         .sequence = plan.sequence,
                         .discontinuity_sequence = plan.discontinuity_sequence,
                         .discontinuity = plan.discontinuity,
                         .independent = plan.independent,
                         .date = plan.date,
                         .duration = segment.duration(),
                         .target_duration = settings_.target_duration,
                         .uri = segment.uri,
                         .media = segment.media ? segment.media->resource : nullptr,
                         .init_uri = segment.init_uri,
                         .init = segment.init ? segment.init->resource : nullptr,
                         .key_line = {}});
}

// How many samples at the front of the lane belong to the segment; throws away what belongs to none.
std::size_t Rendition::take(Lane& lane, const SegmentPlan& plan) {
  auto& queue = lane.queue;
  if (lane.video) return std::min<std::size_t>(queue.size(), plan.video_end - video_taken_);
  const auto earliest = plan.fresh ? plan.start : plan.start - kTooLate;
  const auto first = std::find_if(queue.begin(), queue.end(), [&](const auto& s) { return s.pts >= earliest; });
  if (!plan.fresh) settings_.late_samples.add(static_cast<double>(first - queue.begin()));
  queue.erase(queue.begin(), first);
  const auto last = std::find_if(queue.begin(), queue.end(), [&](const auto& s) { return s.pts >= *plan.end; });
  const auto late = std::count_if(queue.begin(), last, [&](const auto& s) { return s.pts < plan.start - kFrame; });
  settings_.late_samples.add(static_cast<double>(late));
  return static_cast<std::size_t>(last - queue.begin());
}

std::optional<MediaTime> Rendition::seamless_next(const Lane& lane, std::size_t count) const {
  if (count >= lane.queue.size() || plans_.size() < 2 || plans_[1].fresh) return std::nullopt;
  const auto step = lane.queue[count].dts - lane.queue[count - 1].dts;
  if (step <= MediaTime{0} || step > kSeamless) return std::nullopt;
  return lane.queue[count].dts;
}

bool Rendition::refresh_playlists() {
  if (!changed_ || window_.listed().empty()) return false;
  changed_ = false;
  auto media = playlist_resource(media_playlist(settings_.container, settings_.target_duration, window_.listed()));
  playlist_ = std::make_shared<const NamedResource>(NamedResource{directory_ + "media.m3u8", std::move(media)});
  auto text = multivariant_playlist(describe());
  if (!multivariant_ || multivariant_->body.view() != text) multivariant_ = playlist_resource(std::move(text));
  return true;
}

void Rendition::collect(std::vector<NamedResourcePtr>& into) const {
  window_.collect(into);
  if (ready() && playlist_) into.push_back(playlist_);
}

Variant Rendition::describe() const {
  Variant variant;
  variant.container = settings_.container;
  variant.uri = directory_ + "media.m3u8";
  variant.peak_bandwidth = bandwidth_.peak();
  variant.average_bandwidth = bandwidth_.average();
  std::vector<std::string> codecs;
  for (const auto& lane : lanes_) {
    const auto& track = lane.input.track;
    auto codec = codec_string(track);
    if (std::find(codecs.begin(), codecs.end(), codec) == codecs.end()) codecs.push_back(std::move(codec));
    if (!lane.video) continue;
    variant.width = track.width;
    variant.height = track.height;
    variant.frame_rate = track.frame_rate > 0 ? track.frame_rate : measured_frame_rate_;
  }
  for (const auto& codec : codecs) variant.codecs += (variant.codecs.empty() ? "" : ",") + codec;
  variant.independent = std::all_of(window_.listed().begin(), window_.listed().end(),
                                    [](const Segment& segment) { return segment.plan.independent; });
  return variant;
}

ResourcePtr Rendition::playlist_resource(std::string text) {
  auto resource = std::make_shared<Resource>();
  resource->gzip_body = gzip(text);
  resource->body = SharedBytes(std::move(text));
  resource->content_type = "application/vnd.apple.mpegurl";
  resource->etag = "\"" + settings_.token + "-" + directory_.substr(0, directory_.size() - 1) + "-" +
                   std::to_string(++playlist_version_) + "\"";
  resource->cache_control = "max-age=1";
  return resource;
}

}  // namespace grandstand::hls
