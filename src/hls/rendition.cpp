// SPDX-License-Identifier: MIT
#include "rendition.hpp"

#include "codec_string.hpp"
#include "fmp4_muxer.hpp"
#include "ts_muxer.hpp"
#include "webvtt_muxer.hpp"

#include <algorithm>

namespace grandstand::hls {
namespace {

using media::MediaTime;
using std::chrono::seconds;

constexpr MediaTime kPatience = seconds{1};
// What the headend makes of pictures (the ladder, captions) comes later.
constexpr MediaTime kPatienceForDerived = seconds{3};

// So long may all be missing without a gap in the playlist.
constexpr MediaTime kMoment = std::chrono::milliseconds{500};

constexpr const char* kForGood = "max-age=86400, immutable";

Result<std::unique_ptr<SegmentMuxer>> make_muxer(Format format, const std::vector<media::Track>& tracks,
                                                 unsigned generation, const SegmentMuxer* previous) {
  switch (format) {
    case Format::kFmp4: {
      GRANDSTAND_TRY(auto muxer, Fmp4Muxer::create(tracks));
      return std::unique_ptr<SegmentMuxer>(std::move(muxer));
    }
    case Format::kTs: {
      GRANDSTAND_TRY(auto muxer, TsMuxer::create(tracks, generation, static_cast<const TsMuxer*>(previous)));
      return std::unique_ptr<SegmentMuxer>(std::move(muxer));
    }
    case Format::kWebVtt:
      break;
  }
  return std::unique_ptr<SegmentMuxer>(std::make_unique<WebVttMuxer>());
}

}  // namespace

void Rendition::Lane::drop(std::size_t count) {
  queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(count));
  times.erase(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(count));
}

bool Rendition::Lane::has_passed(MediaTime time) const {
  if (silence && time < filled - silence->duration / 2) return true;
  return !times.empty() && time <= times.back();
}

Rendition::Rendition(Settings settings)
    : settings_(std::move(settings)),
      traits_(std::make_shared<const RenditionTraits>(settings_.traits)),
      window_(settings_.window),
      list_(window_.list()) {}

Status Rendition::begin(RenditionPlan plan, unsigned generation, std::uint64_t lead_samples) {
  rest();
  std::vector<media::Track> tracks;
  for (const auto& input : plan.inputs) tracks.push_back(input.track);
  GRANDSTAND_TRY(auto muxer, make_muxer(traits_->format, tracks, generation, muxer_.get()));
  next_ = Beginning{std::move(plan), generation, lead_samples, std::move(muxer)};
  if (parts_.empty()) take_up(*std::exchange(next_, std::nullopt));
  return success();
}

void Rendition::rest() {
  next_.reset();
  lanes_.clear();
  changed_ = true;
}

void Rendition::take_up(Beginning beginning) {
  plan_ = std::move(beginning.plan);
  generation_ = beginning.generation;
  muxer_ = std::move(beginning.muxer);
  lead_taken_ = beginning.lead_samples;
  codecs_.clear();
  pieces_ = 0;
  measured_frame_rate_ = 0;
  changed_ = true;
  if (auto init = muxer_->init_segment(); init.empty()) {
    init_.reset();
    init_uri_.clear();
  } else if (!is_init(init)) {
    init_uri_ = "init-" + traits_->token + "-" + std::to_string(generation_) + ".mp4";
    init_ = media_resource(init_uri_, std::move(init));
  }
  patience_ = kPatience;
  for (const auto& input : plan_.inputs) {
    Lane lane;
    lane.input = input;
    if (input.derived && !lane.sound()) patience_ = kPatienceForDerived;
    if (lane.sound() && !input.lead) {
      if (auto silence = media::silence_of(input.track); silence.ok()) lane.silence = *std::move(silence);
    }
    lanes_.push_back(std::move(lane));
    if (lanes_.back().subtitles()) continue;
    auto codec = codec_string(input.track);
    if (std::find(codecs_.begin(), codecs_.end(), codec) == codecs_.end()) codecs_.push_back(std::move(codec));
  }
}

bool Rendition::is_init(const SharedBytes& bytes) const {
  return init_ && std::ranges::equal(init_->body.span(), bytes.span());
}

bool Rendition::needs_discontinuity(std::uint64_t discontinuity_sequence) const {
  if (!shown_ || shown_->discontinuity_sequence != discontinuity_sequence) return false;
  if (!next_) return shown_->init != init_;
  const auto init = next_->muxer->init_segment();
  return shown_->init != init_ || (!init.empty() && !is_init(init));
}

void Rendition::open(std::shared_ptr<const SegmentPlan> plan) {
  if (next_) {
    flush();
    take_up(*std::exchange(next_, std::nullopt));
  }
  if (!muxer_) return;
  const auto start = plan->start;
  parts_.push_back({.segment = std::move(plan), .first = true, .start = start, .end = {}});
}

