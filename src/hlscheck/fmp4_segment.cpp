// SPDX-License-Identifier: MIT
#include "elementary_stream.hpp"
#include "segment_media.hpp"

#include <grandstand/media/aac_config.hpp>

#include <algorithm>

namespace grandstand::hlscheck {
namespace {

constexpr std::size_t kMaxSamples = 100'000;
constexpr std::uint32_t kNotSync = 0x10000;  // sample_is_non_sync_sample

// Reads big-endian numbers; past the end it gives zeros and ok() is false.
class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}
  std::uint64_t number(std::size_t width) {
    std::uint64_t value = 0;
    if (bytes_.size() < width) {
      ok_ = false;
      bytes_ = {};
      return 0;
    }
    for (std::size_t i = 0; i < width; ++i) value = value << 8 | bytes_[i];
    bytes_ = bytes_.subspan(width);
    return value;
  }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::int32_t i32() { return static_cast<std::int32_t>(u32()); }
  void skip(std::size_t count) {
    ok_ &= count <= bytes_.size();
    bytes_ = bytes_.subspan(std::min(count, bytes_.size()));
  }
  Bytes rest() const { return bytes_; }
  bool ok() const { return ok_; }

 private:
  Bytes bytes_;
  bool ok_ = true;
};

struct Box {
  std::string_view type;
  Bytes body;
  std::size_t offset = 0;  // of the whole box in what was walked
};

// Calls `visit(box)` for each box (ISO/IEC 14496-12 4.2); false when the sizes contradict the bytes.
template <class Visit>
bool for_each_box(Bytes bytes, Visit visit) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto rest = bytes.subspan(at);
    if (rest.size() < 8) return false;
    Reader in(rest);
    std::uint64_t size = in.u32();
    const std::string_view type(reinterpret_cast<const char*>(rest.data() + 4), 4);
    std::size_t header = 8;
    if (size == 1 && rest.size() >= 16) {
      in.skip(4);
      size = in.number(8);
      header = 16;
    } else if (size == 0) {
      size = rest.size();
    }
    if (size < header || size > rest.size()) return false;
    visit(Box{type, rest.subspan(header, static_cast<std::size_t>(size) - header), at});
    at += static_cast<std::size_t>(size);
  }
  return true;
}

Bytes find_box(Bytes bytes, std::string_view type) {
  Bytes found;
  for_each_box(bytes, [&](const Box& box) {
    if (box.type == type && found.empty()) found = box.body;
  });
  return found;
}

// The object type of an esds box (ISO/IEC 14496-14 5.6): the descriptors 3, 4 and 5 one in the other.
std::string aac_codec(Bytes esds) {
  Reader in(esds);
  in.skip(4);
  const auto descriptor = [&](int tag) {
    if (static_cast<int>(in.number(1)) != tag) return false;
    while (in.ok() && (in.number(1) & 0x80)) {
    }
    return in.ok();
  };
  if (!descriptor(3)) return "mp4a.40";
  in.skip(2);
  const auto flags = in.number(1);
  if (flags & 0x80) in.skip(2);
  if (flags & 0x20) in.skip(2);
  if (!descriptor(4)) return "mp4a.40";
  const auto object_type = in.number(1);
  in.skip(12);
  if (object_type != 0x40) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    return std::string("mp4a.") + kHex[object_type >> 4 & 15] + kHex[object_type & 15];
  }
  if (!descriptor(5)) return "mp4a.40";
  const auto config = media::parse_aac_config(in.rest());
  return "mp4a.40" + (config ? "." + std::to_string(config->object_type) : std::string());
}

void read_avc_config(Bytes config, InitSection::Track& track) {
  if (config.size() < 8) return;
  track.nal_length_size = (config[4] & 3) + 1;
  const std::size_t length = static_cast<std::size_t>(config[6]) << 8 | config[7];
  if ((config[5] & 0x1F) == 0 || 8 + length > config.size()) return;
  if (const auto shape = read_avc_shape(config.subspan(8, length))) {
    track.track.codec = "avc1" + shape->codec.substr(4);
    track.track.interlaced = shape->interlaced;
  }
}

void read_hevc_config(std::string_view entry, Bytes config, InitSection::Track& track) {
  if (config.size() < 23) return;
  track.nal_length_size = (config[21] & 3) + 1;
  track.track.codec = std::string(entry) + "." + hevc_profile_text(config.subspan(1, 12));
  track.track.interlaced = (config[6] & 0x40) != 0 && (config[6] & 0x80) == 0;
}

