// SPDX-License-Identifier: MIT
#include "composition.hpp"

#include "language.hpp"
#include "ts_tables.hpp"

#include <grandstand/media/cc_data.hpp>

#include <algorithm>

namespace grandstand::hls {
namespace {

using media::Codec;
using media::Track;
using media::TrackKind;

bool fits_fmp4(Codec codec) {
  return codec == Codec::kH264 || codec == Codec::kHevc || codec == Codec::kAv1 || codec == Codec::kAac ||
         codec == Codec::kOpus;
}

bool fits_ts(Codec codec) {
  return codec == Codec::kH264 || codec == Codec::kHevc || codec == Codec::kAac || codec == Codec::kMp2 ||
         codec == Codec::kAc3 || codec == Codec::kEac3;
}

// A name that no other has: "audio-eng", "audio-eng-2".
std::string untaken(std::string name, const char* separator, std::vector<std::string>& taken) {
  const auto base = name;
  for (int n = 2; std::find(taken.begin(), taken.end(), name) != taken.end(); ++n) {
    name = base + separator + std::to_string(n);
  }
  taken.push_back(name);
  return name;
}

// Playlists and folders are made of these: nothing that a source says may break them.
std::string folder_part(std::string_view language) {
  if (describe_language(language).tag.empty()) return {};
  std::string folder(language);
  for (auto& letter : folder) letter = static_cast<char>(letter | 0x20);
  return folder;
}

class Composer {
 public:
  Composer(const media::TrackSet& tracks, std::span<const Track> derived, bool sound_apart) : derived_(derived) {
    made_.sound_apart = sound_apart;
    lead_ = tracks.video();
    for (const auto& track : tracks.tracks) gather(track);
    for (const auto& track : derived) {
      if (track.kind() == TrackKind::kVideo) pictures_.push_back({track, true, false});
      if (track.codec == Codec::kWebVtt) texts_.push_back({track, true, false});
    }
  }

  Composition compose(std::span<const Container> containers) {
    const auto wants = [&](Container container) {
      return std::find(containers.begin(), containers.end(), container) != containers.end();
    };
    if (wants(Container::kFmp4)) add_fmp4();
    if (wants(Container::kTs)) add_ts();
    return std::move(made_);
  }

 private:
  void gather(const Track& track) {
    if (track.kind() == TrackKind::kVideo) pictures_.push_back({track, false, &track == lead_});
    if (track.kind() == TrackKind::kAudio) sounds_.push_back({track, false, false});
    if (track.codec == Codec::kWebVtt) texts_.push_back({track, false, false});
    if (track.codec == Codec::kTeletext || track.codec == Codec::kDvbSubtitle)
      subtitles_.push_back({track, false, false});
    if (track.codec == Codec::kCea608) add_captions(track);
  }
  void add_fmp4();
  void add_ts();
  void add_captions(const Track& track);
  void add_media(const Input& input, bool first);
  std::vector<Input> browser_sounds() const;