void Rendition::end_part(MediaTime end, bool last, std::uint64_t lead_end) {
  if (parts_.empty() || parts_.back().end) return;
  if (!last && !traits_->part_target) return;
  auto& part = parts_.back();
  part.end = std::max(end, part.start);
  part.last = last;
  part.lead_end = lead_end;
  if (last) return;
  PartPlan next{.segment = part.segment, .start = *part.end, .end = {}};
  parts_.push_back(std::move(next));
}

void Rendition::add(const media::Sample& sample, bool derived) {
  const auto lane = std::find_if(lanes_.begin(), lanes_.end(), [&](const Lane& l) {
    return l.input.track.id == sample.track && l.input.derived == derived;
  });
  if (lane == lanes_.end()) return;
  lane->silent = false;
  auto time = sample.pts;
  if (lane->picture()) {
    if (sample.key) lane->offset = sample.pts - sample.dts;
    time = sample.dts + lane->offset;
  } else if (lane->sound() && lane->has_passed(time)) {
    settings_.late_samples.add();
    return;
  }
  // Cues come in order, each when it is over.
  lane->heard = std::max(lane->heard, lane->text() ? time + sample.duration : time);
  if (lane->text() && sample.data.empty()) return;
  constexpr std::size_t kMostCues = 500;
  if ((lane->text() || lane->subtitles()) && lane->queue.size() >= kMostCues) lane->drop(1);
  lane->queue.push_back(sample);
  lane->times.push_back(time);
}

void Rendition::advance(MediaTime position) {
  while (!parts_.empty() && parts_.front().end && complete(parts_.front(), position)) {
    finish(parts_.front());
    parts_.pop_front();
  }
}

void Rendition::flush() {
  for (; !parts_.empty() && parts_.front().end; parts_.pop_front()) finish(parts_.front());
}

void Rendition::start_over() {
  flush();
  for (auto& lane : lanes_) {
    if (lane.input.lead) lead_taken_ += lane.queue.size();
    lane.drop(lane.queue.size());
    lane.heard = lane.filled = MediaTime{0};
    lane.taken.reset();
    lane.flowing = false;
  }
}

bool Rendition::complete(const PartPlan& part, MediaTime position) {
  const bool deadline = position >= *part.end + patience_;
  bool complete = true;
  for (auto& lane : lanes_) {
    if (lane.input.lead || lane.subtitles() || lane.silent || lane.heard >= *part.end) continue;
    if (deadline) {
      lane.silent = true;
    } else {
      complete = false;
    }
  }
  return complete;
}

void Rendition::finish(const PartPlan& part) {
  if (part.first) begin_segment(part);
  std::vector<TrackRun> runs;
  std::vector<std::size_t> counts;
  const bool first_pictures = pictures_in_open_ == 0;
  Part made{.start = part.start, .end = *part.end, .independent = picture() == nullptr, .media = {}};
  for (auto& lane : lanes_) {
    fill_with_silence(lane, part);
    const auto count = take(lane, part);
    counts.push_back(count);
    if (count == 0) continue;
    runs.push_back({.track = counts.size() - 1,
                    .samples = std::span(lane.queue).first(count),
                    .next_dts = seamless_next(lane, count)});
    if (!lane.picture()) continue;
    const auto& samples = runs.back().samples;
    if (pictures_in_open_ == 0) open_->plan.independent = samples.front().key;
    pictures_in_open_ += count;
    made.independent = std::any_of(samples.begin(), samples.end(), [](const auto& sample) { return sample.key; });
  }
  // Where pictures are lost, too, and for longer than a moment, it is a gap and not silence: of whole segments, since
  // players stop where a segment of which they have the beginning does not go on.
  if (picture() != nullptr && nothing_but_silence(counts)) {
    if (buffer_.empty() && (part.segment->fresh || part.start - something_until_ >= kMoment)) runs.clear();
  } else {
    something_until_ = *part.end;
  }
  if (!runs.empty()) shown_ = Shown{open_->init, open_->plan.discontinuity_sequence};
  if (!runs.empty() || traits_->format == Format::kWebVtt) {
    const auto offset = buffer_.size();
    auto piece =
        muxer_->mux({.number = ++pieces_, .opens_segment = buffer_.empty(), .start = part.start}, runs, buffer_);
    // Of an encrypted segment no range can be decrypted by itself (RFC 8216 4.3.2.4).
    if (first_pictures && !settings_.cipher && piece.key_frame.size > 0) {
      open_->key_frame = {offset + piece.key_frame.offset, piece.key_frame.size};
    }
    if (traits_->part_target) {
      made.media =
          media_resource(traits_->part_uri(part.segment->sequence, open_->parts.size()), std::move(piece.bytes));
    }
  }
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    auto& lane = lanes_[i];
    if (lane.text()) continue;  // take_cues() forgets those that are over
    lane.drop(counts[i]);
    if (lane.input.lead) lead_taken_ += counts[i];
  }
  const bool empty = part.last && part.start == *part.end && !made.media && !open_->parts.empty();
  if (traits_->part_target && !empty) open_->parts.push_back(std::move(made));
  changed_ = true;
  if (part.last) finish_segment(*part.end);
}