void read_av1_config(Bytes config, InitSection::Track& track) {
  if (config.size() < 4) return;
  const int level = config[1] & 31;
  track.track.codec = "av01." + std::to_string(config[1] >> 5) + "." + (level < 10 ? "0" : "") + std::to_string(level) +
                      (config[2] & 0x80 ? "H" : "M") + (config[2] & 0x40 ? ".10" : ".08");
}

void read_sample_entry(Bytes stsd, InitSection::Track& track) {
  if (stsd.size() < 8) return;
  for_each_box(stsd.subspan(8), [&](const Box& box) {
    if (!track.track.codec.empty()) return;
    track.track.codec = box.type;
    const bool video = track.track.video();
    const std::size_t fields = video ? 78 : track.track.audio() ? 28 : box.body.size();
    if (box.body.size() < fields) return;
    const auto extensions = box.body.subspan(fields);
    if (box.type == "avc1" || box.type == "avc3") read_avc_config(find_box(extensions, "avcC"), track);
    if (box.type == "hvc1" || box.type == "hev1") read_hevc_config(box.type, find_box(extensions, "hvcC"), track);
    if (box.type == "av01") read_av1_config(find_box(extensions, "av1C"), track);
    if (box.type == "mp4a") track.track.codec = aac_codec(find_box(extensions, "esds"));
    if (box.type == "Opus") track.track.codec = "opus";
  });
}

InitSection::Track read_track(Bytes trak) {
  InitSection::Track track;
  Reader tkhd(find_box(trak, "tkhd"));
  tkhd.skip(tkhd.rest().size() > 0 && tkhd.rest()[0] == 1 ? 20 : 12);
  track.track.id = tkhd.u32();
  const auto mdia = find_box(trak, "mdia");
  Reader mdhd(find_box(mdia, "mdhd"));
  mdhd.skip(mdhd.rest().size() > 0 && mdhd.rest()[0] == 1 ? 20 : 12);
  track.track.timescale = std::max<std::int64_t>(1, mdhd.u32());
  Reader hdlr(find_box(mdia, "hdlr"));
  hdlr.skip(8);
  const auto handler = hdlr.u32();
  if (handler == 0x76696465) track.track.kind = MediaTrack::Kind::kVideo;  // "vide"
  if (handler == 0x736f756e) track.track.kind = MediaTrack::Kind::kAudio;  // "soun"
  Reader elst(find_box(find_box(trak, "edts"), "elst"));
  const bool wide = elst.rest().size() > 0 && elst.rest()[0] == 1;
  elst.skip(4);
  for (auto entries = std::min<std::uint32_t>(elst.u32(), 16); entries > 0 && elst.ok(); --entries) {
    elst.skip(wide ? 8 : 4);
    const auto time = wide ? static_cast<std::int64_t>(elst.number(8)) : std::int64_t{elst.i32()};
    elst.skip(4);
    if (elst.ok() && time >= 0) {
      track.edit_offset = time;
      break;
    }
  }
  read_sample_entry(find_box(find_box(find_box(mdia, "minf"), "stbl"), "stsd"), track);
  return track;
}

bool has_samples(Bytes trak) {
  Reader stsz(find_box(find_box(find_box(find_box(trak, "mdia"), "minf"), "stbl"), "stsz"));
  stsz.skip(8);
  return stsz.u32() > 0;
}

class FragmentInspector {
 public:
  FragmentInspector(const InitSection& init, Bytes bytes) : init_(init), bytes_(bytes) {}

  SegmentMedia inspect() {
    media_.container = SegmentMedia::Container::kFmp4;
    for (const auto& track : init_.tracks) media_.tracks.push_back(track.track);
    bool brand = false;
    bool first = true;
    bool data = false;
    const bool whole = for_each_box(bytes_, [&](const Box& box) {
      if (box.type == "styp") {
        brand = true;
        if (box.body.size() < 8) fault("styp is malformed", "styp with a brand");
      }
      if (box.type == "moof") read_fragment(box);
      if (box.type == "mdat") data = true;
      if (box.type == "moov") fault("there is a moov in a segment", "moov only in the map");
      first = false;
    });
    if (!whole || first) fault("the boxes do not fill the segment", "whole boxes (ISO/IEC 14496-12 4.2)");
    if (!media_.first_fragment) fault("there is no moof", "moof and mdat in every segment");
    if (!data) fault("there is no mdat", "moof and mdat in every segment");
    if (!brand) fault("there is no styp", "styp at the start of a segment", Grade::kShould);
    return std::move(media_);
  }

