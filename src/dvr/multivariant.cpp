// SPDX-License-Identifier: MIT
// The playlist over a channel's renditions, of a stretch of its past.
#include "playlists.hpp"
#include "selection.hpp"

#include <algorithm>

namespace grandstand::dvr {
namespace {

struct Part {
  std::string name;
  ReelHead head;
  BitRates bit_rates;
  bool has_media = false;  // not only gaps
  bool independent = true;
};

// GROUP-ID="x" -> x
std::string_view group_of(std::string_view attributes) {
  constexpr std::string_view kName = "GROUP-ID=\"";
  const auto at = attributes.find(kName);
  if (at == std::string_view::npos) return {};
  const auto rest = attributes.substr(at + kName.size());
  return rest.substr(0, rest.find('"'));
}

// Without ATTRIBUTE="group" of groups that nobody here belongs to: the archive has none of their renditions.
std::string without_empty_groups(std::string attributes, const std::vector<std::string>& groups) {
  for (const std::string_view name : {"AUDIO", "SUBTITLES", "VIDEO"}) {
    const auto opening = "," + std::string(name) + "=\"";
    const auto at = attributes.find(opening);
    if (at == std::string::npos) continue;
    const auto close = attributes.find('"', at + opening.size());
    if (close == std::string::npos) continue;
    const auto group = attributes.substr(at + opening.size(), close - at - opening.size());
    if (std::find(groups.begin(), groups.end(), group) != groups.end()) continue;
    attributes.erase(at, close + 1 - at);
  }
  return attributes;
}

// Where it stands already.
void set_value(std::string& attributes, std::string_view name, const std::string& value) {
  const auto opening = "," + std::string(name) + "=";
  auto at = ("," + attributes).find(opening);
  if (at == std::string::npos) return;
  at += opening.size() - 1;
  attributes.replace(at, std::min(attributes.find(',', at), attributes.size()) - at, value);
}

void set_number(std::string& attributes, std::string_view name, std::uint64_t value) {
  if (value > 0) set_value(attributes, name, std::to_string(value));
}

std::string query_of(const Stretch& stretch) {
  switch (stretch.kind) {
    case Stretch::Kind::kKept:
      return "dvr.m3u8";
    case Stretch::Kind::kDelayed:
      return "timeshift.m3u8?delay=" + std::to_string(stretch.delay.count());
    case Stretch::Kind::kRange:
      break;
  }
  std::string query = "archive.m3u8?start=" + to_rfc3339(stretch.start);
  if (stretch.duration.count() > 0) query += "&duration=" + std::to_string(stretch.duration.count());
  return query;
}

// What says how the renditions are: the whole of a range; of a list that goes on what it has had lately.
Window what_counts(const RenditionShelves& renditions, const Stretch& stretch, UtcTime now) {
  if (stretch.kind == Stretch::Kind::kRange) return {stretch.start, end_of(stretch)};
  const auto until = stretch.kind == Stretch::Kind::kDelayed ? now - stretch.delay : UtcTime::max();
  UtcTime newest{};
  for (const auto& [name, rendition] : renditions) {
    const auto selection = select_last(*rendition, std::chrono::seconds(1), until, now);
    if (!selection.empty()) newest = std::max(newest, selection.end());
  }
  return {newest - kLate, newest};
}

// What the rendition is for most of the selection; the slate at its end, or the programme before, is not it. Of no
// media at all: what it was last.
void describe(Part& part, const Selection& selection) {
  std::chrono::microseconds longest{0};
  part.head = selection.pieces.back().contents->head;
  for (const auto& piece : selection.pieces) {
    std::chrono::microseconds media{0};
    for (auto i = piece.first; i < piece.last; ++i) {
      if (piece.contents->at(i).size > 0) media += piece.contents->at(i).length();
    }
    if (media.count() == 0 || media < longest) continue;
    longest = media;
    part.head = piece.contents->head;
    part.has_media = true;
  }
}

// What the rendition is in that stretch; nothing when it has none of it.
std::optional<Part> part_of(const RenditionShelf& rendition, const Stretch& stretch, const Window& window,
                            UtcTime now) {
  const auto counts = select_range(rendition, window.from, window.to, now);
  const auto whole = stretch.kind == Stretch::Kind::kKept ? select_listed(rendition, now) : counts;
  if (counts.empty() || whole.empty()) return std::nullopt;
  const auto half = std::chrono::microseconds(std::chrono::seconds(rendition.target_duration.load())) / 2;
  Part part;
  part.name = rendition.name;
  part.bit_rates = whole.bit_rates(half);
  part.independent = whole.independent();
  describe(part, counts);
  return part;
}

// What the rendition has in this stretch instead of what it had live; a variant with sound of its own is as much as the
// two together (RFC 8216 4.3.4.2).
std::string with_bit_rates(std::string attributes, BitRates bit_rates, const std::vector<Part>& others) {
  BitRates sound;
  for (const auto& part : others) {
    const auto group = ",AUDIO=\"" + std::string(group_of(part.head.attributes)) + "\"";
    if (part.head.kind != "audio" || attributes.find(group) == std::string::npos) continue;
    sound.peak = std::max(sound.peak, part.bit_rates.peak);
    sound.average = std::max(sound.average, part.bit_rates.average);
  }
  if (attributes.find(",RESOLUTION=") == std::string::npos) sound = {};
  set_number(attributes, "AVERAGE-BANDWIDTH", bit_rates.average + sound.average);
  set_number(attributes, "BANDWIDTH", bit_rates.peak + sound.peak);
  return attributes;
}

}  // namespace

Result<hls::ResourcePtr> make_multivariant_playlist(const ChannelShelf& channel, const Question& question,
                                                    UtcTime now) {
  std::vector<Part> variants;
  std::vector<Part> others;
  const auto renditions = channel.renditions.load();
  const auto window = what_counts(*renditions, question.stretch, now);
  for (const auto& [name, rendition] : *renditions) {
    auto part = part_of(*rendition, question.stretch, window, now);
    if (!part) continue;
    if (part->head.kind != "variant") {
      if (part->has_media) others.push_back(std::move(*part));
    } else if (part->head.container == question.container) {
      variants.push_back(std::move(*part));
    }
  }
  if (variants.empty()) {
    const bool range = question.stretch.kind == Stretch::Kind::kRange;
    return range ? nothing_there(channel, question.stretch, now) : nothing_there(channel);
  }
  // As live: what has no media is offered only where there is nothing else.
  if (std::any_of(variants.begin(), variants.end(), [](const Part& variant) { return variant.has_media; })) {
    std::erase_if(variants, [](const Part& variant) { return !variant.has_media; });
  }
  std::string media;
  std::vector<std::string> groups;
  bool independent =
      std::all_of(variants.begin(), variants.end(), [](const Part& variant) { return variant.independent; });
  const auto tail = query_of(question.stretch);
  for (const auto& part : others) {
    const auto group = std::string(group_of(part.head.attributes));
    const bool wanted = std::any_of(variants.begin(), variants.end(), [&](const Part& variant) {
      return variant.head.attributes.find("=\"" + group + "\"") != std::string::npos;
    });
    if (!wanted) continue;
    groups.push_back(group);
    independent = independent && part.independent;
    media += "#EXT-X-MEDIA:" + part.head.attributes + ",URI=\"" + part.name + "/" + tail + "\"\n";
  }
  std::vector<std::string> captions;
  for (const auto& variant : variants) {
    for (const auto& one : variant.head.captions) {
      if (std::find(captions.begin(), captions.end(), one) != captions.end()) continue;
      media += "#EXT-X-MEDIA:" + one + "\n";
      captions.push_back(one);
    }
  }
  // All variants with pictures have the same, or none has any (RFC 8216 4.3.4.2).
  const auto group = captions.empty() ? "NONE" : "\"" + std::string(group_of(captions.front())) + "\"";
  for (auto& variant : variants) set_value(variant.head.attributes, "CLOSED-CAPTIONS", group);
  const bool services = media.find("INSTREAM-ID=\"SERVICE") != std::string::npos;
  const char* const version = services ? "7" : question.container == "fmp4" ? "6" : "3";  // RFC 8216 section 7
  std::string text = "#EXTM3U\n#EXT-X-VERSION:" + std::string(version) + "\n";
  if (independent) text += "#EXT-X-INDEPENDENT-SEGMENTS\n";
  text += media;
  for (const auto& part : variants) {
    text += "#EXT-X-STREAM-INF:" +
            with_bit_rates(without_empty_groups(part.head.attributes, groups), part.bit_rates, others) + "\n" +
            part.name + "/" + tail + "\n";
  }
  GzipPieces out;
  out.append(text);
  const auto piece = compress_piece(text);
  return to_resource(out, "multivariant-" + std::to_string(piece.checksum), false);
}

}  // namespace grandstand::dvr