void Rendition::begin_segment(const PartPlan& part) {
  open_ = std::make_unique<Segment>();
  open_->plan = *part.segment;
  open_->uri = traits_->segment_uri(part.segment->sequence);
  open_->init = init_;
  open_->init_uri = init_uri_;
  pictures_in_open_ = 0;
  buffer_.begin(largest_ + largest_ / 4);
}

void Rendition::finish_segment(MediaTime end) {
  auto& segment = *open_;
  segment.plan.end = end;
  const bool has_pictures = picture() != nullptr;
  if (pictures_in_open_ == 0) segment.plan.independent = true;  // sound depends on nothing before
  independent_ = independent_ && segment.plan.independent;
  if (const auto whole = buffer_.whole(); !whole.empty()) {
    segment.media = media_resource(segment.uri, sealed(segment, whole));
    largest_ = std::max(whole.size(), largest_ - largest_ / 8);
    // Parts share the segment's memory, also when it had to be put together.
    std::size_t offset = 0;
    for (std::size_t i = 0; i < segment.parts.size(); ++i) {
      auto& part = segment.parts[i];
      if (!part.media) continue;
      const auto size = part.media->body.size();
      if (part.media->body.data() != whole.data() + offset) {
        part.media = media_resource(traits_->part_uri(segment.plan.sequence, i), whole.slice(offset, size));
      }
      offset += size;
    }
  }
  if (has_pictures && measured_frame_rate_ == 0) {
    const auto seconds = std::chrono::duration<double>(segment.duration()).count();
    if (seconds > 0.5) measured_frame_rate_ = static_cast<double>(pictures_in_open_) / seconds;
  }
  has_i_frames_ = has_i_frames_ || segment.has_i_frame();
  window_.append(std::move(open_));
  list_ = window_.list();
  bandwidth_.measure(window_.listed(), traits_->target_duration);
  i_frame_bandwidth_.measure(window_.listed(), traits_->target_duration,
                             [](const Segment& s) { return s.key_frame.size; });
  finished_.push_back(window_.listed().back());
  settings_.segments.add();
}

// The bytes as they are given out.
SharedBytes Rendition::sealed(Segment& segment, const SharedBytes& whole) const {
  if (!settings_.cipher) return whole;
  const auto sequence = segment.plan.sequence;
  segment.key_line = settings_.cipher->key_line(traits_->name, sequence);
  if (traits_->format == Format::kTs) segment.plain = whole;
  return settings_.cipher->encrypt(traits_->name, sequence, whole);
}

bool Rendition::alive() const {
  if (!active()) return false;
  // Texts may be silent as long as they say so.
  if (traits_->format == Format::kWebVtt) {
    return std::none_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return lane.silent; });
  }
  MediaTime looked_at{0};
  const auto& listed = window_.listed();
  for (auto segment = listed.rbegin(); segment != listed.rend(); ++segment) {
    if ((*segment)->media) return true;
    looked_at += (*segment)->duration();
    if (looked_at >= traits_->target_duration * 3) break;
  }
  return false;
}

const media::Track* Rendition::picture() const {
  const auto input = std::find_if(plan_.inputs.begin(), plan_.inputs.end(),
                                  [](const Input& i) { return i.track.kind() == media::TrackKind::kVideo; });
  return input == plan_.inputs.end() ? nullptr : &input->track;
}

double Rendition::frame_rate() const {
  const auto* const track = picture();
  return track == nullptr ? 0 : track->frame_rate > 0 ? track->frame_rate : measured_frame_rate_;
}

RenditionSnapshotPtr Rendition::snapshot(std::uint64_t next_sequence) const {
  auto made = std::make_shared<RenditionSnapshot>();
  made->traits = traits_;
  made->segments = list_;
  if (open_ && !open_->parts.empty()) made->open = std::make_shared<const Segment>(*open_);
  made->next_sequence = open_            ? open_->plan.sequence
                        : parts_.empty() ? next_sequence
                                         : parts_.front().segment->sequence;
  made->independent = independent_;
  made->has_i_frames = has_i_frames_;
  made->ready = !window_.listed().empty();
  made->alive = alive();
  return made;
}

ResourcePtr Rendition::media_resource(const std::string& uri, SharedBytes body) const {
  auto resource = std::make_shared<Resource>();
  resource->body = std::move(body);
  switch (traits_->format) {
    case Format::kFmp4:
      resource->content_type = picture() == nullptr && !plan_.media_attributes.empty() ? "audio/mp4" : "video/mp4";
      break;
    case Format::kTs:
      resource->content_type = "video/mp2t";
      break;
    case Format::kWebVtt:
      resource->content_type = "text/vtt; charset=utf-8";
      break;
  }
  resource->etag = "\"" + uri + "\"";
  resource->cache_control = kForGood;
  return resource;
}

}  // namespace grandstand::hls
