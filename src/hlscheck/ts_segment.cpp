// SPDX-License-Identifier: MIT
#include "elementary_stream.hpp"
#include "segment_media.hpp"

#include <grandstand/media/annex_b.hpp>

#include <algorithm>

namespace grandstand::hlscheck {
namespace {

constexpr std::size_t kPacket = 188;
constexpr std::uint16_t kNullPid = 0x1FFF;
constexpr std::size_t kMaxPes = std::size_t{8} << 20;

std::uint32_t crc32(Bytes bytes) {  // ISO/IEC 13818-1 annex A
  std::uint32_t crc = 0xFFFFFFFF;
  for (const auto byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte) << 24;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 0x80000000U ? crc << 1 ^ 0x04C11DB7U : crc << 1;
  }
  return crc;
}

std::int64_t read_timestamp(const std::uint8_t* p) {
  return std::int64_t{p[0] >> 1 & 7} << 30 | std::int64_t{p[1]} << 22 | std::int64_t{p[2] >> 1} << 15 |
         std::int64_t{p[3]} << 7 | p[4] >> 1;
}

// One packet's fields (ISO/IEC 13818-1 2.4.3.2).
struct Packet {
  std::uint16_t pid = 0;
  bool unit_start = false;
  bool scrambled = false;
  bool discontinuity = false;
  bool has_payload = false;
  int counter = 0;
  Bytes payload;
};

std::optional<Packet> read_packet(Bytes bytes) {
  if (bytes[0] != 0x47) return std::nullopt;
  Packet packet;
  packet.pid = static_cast<std::uint16_t>((bytes[1] & 0x1F) << 8 | bytes[2]);
  packet.unit_start = (bytes[1] & 0x40) != 0;
  packet.scrambled = (bytes[3] & 0xC0) != 0;
  packet.has_payload = (bytes[3] & 0x10) != 0;
  packet.counter = bytes[3] & 0x0F;
  std::size_t begin = 4;
  if (bytes[3] & 0x20) {
    begin = 5 + bytes[4];
    if (bytes[4] > 0) packet.discontinuity = (bytes[5] & 0x80) != 0;
  }
  if (begin > kPacket) return std::nullopt;
  if (packet.has_payload) packet.payload = bytes.subspan(begin);
  return packet;
}

// A stream of the programme while its PES packets are put together.
struct Stream {
  MediaTrack track;
  int type = 0;
  std::vector<std::uint8_t> pes;
  bool delimiter_missing = false;
};

class TsInspector {
 public:
  SegmentMedia inspect(Bytes bytes) {
    media_.container = SegmentMedia::Container::kTs;
    if (bytes.size() % kPacket != 0) {
      fault(std::to_string(bytes.size()) + " bytes are no whole number of packets", "whole packets of 188 bytes");
    }
    std::size_t number = 0;
    for (; bytes.size() >= kPacket; bytes = bytes.subspan(kPacket), ++number) {
      const auto packet = read_packet(bytes.first(kPacket));
      if (!packet) {
        fault("packet " + std::to_string(number) + " is malformed", "packets of 188 bytes that start with 0x47");
        break;
      }
      read(*packet, number);
    }
    finish();
    return std::move(media_);
  }

 private:
  void fault(std::string wrong, std::string_view expected, int rule = 41, Grade grade = Grade::kMust) {
    media_.fault(rule, grade, std::move(wrong), expected);
  }

  void read(const Packet& packet, std::size_t number) {
    if (number == 0 && packet.pid != 0) {
      fault("the first packet has the PID " + std::to_string(packet.pid), "a PAT in the first packet", 41,
            Grade::kShould);
    }
    if (number == 1 && pmt_pid_ && packet.pid != *pmt_pid_) {
      fault("the second packet has the PID " + std::to_string(packet.pid), "a PMT in the second packet", 41,
            Grade::kShould);
    }
    if (packet.pid == kNullPid) {
      fault("there are null packets", "no null packets", 41, Grade::kShould);
      return;
    }
    if (packet.scrambled) fault("PID " + std::to_string(packet.pid) + " is scrambled", "packets in the clear");
    check_counter(packet);
    if (packet.pid == 0) {
      if (packet.unit_start) read_pat(packet.payload);
    } else if (pmt_pid_ && packet.pid == *pmt_pid_) {
      if (packet.unit_start) read_pmt(packet.payload);
    } else if (const auto stream = streams_.find(packet.pid); stream != streams_.end()) {
      take(stream->second, packet);
    } else if (packet.pid > 0x1F && packet.unit_start && packet.payload.size() > 3 && packet.payload[0] == 0 &&
               packet.payload[1] == 0 && packet.payload[2] == 1) {
      if (pmt_seen_) {
        fault("PID " + std::to_string(packet.pid) + " is not in the PMT", "a PMT with every stream of the segment", 41,
              Grade::kShould);
      } else {
        fault("media before PAT and PMT", "PAT and PMT before the media of a segment");
      }
    }
  }