 private:
  void fault(std::string wrong, std::string_view expected, Grade grade = Grade::kMust) {
    media_.fault(43, grade, std::move(wrong), expected);
  }

  void read_fragment(const Box& moof) {
    Reader mfhd(find_box(moof.body, "mfhd"));
    mfhd.skip(4);
    const auto number = mfhd.u32();
    if (!mfhd.ok()) fault("moof without mfhd", "a sequence number in every moof");
    if (media_.last_fragment && number <= *media_.last_fragment) {
      fault("mfhd goes from " + std::to_string(*media_.last_fragment) + " to " + std::to_string(number),
            "sequence numbers of fragments that rise", Grade::kShould);
    }
    if (!media_.first_fragment) media_.first_fragment = number;
    media_.last_fragment = number;
    const bool whole = for_each_box(moof.body, [&](const Box& box) {
      if (box.type == "traf") read_track_fragment(moof.offset, box.body);
    });
    if (!whole) fault("the boxes do not fill the moof", "whole boxes (ISO/IEC 14496-12 4.2)");
  }

  void read_track_fragment(std::size_t moof_offset, Bytes traf) {
    Reader tfhd(find_box(traf, "tfhd"));
    const auto flags = tfhd.u32() & 0xFFFFFF;
    const auto id = tfhd.u32();
    const auto* init = init_.find(id);
    if (!tfhd.ok() || !init) {
      fault("a fragment of track " + std::to_string(id) + ", which the map has not", "only tracks of the map");
      return;
    }
    std::uint64_t base = moof_offset;
    if (flags & 1) base = tfhd.number(8);
    if (!(flags & 1) && !(flags & 0x20000)) {
      fault("tfhd without default-base-is-moof", "offsets from the start of the moof", Grade::kShould);
    }
    if (flags & 2) tfhd.skip(4);
    Defaults defaults{init->default_duration, init->default_size, init->default_flags};
    if (flags & 8) defaults.duration = tfhd.u32();
    if (flags & 16) defaults.size = tfhd.u32();
    if (flags & 32) defaults.flags = tfhd.u32();
    Reader tfdt(find_box(traf, "tfdt"));
    const bool wide = tfdt.rest().size() > 0 && tfdt.rest()[0] == 1;
    tfdt.skip(4);
    auto time = static_cast<std::int64_t>(tfdt.number(wide ? 8 : 4));
    if (!tfdt.ok()) fault("traf without tfdt", "a base decode time in every track fragment");
    auto& track = *std::ranges::find(media_.tracks, id, &MediaTrack::id);
    check_continues(track, time);
    for_each_box(traf, [&](const Box& box) {
      if (box.type == "trun") read_run(box.body, base, defaults, *init, track, time);
    });
  }

  void check_continues(const MediaTrack& track, std::int64_t time) {
    if (track.samples.empty()) return;
    const auto end = track.samples.back().dts + track.samples.back().duration;
    if (std::abs(time - end) > 1) {
      fault("track " + std::to_string(track.id) + ": a fragment starts at " + std::to_string(time) +
                ", the one before ends at " + std::to_string(end),
            "fragments that continue within one tick");
    }
  }

  struct Defaults {
    std::uint32_t duration = 0;
    std::uint32_t size = 0;
    std::uint32_t flags = 0;
  };

