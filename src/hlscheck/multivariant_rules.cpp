// SPDX-License-Identifier: MIT
#include "snapshot_rules.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <set>

namespace grandstand::hlscheck {
namespace {

// std::regex recurses over its text, which is a stranger's.
bool matches(const std::string& text, const std::regex& pattern) {
  constexpr std::size_t kLongest = 100;
  return text.size() <= kLongest && std::regex_match(text, pattern);
}

bool has_video(const Tag& variant) {
  const auto codecs = variant.attributes.text("CODECS");
  if (codecs.empty()) return variant.attributes.has("RESOLUTION");
  for (const char* video : {"avc", "hvc", "hev", "dvh", "av01", "vp09", "vvc"}) {
    if (codecs.find(video) != std::string::npos) return true;
  }
  return false;
}

void check_groups(const Playlist& playlist, const Tag& variant, Findings& findings) {
  constexpr std::array<std::pair<const char*, const char*>, 4> kGroups = {
      {{"AUDIO", "AUDIO"}, {"VIDEO", "VIDEO"}, {"SUBTITLES", "SUBTITLES"}, {"CLOSED-CAPTIONS", "CLOSED-CAPTIONS"}}};
  for (const auto& [attribute, type] : kGroups) {
    const auto* group = variant.attributes.find(attribute);
    if (!group || (!group->quoted && group->value == "NONE")) continue;
    const bool found = std::ranges::any_of(playlist.renditions, [&](const Tag& rendition) {
      return rendition.attributes.text("TYPE") == type && rendition.attributes.text("GROUP-ID") == group->value;
    });
    if (!found) {
      findings.must(33, playlist.at(variant.line), std::string(attribute) + " names the group '" + group->value + "'",
                    "a group that EXT-X-MEDIA tags of that TYPE make");
    }
  }
}

void check_variant(const Playlist& playlist, const Tag& variant, Findings& findings) {
  static const std::regex resolution("[1-9][0-9]*x[1-9][0-9]*");
  const auto place = playlist.at(variant.line);
  const auto& attributes = variant.attributes;
  const auto name = "the variant in line " + std::to_string(variant.line);
  if (attributes.integer("BANDWIDTH").value_or(0) <= 0) {
    findings.must(33, place, name + " has no BANDWIDTH", "BANDWIDTH in bits per second");
  }
  const auto average = attributes.integer("AVERAGE-BANDWIDTH");
  if (!average) {
    findings.should(33, place, name + " has no AVERAGE-BANDWIDTH", "AVERAGE-BANDWIDTH in bits per second");
  } else if (*average > attributes.integer("BANDWIDTH").value_or(*average)) {
    findings.must(33, place, name + ": AVERAGE-BANDWIDTH is above BANDWIDTH", "an average that is at most the peak");
  }
  if (!attributes.has("CODECS")) findings.should(33, place, name + " has no CODECS", "CODECS with every format");
  if (attributes.has("RESOLUTION") && !matches(attributes.text("RESOLUTION"), resolution)) {
    findings.must(33, place, name + ": RESOLUTION is '" + attributes.text("RESOLUTION") + "'", "<width>x<height>");
  }
  check_groups(playlist, variant, findings);
  if (!has_video(variant)) return;
  if (!attributes.has("RESOLUTION")) findings.should(33, place, name + " has no RESOLUTION", "RESOLUTION of a picture");
  if (variant.name == "EXT-X-I-FRAME-STREAM-INF") return;
  if (!attributes.has("FRAME-RATE")) findings.should(33, place, name + " has no FRAME-RATE", "FRAME-RATE of a picture");
  if (!attributes.has("CLOSED-CAPTIONS")) {
    findings.should(33, place, name + " has no CLOSED-CAPTIONS", "CLOSED-CAPTIONS=NONE or a group");
  }
}

void check_rendition(const Playlist& playlist, const Tag& tag, Findings& findings) {
  static const std::regex language("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*|[xXiI](-[A-Za-z0-9]{1,8})+");
  static const std::regex instream("CC[1-4]|SERVICE([1-9]|[1-5][0-9]|6[0-3])");
  const auto place = playlist.at(tag.line);
  const auto& attributes = tag.attributes;
  const auto type = attributes.text("TYPE");
  const auto name = "the rendition '" + attributes.text("NAME") + "' in line " + std::to_string(tag.line);
  for (const char* needed : {"TYPE", "GROUP-ID", "NAME"}) {
    if (attributes.text(needed).empty())
      findings.must(37, place, name + " has no " + needed, "TYPE, GROUP-ID and NAME");
  }
  if (!attributes.has("LANGUAGE")) {
    if (type != "VIDEO") findings.should(37, place, name + " has no LANGUAGE", "LANGUAGE as a tag of BCP 47");
  } else if (!matches(attributes.text("LANGUAGE"), language)) {
    findings.must(37, place, name + ": LANGUAGE is '" + attributes.text("LANGUAGE") + "'",
                  "LANGUAGE as a tag of BCP 47");
  }
  if (attributes.yes("DEFAULT") && attributes.text("AUTOSELECT") == "NO") {
    findings.must(37, place, name + " is DEFAULT but not AUTOSELECT", "AUTOSELECT=YES or none with DEFAULT=YES");
  }
  if (attributes.has("FORCED") && type != "SUBTITLES") {
    findings.must(37, place, name + " has FORCED", "FORCED only with TYPE=SUBTITLES");
  }
  if (type == "AUDIO" && !attributes.has("CHANNELS")) {
    findings.should(37, place, name + " has no CHANNELS", "CHANNELS of audio renditions");
  }
  if (type == "SUBTITLES" && tag.url.empty()) findings.must(37, place, name + " has no URI", "URI of subtitles");
  if (type == "CLOSED-CAPTIONS") {
    if (!matches(attributes.text("INSTREAM-ID"), instream)) {
      findings.must(37, place, name + ": INSTREAM-ID is '" + attributes.text("INSTREAM-ID") + "'",
                    "CC1 to CC4 or SERVICE1 to SERVICE63");
    }
    if (!tag.url.empty()) findings.must(37, place, name + " has a URI", "no URI of closed captions");
  }
}

void check_rendition_groups(const Playlist& playlist, Findings& findings) {
  std::map<std::string, int> defaults;
  std::set<std::string> names;
  for (const auto& tag : playlist.renditions) {
    check_rendition(playlist, tag, findings);
    const auto group = tag.attributes.text("TYPE") + " '" + tag.attributes.text("GROUP-ID") + "'";
    if (tag.attributes.yes("DEFAULT") && ++defaults[group] > 1) {
      findings.must(37, playlist.at(tag.line), "the group " + group + " has two defaults", "one default of a group");
    }
    if (!names.insert(group + tag.attributes.text("NAME")).second) {
      findings.must(37, playlist.at(tag.line), "the group " + group + " has two renditions of one NAME",
                    "different names in a group");
    }
  }
}

}  // namespace

void check_multivariant(const Playlist& playlist, Findings& findings) {
  std::set<std::int64_t> rates;
  bool video = false;
  for (const auto& variant : playlist.variants) {
    check_variant(playlist, variant, findings);
    rates.insert(variant.attributes.integer("BANDWIDTH").value_or(0));
    video |= has_video(variant);
  }
  for (const auto& variant : playlist.iframe_variants) {
    check_variant(playlist, variant, findings);
    if (variant.url.empty()) {
      findings.must(38, playlist.at(variant.line), "an I-frame playlist without URI", "URI of the I-frame playlist");
    }
  }
  check_rendition_groups(playlist, findings);
  if (playlist.variants.empty()) {
    findings.must(33, playlist.at(), "there is no EXT-X-STREAM-INF", "a variant at least");
  }
  if (!playlist.independent_segments) {
    findings.should(36, playlist.at(), "EXT-X-INDEPENDENT-SEGMENTS is missing", "EXT-X-INDEPENDENT-SEGMENTS");
  }
  if (rates.size() == 1) findings.should(36, playlist.at(), "there is one bit rate", "several bit rates");
  if (video && playlist.iframe_variants.empty()) {
    findings.should(38, playlist.at(), "there is no I-frame playlist", "EXT-X-I-FRAME-STREAM-INF");
  }
}

}  // namespace grandstand::hlscheck