  std::span<const Track> derived_;
  const Track* lead_ = nullptr;
  std::vector<Input> pictures_, sounds_, texts_, subtitles_;
  std::vector<std::string> folders_, audio_names_, text_names_, caption_names_;
  Composition made_;
};

// Each sound as it is where fMP4 can carry it, else what was made of it.
std::vector<Input> Composer::browser_sounds() const {
  std::vector<Input> chosen;
  for (const auto& sound : sounds_) {
    if (fits_fmp4(sound.track.codec)) {
      chosen.push_back(sound);
      continue;
    }
    const auto substitute = std::find_if(derived_.begin(), derived_.end(), [&](const Track& track) {
      return track.kind() == TrackKind::kAudio && track.id == sound.track.id && fits_fmp4(track.codec);
    });
    if (substitute != derived_.end()) chosen.push_back({*substitute, true, false});
  }
  return chosen;
}

void Composer::add_fmp4() {
  std::vector<Input> pictures;
  std::copy_if(pictures_.begin(), pictures_.end(), std::back_inserter(pictures),
               [](const Input& input) { return fits_fmp4(input.track.codec); });
  const auto sounds = browser_sounds();
  // A programme whose pictures nobody can carry is not a radio programme.
  if ((pictures.empty() && lead_ != nullptr) || (pictures.empty() && sounds.empty())) return;
  made_.sound_apart = made_.sound_apart || pictures.size() > 1 || sounds.size() > 1;
  if (!made_.sound_apart) {
    auto inputs = pictures;
    inputs.insert(inputs.end(), sounds.begin(), sounds.end());
    made_.renditions.push_back(
        {.name = untaken("fmp4", "-", folders_), .inputs = std::move(inputs), .media_attributes = {}});
  } else {
    for (const auto& picture : pictures) {
      auto name = folders_.empty() ? "fmp4" : "fmp4-" + std::to_string(picture.track.height) + "p";
      made_.renditions.push_back(
          {.name = untaken(std::move(name), "-", folders_), .inputs = {picture}, .media_attributes = {}});
    }
    made_.audio_group = !sounds.empty();
    bool first = true;
    for (const auto& sound : sounds) {
      add_media(sound, first);
      made_.renditions.back().is_variant = pictures.empty() && first;
      first = false;
    }
  }
  made_.subtitle_group = !texts_.empty() && !pictures.empty();
  if (!made_.subtitle_group) return;
  for (const auto& text : texts_) add_media(text, false);
}

void Composer::add_media(const Input& input, bool first) {
  const auto& track = input.track;
  const bool text = track.kind() == TrackKind::kText;
  auto& names = text ? text_names_ : audio_names_;
  const auto language = describe_language(track.language);
  const std::string prefix = text ? "text-" : "audio-";
  const auto folder = folder_part(track.language);
  RenditionPlan plan;
  plan.format = text ? Format::kWebVtt : Format::kFmp4;
  plan.inputs = {input};
  plan.is_variant = false;
  plan.name = untaken(prefix + (folder.empty() ? std::to_string(names.size() + 1) : folder), "-", folders_);
  auto title = language.name.empty() ? (text ? "Subtitles" : "Audio") : language.name;
  if (!text && track.visual_impaired) title += " (audio description)";
  if (track.hearing_impaired) title += text ? " (hard of hearing)" : " (clear speech)";
  auto& out = plan.media_attributes;
  out = std::string("TYPE=") + (text ? "SUBTITLES" : "AUDIO") + ",GROUP-ID=\"" + (text ? "text" : "audio") + "\"";
  if (!language.tag.empty()) out += ",LANGUAGE=\"" + language.tag + "\"";
  out += ",NAME=\"" + untaken(std::move(title), " ", names) + "\"";
  out += first ? ",DEFAULT=YES" : ",DEFAULT=NO";
  // Descriptions are for those who ask for them.
  out += track.visual_impaired ? ",AUTOSELECT=NO" : ",AUTOSELECT=YES";
  if (text) out += ",FORCED=NO";
  if (!text && track.channels > 0) out += ",CHANNELS=\"" + std::to_string(track.channels) + "\"";
  if (!text && track.visual_impaired) out += ",CHARACTERISTICS=\"public.accessibility.describes-video\"";
  if (text && track.hearing_impaired) {
    out +=
        ",CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,"
        "public.accessibility.describes-music-and-sound\"";
  }
  made_.renditions.push_back(std::move(plan));
}

void Composer::add_captions(const Track& track) {
  const auto language = describe_language(track.language);
  const int service = media::cea708_service(track);
  const auto id =
      service > 0 ? "SERVICE" + std::to_string(service) : "CC" + std::to_string(std::clamp(track.page, 1, 4));
  const std::string name = !language.name.empty() ? language.name : service > 0 ? "Digital captions" : "Captions";
  std::string out = "TYPE=CLOSED-CAPTIONS,GROUP-ID=\"captions\"";
  if (!language.tag.empty()) out += ",LANGUAGE=\"" + language.tag + "\"";
  out += ",NAME=\"" + untaken(name, " ", caption_names_) + "\"";
  out += ",DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID=\"" + id + "\"";
  made_.captions.push_back(std::move(out));
}

// The best pictures that it can carry with the sounds and subtitles as they arrived: as many as the PMT has room for,
// sounds first.
void Composer::add_ts() {
  std::vector<Input> inputs;
  const auto picture =
      std::find_if(pictures_.begin(), pictures_.end(), [](const Input& input) { return fits_ts(input.track.codec); });
  if (picture == pictures_.end() && lead_ != nullptr) return;
  if (picture != pictures_.end()) inputs.push_back(*picture);
  std::copy_if(sounds_.begin(), sounds_.end(), std::back_inserter(inputs),
               [](const Input& input) { return fits_ts(input.track.codec); });
  if (inputs.empty()) return;
  inputs.insert(inputs.end(), subtitles_.begin(), subtitles_.end());
  if (inputs.size() > kLargestStreamCount) inputs.resize(kLargestStreamCount);
  made_.renditions.push_back(
      {.name = "ts", .format = Format::kTs, .inputs = std::move(inputs), .media_attributes = {}});
}

}  // namespace

Composition compose(std::span<const Container> containers, const media::TrackSet& tracks,
                    std::span<const Track> derived, bool sound_apart) {
  return Composer(tracks, derived, sound_apart).compose(containers);
}

}  // namespace grandstand::hls
