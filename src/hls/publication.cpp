// SPDX-License-Identifier: MIT
// What the packager tells the world: snapshots, multivariant playlists, finished segments.
#include "codec_string.hpp"
#include "packager_state.hpp"
#include "playlist_resource.hpp"
#include "snapshot.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>

namespace grandstand::hls {
namespace {

using media::MediaTime;
using std::chrono::duration_cast;

constexpr int kFewestTargets = 3;  // RFC 8216 6.2.2
// With those that rest.
constexpr std::size_t kMostRenditions = 24;

constexpr int kServiceVersion = 7;  // EXT-X-VERSION that knows caption services of CEA-708 (RFC 8216 section 7)

const char* format_name(Format format) {
  return format == Format::kFmp4 ? "fmp4" : format == Format::kTs ? "ts" : "webvtt";
}

void join(std::vector<std::string>& into, const std::vector<std::string>& codecs) {
  for (const auto& codec : codecs) {
    if (std::find(into.begin(), into.end(), codec) == into.end()) into.push_back(codec);
  }
}

bool in_audio_group(const Rendition& rendition) {
  const auto& plan = rendition.plan();
  return plan.format == Format::kFmp4 && !plan.media_attributes.empty();
}

}  // namespace

// --- renditions ---

Rendition* Packager::State::find(const std::string& name) {
  const auto found = std::find_if(renditions.begin(), renditions.end(),
                                  [&](const auto& rendition) { return rendition->name() == name; });
  return found == renditions.end() ? nullptr : found->get();
}

Rendition& Packager::State::obtain(const RenditionPlan& plan) {
  if (auto* const known = find(plan.name)) return *known;
  const ops::Labels labels{{"channel", channel.value()}, {"container", format_name(plan.format)}};
  Rendition::Settings made;
  made.traits = {.name = plan.name,
                 .format = plan.format,
                 .token = token,
                 .target_duration = target,
                 .low_latency = settings.low_latency,
                 .part_target = {}};
  if (settings.low_latency && plan.format != Format::kWebVtt) {
    made.traits.part_target = duration_cast<MediaTime>(settings.part_duration);
  }
  made.window = std::max<MediaTime>(duration_cast<MediaTime>(settings.window), target * kFewestTargets);
  made.cipher = cipher;
  made.segments = metrics.counter("grandstand_hls_segments_total", "Segments published", labels);
  made.late_samples = metrics.counter("grandstand_hls_late_samples_total",
                                      "Samples that came after their segment was finished", labels);
  renditions.push_back(std::make_unique<Rendition>(std::move(made)));
  return *renditions.back();
}

// Whether nothing that goes on is changed: renditions only come or go, and none that leads comes.
bool Packager::State::keeps_all_of(const Composition& wanted) const {
  bool leads = false;
  for (const auto& plan : wanted.renditions) {
    const auto known = std::find_if(renditions.begin(), renditions.end(),
                                    [&](const auto& rendition) { return rendition->name() == plan.name; });
    const bool active = known != renditions.end() && (*known)->active();
    if (active && (*known)->plan().inputs != plan.inputs) return false;
    const bool leading = std::any_of(plan.inputs.begin(), plan.inputs.end(), [](const Input& i) { return i.lead; });
    if (!active && leading) return false;
    leads = leads || active;
  }
  return leads;
}

Status Packager::State::adopt(Composition wanted, bool seamless) {
  Status outcome = success();
  for (const auto& plan : wanted.renditions) {
    auto& rendition = obtain(plan);
    if (seamless && rendition.active()) {
      rendition.rename(plan);
      continue;
    }
    auto begun = rendition.begin(plan, generation, lead_samples);
    if (!begun && outcome) outcome = begun;
  }
  for (auto& rendition : renditions) {
    const bool goes_on = std::any_of(wanted.renditions.begin(), wanted.renditions.end(),
                                     [&](const RenditionPlan& plan) { return plan.name == rendition->name(); });
    if (!goes_on) rendition->rest();
  }
  const auto place = [&](const auto& rendition) {
    return std::find_if(wanted.renditions.begin(), wanted.renditions.end(),
                        [&](const RenditionPlan& plan) { return plan.name == rendition->name(); }) -
           wanted.renditions.begin();
  };
  std::sort(renditions.begin(), renditions.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  composition = std::move(wanted);
  forget_resting();
  if (published_any) refresh_index();
  return outcome;
}

void Packager::State::forget_resting() {
  while (renditions.size() > kMostRenditions && !renditions.back()->active()) {
    views.erase(renditions.back().get());
    renditions.pop_back();
  }
}

// --- snapshots ---

bool Packager::State::all_ready() const {
  return std::all_of(renditions.begin(), renditions.end(),
                     [](const auto& rendition) { return !rendition->active() || rendition->ready(); });
}

void Packager::State::publish(bool always) {
  bool changed = always;
  bool finished = false;
  std::size_t held = 0;
  for (auto& rendition : renditions) {
    const auto segments = rendition->take_finished();
    for (const auto& segment : segments) tell_observer(*rendition, *segment);
    finished = finished || !segments.empty();
    auto& view = views[rendition.get()];
    if (rendition->take_changed() || !view || always) {
      view = rendition->snapshot(next_sequence);
      changed = true;
    }
    held += rendition->bytes();
  }
  if (!changed) return;
  bytes.set(static_cast<double>(held));
  if (!published_any && !(any_segment && all_ready())) return;
  if (finished) expire_date_ranges();
  if (finished || !published_any) refresh_index();
  published_any = true;
  Snapshot::Content content;
  for (const auto& rendition : renditions) content.renditions.push_back(views[rendition.get()]);
  content.date_ranges = date_range_list;
  content.index = index;
  content.index_ts = index_ts;
  content.target_duration = target;
  content.interruptions = interruptions;
  snapshot.store(std::make_shared<const Snapshot>(std::move(content)));
  bell->ring();
}

void Packager::State::expire_date_ranges() {
  if (date_ranges.empty()) return;
  std::optional<UtcTime> first;
  for (const auto& rendition : renditions) {
    if (!rendition->ready()) continue;
    const auto date = rendition->listed().front()->plan.date;
    first = first ? std::min(*first, date) : date;
  }
  if (first && date_ranges.expire(*first, newest)) date_range_list = date_ranges.list();
}

// --- multivariant playlists ---

void Packager::State::refresh_index() {
  // Who came now would have pictures whose sound is not there yet.
  const bool any_awaited = std::any_of(renditions.begin(), renditions.end(), [](const auto& rendition) {
    return rendition->active() && in_audio_group(*rendition) && !rendition->ready();
  });
  if (index && any_awaited) return;
  const auto browsers = multivariant(false, index);
  index_ts = multivariant(true, index_ts);
  index = browsers ? browsers : index_ts;
}

Variant Packager::State::describe(const Rendition& rendition) const {
  Variant variant;
  variant.uri = rendition.name() + "/media.m3u8";
  variant.peak_bandwidth = rendition.bandwidth().peak();
  variant.average_bandwidth = rendition.bandwidth().average();
  auto codecs = rendition.codecs();
  const bool ts = rendition.plan().format == Format::kTs;
  if (!ts && composition.audio_group) {
    variant.audio_group = "audio";
    std::uint64_t peak = 0, average = 0;
    for (const auto& other : renditions) {
      if (!other->active() || !in_audio_group(*other)) continue;
      join(codecs, other->codecs());
      peak = std::max(peak, other->bandwidth().peak());
      average = std::max(average, other->bandwidth().average());
    }
    if (rendition.picture() != nullptr) {
      variant.peak_bandwidth += peak;
      variant.average_bandwidth += average;
    }
  }
  for (const auto& other : renditions) {
    if (ts || other->plan().format != Format::kWebVtt || !other->ready() || !other->alive()) continue;
    variant.subtitle_group = "text";
    join(codecs, other->codecs());
  }
  for (const auto& codec : codecs) variant.codecs += (variant.codecs.empty() ? "" : ",") + codec;
  if (const auto* const picture = rendition.picture()) {
    variant.width = picture->width;
    variant.height = picture->height;
    variant.frame_rate = rendition.frame_rate();
    if (!composition.captions.empty()) variant.caption_group = "captions";
  }
  return variant;
}

Variant Packager::State::describe_i_frames(const Rendition& rendition) const {
  const auto& picture = *rendition.picture();
  Variant variant;
  variant.uri = rendition.name() + "/iframes.m3u8";
  variant.peak_bandwidth = rendition.i_frame_bandwidth().peak();
  variant.average_bandwidth = rendition.i_frame_bandwidth().average();
  variant.codecs = codec_string(picture);
  variant.width = picture.width;
  variant.height = picture.height;
  return variant;
}

void Packager::State::list_media(MultivariantPlaylist& playlist) const {
  for (const auto& rendition : renditions) {
    const auto& attributes = rendition->plan().media_attributes;
    if (attributes.empty() || !rendition->ready()) continue;
    if (rendition->plan().format == Format::kWebVtt && !rendition->alive()) continue;
    playlist.media.push_back({attributes, rendition->name() + "/media.m3u8"});
  }
}

// Null: there is nothing to offer. A rendition that has had no media for a while is not offered, unless it is the only
// one.
ResourcePtr Packager::State::multivariant(bool ts, const ResourcePtr& former) const {
  MultivariantPlaylist playlist;
  playlist.version = playlist_version(ts ? Format::kTs : Format::kFmp4);
  if (!ts) list_media(playlist);
  bool pictures = false;
  for (const bool only_alive : {true, false}) {
    for (const auto& rendition : renditions) {
      const auto& plan = rendition->plan();
      if (!rendition->ready() || !plan.is_variant || (plan.format == Format::kTs) != ts) continue;
      if (only_alive && !rendition->alive()) continue;
      playlist.variants.push_back(describe(*rendition));
      if (rendition->picture() != nullptr && rendition->has_i_frames())
        playlist.i_frames.push_back(describe_i_frames(*rendition));
      playlist.independent = playlist.independent && rendition->independent();
      pictures = pictures || rendition->picture() != nullptr;
    }
    if (!playlist.variants.empty()) break;
  }
  if (playlist.variants.empty()) return nullptr;
  if (pictures) {
    for (const auto& captions : composition.captions) {
      playlist.media.push_back({captions, {}});
      if (captions.find("INSTREAM-ID=\"SERVICE") != std::string::npos) playlist.version = kServiceVersion;
    }
  }
  auto text = write_multivariant_playlist(playlist);
  return former && former->body.view() == text ? former : playlist_resource(std::move(text));
}

// --- the observer ---

void Packager::State::tell_observer(const Rendition& rendition, const Segment& segment) {
  if (observer == nullptr) return;
  auto& description = told[rendition.name()];
  // What rests stays what it was.
  if (!rendition.active() && description) return tell_observer(description, segment);
  const auto& plan = rendition.plan();
  auto attributes = plan.is_variant ? stream_attributes(describe(rendition)) : plan.media_attributes;
  auto captions = plan.is_variant && rendition.picture() ? composition.captions : std::vector<std::string>();
  if (!description || description->generation != rendition.generation() || description->attributes != attributes ||
      description->captions != captions) {
    const char* const group = plan.format == Format::kWebVtt ? "text" : "audio";
    description =
        std::make_shared<const RenditionDescription>(RenditionDescription{.name = rendition.name(),
                                                                          .kind = plan.is_variant ? "variant" : group,
                                                                          .container = format_name(plan.format),
                                                                          .attributes = std::move(attributes),
                                                                          .generation = rendition.generation(),
                                                                          .captions = std::move(captions)});
  }
  tell_observer(description, segment);
}

void Packager::State::tell_observer(const std::shared_ptr<const RenditionDescription>& description,
                                    const Segment& segment) {
  observer->on_segment({.channel = channel,
                        .rendition = description,
                        .sequence = segment.plan.sequence,
                        .discontinuity_sequence = segment.plan.discontinuity_sequence,
                        .discontinuity = segment.plan.discontinuity,
                        .independent = segment.plan.independent,
                        .date = segment.plan.date,
                        .duration = segment.duration(),
                        .target_duration = target,
                        .uri = segment.uri,
                        .media = segment.media,
                        .init_uri = segment.init_uri,
                        .init = segment.init,
                        .key_line = segment.key_line,
                        .date_ranges = date_range_list});
}

}  // namespace grandstand::hls