  void check_counter(const Packet& packet) {
    const auto found = media_.counters.find(packet.pid);
    if (found == media_.counters.end()) {
      if (packet.has_payload) media_.counters[packet.pid] = {packet.counter, packet.counter};
      return;
    }
    auto& last = found->second.last;
    const bool duplicate = packet.counter == last;
    const bool next = packet.counter == ((last + 1) & 15);
    if (packet.has_payload && !packet.discontinuity && !next && !duplicate) {
      fault("PID " + std::to_string(packet.pid) + ": the counter goes from " + std::to_string(last) + " to " +
                std::to_string(packet.counter),
            "continuity counters that count within a segment");
    }
    if (packet.has_payload) last = packet.counter;
  }

  // The section behind the pointer, if it is whole in this packet (those of one programme are).
  std::optional<Bytes> section(Bytes payload, std::string_view name) {
    if (payload.empty() || payload.size() < 4 + std::size_t{payload[0]}) return std::nullopt;
    payload = payload.subspan(1 + std::size_t{payload[0]});
    const std::size_t length = 3 + (static_cast<std::size_t>(payload[1] & 0x0F) << 8 | payload[2]);
    if (length > payload.size() || length < 12) return std::nullopt;
    payload = payload.first(length);
    if (crc32(payload) != 0) {
      fault(std::string(name) + " has a wrong CRC", "sections with a valid CRC-32");
      return std::nullopt;
    }
    return payload;
  }

  void read_pat(Bytes payload) {
    const auto pat = section(payload, "the PAT");
    if (!pat || (*pat)[0] != 0) return;
    int programmes = 0;
    for (std::size_t at = 8; at + 8 <= pat->size(); at += 4) {
      const int number = (*pat)[at] << 8 | (*pat)[at + 1];
      if (number == 0) continue;
      if (++programmes == 1) pmt_pid_ = static_cast<std::uint16_t>(((*pat)[at + 2] & 0x1F) << 8 | (*pat)[at + 3]);
    }
    if (programmes > 1) fault("the PAT has " + std::to_string(programmes) + " programmes", "one programme");
  }

  void read_pmt(Bytes payload) {
    const auto pmt = section(payload, "the PMT");
    if (!pmt || (*pmt)[0] != 2) return;
    pmt_seen_ = true;
    std::size_t at = 12 + (static_cast<std::size_t>((*pmt)[10] & 0x0F) << 8 | (*pmt)[11]);
    while (at + 9 <= pmt->size()) {
      const int type = (*pmt)[at];
      const auto pid = static_cast<std::uint16_t>(((*pmt)[at + 1] & 0x1F) << 8 | (*pmt)[at + 2]);
      const std::size_t length = static_cast<std::size_t>((*pmt)[at + 3] & 0x0F) << 8 | (*pmt)[at + 4];
      if (at + 5 + length + 4 > pmt->size()) break;
      add_stream(type, pid, pmt->subspan(at + 5, length));
      at += 5 + length;
    }
  }

  void add_stream(int type, std::uint16_t pid, Bytes descriptors) {
    auto& stream = streams_[pid];
    if (stream.type != 0) return;
    stream.type = type;
    stream.track.id = pid;
    using Kind = MediaTrack::Kind;
    const auto is = [&](Kind kind, const char* codec) {
      stream.track.kind = kind;
      stream.track.codec = codec;
    };
    switch (type) {
      case 0x02:
        return is(Kind::kVideo, "mp2v");
      case 0x1B:
        return is(Kind::kVideo, "avc1");
      case 0x24:
        return is(Kind::kVideo, "hvc1");
      case 0x03:
      case 0x04:
        return is(Kind::kAudio, "mp4a.40.33");
      case 0x0F:
      case 0x11:
        return is(Kind::kAudio, "mp4a.40");
      case 0x81:
        return is(Kind::kAudio, "ac-3");
      case 0x87:
        return is(Kind::kAudio, "ec-3");
      case 0x06:
        break;
      default:
        return;
    }
    while (descriptors.size() >= 2 && descriptors.size() >= std::size_t{2} + descriptors[1]) {
      if (descriptors[0] == 0x6A) is(Kind::kAudio, "ac-3");
      if (descriptors[0] == 0x7A) is(Kind::kAudio, "ec-3");
      if (descriptors[0] == 0x05 && descriptors[1] >= 4 && descriptors[2] == 'O' && descriptors[3] == 'p') {
        is(Kind::kAudio, "opus");
      }
      descriptors = descriptors.subspan(std::size_t{2} + descriptors[1]);
    }
  }