  void read_run(Bytes trun, std::uint64_t base, const Defaults& defaults, const InitSection::Track& init,
                MediaTrack& track, std::int64_t& time) {
    Reader in(trun);
    const auto head = in.u32();
    const auto count = in.u32();
    const std::int64_t offset = head & 1 ? in.i32() : 0;
    const std::uint32_t first_flags = head & 4 ? in.u32() : defaults.flags;
    std::uint64_t at = base + static_cast<std::uint64_t>(offset);
    for (std::uint32_t i = 0; i < count && track.samples.size() < kMaxSamples; ++i) {
      const auto duration = head & 0x100 ? in.u32() : defaults.duration;
      const auto size = head & 0x200 ? in.u32() : defaults.size;
      const auto flags = head & 0x400 ? in.u32() : i == 0 ? first_flags : defaults.flags;
      const std::int64_t shift = !(head & 0x800)     ? 0
                                 : (head >> 24) == 0 ? std::int64_t{in.u32()}
                                                     : std::int64_t{in.i32()};
      if (!in.ok()) {
        fault("trun is shorter than its samples", "whole boxes (ISO/IEC 14496-12 4.2)");
        return;
      }
      MediaSample sample{time, time + shift - init.edit_offset, duration, (flags & kNotSync) == 0};
      if (at > bytes_.size() || size > bytes_.size() - at) {
        fault("a sample of track " + std::to_string(track.id) + " lies beyond the end", "samples within the segment");
        return;
      }
      check_flags(bytes_.subspan(static_cast<std::size_t>(at), size), init, sample);
      track.samples.push_back(sample);
      at += size;
      time += duration;
    }
  }

  // The flags must say what the first slice is.
  void check_flags(Bytes sample, const InitSection::Track& init, MediaSample& known) {
    const bool avc = init.track.codec.starts_with("avc");
    const bool hevc = init.track.codec.starts_with("hvc") || init.track.codec.starts_with("hev");
    if (!avc && !hevc) return;
    Reader in(sample);
    while (!in.rest().empty()) {
      const auto length = static_cast<std::size_t>(in.number(static_cast<std::size_t>(init.nal_length_size)));
      if (!in.ok() || length == 0 || length > in.rest().size()) {
        fault("a picture's NAL units do not fill its sample", "NAL units with their lengths (ISO/IEC 14496-15)");
        return;
      }
      const auto kind = nal_kind(hevc, in.rest()[0]);
      if (kind == NalKind::kKeySlice || kind == NalKind::kSlice) {
        const bool key = kind == NalKind::kKeySlice;
        if (known.key && !key) {
          fault("a picture that is flagged as a sync sample is none", "flags that tell which pictures are key frames");
        } else if (!known.key && key) {
          fault("a key frame is not flagged as a sync sample", "flags that tell which pictures are key frames",
                Grade::kShould);
        }
        known.key = key;
        return;
      }
      in.skip(length);
    }
  }

  const InitSection& init_;
  Bytes bytes_;
  SegmentMedia media_;
};

}  // namespace

const InitSection::Track* InitSection::find(std::uint32_t id) const {
  const auto found = std::ranges::find_if(tracks, [&](const Track& track) { return track.track.id == id; });
  return found == tracks.end() ? nullptr : &*found;
}

InitSection inspect_init_section(Bytes bytes) {
  InitSection init;
  const auto fault = [&](std::string wrong, std::string_view expected) {
    init.faults.push_back({43, Grade::kMust, std::move(wrong), expected});
  };
  bool moof = false;
  Bytes moov;
  const bool whole = for_each_box(bytes, [&](const Box& box) {
    if (box.type == "moov") moov = box.body;
    moof |= box.type == "moof";
  });
  if (!whole) fault("the boxes do not fill the map", "whole boxes (ISO/IEC 14496-12 4.2)");
  if (moof) fault("there is a moof in the map", "no samples in the map");
  if (moov.empty()) fault("the map has no moov", "a moov");
  bool samples = false;
  for_each_box(moov, [&](const Box& box) {
    constexpr std::size_t kMaxTracks = 64;
    if (box.type != "trak" || init.tracks.size() >= kMaxTracks) return;
    init.tracks.push_back(read_track(box.body));
    samples |= has_samples(box.body);
  });
  if (samples) fault("the moov has samples", "no samples in the map");
  const auto mvex = find_box(moov, "mvex");
  if (!moov.empty() && mvex.empty()) fault("the moov has no mvex", "mvex with a trex of each track");
  for_each_box(mvex, [&](const Box& box) {
    if (box.type != "trex") return;
    Reader in(box.body);
    in.skip(4);
    const auto id = in.u32();
    in.skip(4);
    for (auto& track : init.tracks) {
      if (track.track.id != id) continue;
      track.default_duration = in.u32();
      track.default_size = in.u32();
      track.default_flags = in.u32();
    }
  });
  return init;
}

SegmentMedia inspect_fmp4(const InitSection& init, Bytes bytes) {
  return FragmentInspector(init, bytes).inspect();
}

}  // namespace grandstand::hlscheck