  void take(Stream& stream, const Packet& packet) {
    if (packet.unit_start) {
      end_pes(stream);
      stream.pes.assign(packet.payload.begin(), packet.payload.end());
    } else if (!stream.pes.empty() && stream.pes.size() < kMaxPes) {
      stream.pes.insert(stream.pes.end(), packet.payload.begin(), packet.payload.end());
    }
  }

  void end_pes(Stream& stream) {
    const Bytes pes(stream.pes);
    if (pes.size() >= 9 && pes[0] == 0 && pes[1] == 0 && pes[2] == 1 && (pes[6] & 0xC0) == 0x80) {
      const std::size_t header = 9 + std::size_t{pes[8]};
      const bool has_pts = (pes[7] & 0x80) != 0 && pes.size() >= 14;
      const bool has_dts = (pes[7] & 0x40) != 0 && pes.size() >= 19;
      if (has_pts && header <= pes.size()) {
        MediaSample sample;
        sample.pts = read_timestamp(pes.data() + 9);
        sample.dts = has_dts ? read_timestamp(pes.data() + 14) : sample.pts;
        look_into(stream, pes.subspan(header), sample);
        stream.track.samples.push_back(sample);
      }
    }
    stream.pes.clear();
  }

  void look_into(Stream& stream, Bytes payload, MediaSample& sample) {
    if (stream.type == 0x1B || stream.type == 0x24) {
      const bool hevc = stream.type == 0x24;
      bool first = true;
      media::for_each_nal(payload, [&](Bytes nal) {
        const auto kind = nal_kind(hevc, nal[0]);
        if (first && kind != NalKind::kDelimiter) stream.delimiter_missing = true;
        first = false;
        if (kind == NalKind::kSequenceParameterSet) {
          if (const auto shape = hevc ? read_hevc_shape(nal) : read_avc_shape(nal)) {
            stream.track.codec = shape->codec;
            stream.track.interlaced = shape->interlaced;
          }
        }
        sample.key |= kind == NalKind::kKeySlice;
        return kind != NalKind::kKeySlice && kind != NalKind::kSlice;
      });
    } else if (stream.type == 0x0F) {
      const auto frames = read_adts(payload);
      if (frames.count > 0) stream.track.codec = "mp4a.40." + std::to_string(frames.object_type);
      sample.duration = frames.duration;
      sample.key = true;
    } else {
      sample.key = true;
    }
  }

  void finish() {
    if (!pmt_pid_) fault("there is no PAT", "a PAT at the start of every segment");
    if (pmt_pid_ && !pmt_seen_) fault("there is no PMT", "a PMT at the start of every segment");
    for (auto& [pid, stream] : streams_) {
      end_pes(stream);
      if (stream.delimiter_missing) {
        fault("PID " + std::to_string(pid) + ": pictures without access unit delimiter",
              "an access unit delimiter before every picture");
      }
      if (stream.track.kind != MediaTrack::Kind::kOther && stream.track.samples.empty()) {
        fault("PID " + std::to_string(pid) + " is in the PMT, but has no media", "media of each stream of the PMT", 41,
              Grade::kShould);
      }
      media_.tracks.push_back(std::move(stream.track));
    }
  }

  SegmentMedia media_;
  std::map<std::uint16_t, Stream> streams_;
  std::optional<std::uint16_t> pmt_pid_;
  bool pmt_seen_ = false;
};

}  // namespace

const MediaTrack* SegmentMedia::first(MediaTrack::Kind kind) const {
  const auto found = std::ranges::find_if(
      tracks, [&](const MediaTrack& track) { return track.kind == kind && !track.samples.empty(); });
  return found == tracks.end() ? nullptr : &*found;
}

const MediaTrack* SegmentMedia::main_track() const {
  const auto* video = first(MediaTrack::Kind::kVideo);
  return video ? video : first(MediaTrack::Kind::kAudio);
}

SegmentMedia inspect_ts(Bytes bytes) {
  return TsInspector().inspect(bytes);
}

SegmentMedia::Container sniff(Bytes bytes) {
  using Container = SegmentMedia::Container;
  if (bytes.size() >= kPacket && bytes[0] == 0x47) return Container::kTs;
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 16));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.starts_with("WEBVTT")) return Container::kWebVtt;
  if (text.size() >= 8) {
    const auto type = text.substr(4, 4);
    for (const char* box : {"styp", "moof", "ftyp", "sidx", "emsg", "prft", "moov"}) {
      if (type == box) return Container::kFmp4;
    }
  }
  return Container::kUnknown;
}

}  // namespace grandstand::hlscheck
