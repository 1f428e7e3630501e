// SPDX-License-Identifier: MIT
#include "server_sections.hpp"
#include "xmltv_sources_value.hpp"

namespace grandstand::config {

using namespace std::chrono_literals;

Section<ServerConfig> rtmp_section() {
  return {
      "rtmp",
      "The RTMP server, which feeds of the kind rtmp://publish are pushed to.",
      {
          key(
              "enabled", [](ServerConfig& c) -> auto& { return c.rtmp.enabled; }, Boolean{},
              "Whether it runs. Without it, channels with such a feed are down."),
          key(
              "address", [](ServerConfig& c) -> auto& { return c.rtmp.address; }, kAddress,
              "The address to listen on."),
          key(
              "port", [](ServerConfig& c) -> auto& { return c.rtmp.port; }, kPort,
              "0: any free port; the log says which."),
          key(
              "max_connections", [](ServerConfig& c) -> auto& { return c.rtmp.max_connections; },
              Integer{1, 10'000, "connections"}, "Open at once; further ones are closed at once."),
          key(
              "max_message_bytes", [](ServerConfig& c) -> auto& { return c.rtmp.max_message_bytes; },
              Size{64 * KiB, 64 * MiB}, "One RTMP message, which is one picture; a larger one ends the connection."),
          key(
              "handshake_timeout", [](ServerConfig& c) -> auto& { return c.rtmp.handshake_timeout; },
              Duration{100ms, 1min}, "From connecting until publishing is accepted; then the connection is closed."),
          key(
              "idle_timeout", [](ServerConfig& c) -> auto& { return c.rtmp.idle_timeout; }, Duration{100ms, 10min},
              "A publisher that sends nothing for this long loses its channel."),
          key(
              "takeover_timeout", [](ServerConfig& c) -> auto& { return c.rtmp.takeover_timeout; },
              Duration{100ms, 10min},
              "A publisher that sent nothing for this long is replaced when another one with the right key comes."),
      },
  };
}

Section<ServerConfig> hls_section() {
  const Choice<hls::Container> containers{{{"fmp4", hls::Container::kFmp4}, {"ts", hls::Container::kTs}}};
  return {
      "hls",
      "What channels are packaged into. Applies to all channels, and to a running daemon at its next start.",
      {
          key(
              "segment_duration", [](ServerConfig& c) -> auto& { return c.hls.segment_duration; }, Duration{1s, 10s},
              "Segments are cut at the first key frame at or after this. Shorter: less delay, more requests."),
          key(
              "max_segment_duration", [](ServerConfig& c) -> auto& { return c.hls.max_segment_duration; },
              Duration{2s, 30s},
              "Without a key frame, a segment is cut anyway at this; also the EXT-X-TARGETDURATION, which never "
              "changes. Players start three of it behind live: no longer than the feeds' key frames ask for."),
          key(
              "window", [](ServerConfig& c) -> auto& { return c.hls.window; }, Duration{6s, 1h},
              "Media that the live playlist lists: at least 3 times max_segment_duration. Costs memory: per channel "
              "and "
              "container, bit rate times window, and a little more."),
          key(
              "low_latency", [](ServerConfig& c) -> auto& { return c.hls.low_latency; }, Boolean{},
              "Low-latency HLS: segments come in parts, players wait for the next one instead of asking again. Players "
              "that do not know it are served as without."),
          key(
              "part_duration", [](ServerConfig& c) -> auto& { return c.hls.part_duration; }, Duration{200ms, 2s},
              "The longest part (PART-TARGET). Players start three of it behind live. Shorter: less delay, more "
              "requests; at least three times what a request takes over the network."),
          key(
              "containers", [](ServerConfig& c) -> auto& { return c.hls.containers; },
              ListOf<Choice<hls::Container>>{containers, 1, 2},
              "fmp4 (CMAF) is what browsers play, with audio as AAC; ts carries the original audio, for set-top "
              "boxes."),
      },
  };
}

Section<ServerConfig> guide_section() {
  return {
      "guide",
      "The programme guide. A channel's programmes come from XMLTV documents and from the EIT of its stream; what came "
      "last wins.",
      {
          key(
              "sources", [](ServerConfig& c) -> auto& { return c.guide.sources; }, XmltvSources{},
              "XMLTV documents, plain or packed by gzip or xz, and how often to look at them: 6h unless told. file: "
              "paths start at the folder of this file. The ids of channels in them are matched with the lineup's "
              "guide.xmltv_id."),
          key(
              "keep_past", [](ServerConfig& c) -> auto& { return c.guide.keep_past; }, Duration{0s, 24h * 90},
              "Programmes that ended longer ago are forgotten: as long as the archive, for catch-up."),
          key(
              "keep_future", [](ServerConfig& c) -> auto& { return c.guide.keep_future; }, Duration{1h, 24h * 90},
              "Programmes that begin later are not taken."),
          key(
              "max_programmes", [](ServerConfig& c) -> auto& { return c.guide.max_programmes; },
              Integer{1'000, 5'000'000, "programmes"},
              "Of all channels; further ones are left out. They are kept in memory, about 1 KB each."),
          key(
              "max_source_bytes", [](ServerConfig& c) -> auto& { return c.guide.max_source_bytes; },
              Size{1 * MiB, 2048 * MiB}, "Of one XMLTV document, unpacked."),
      },
  };
}

Section<ServerConfig> dvr_section() {
  constexpr std::uint64_t kPetabyte = std::uint64_t{1} << 50;
  return {
      "dvr",
      "The archive on disk, for channels whose entry in the lineup has a group dvr. A running daemon takes these keys "
      "at "
      "its next start.",
      {
          key(
              "directory", [](ServerConfig& c) -> auto& { return c.dvr.directory; }, kPath,
              "Where it lies. Relative to the folder of this file. \"\": the folder dvr in data_directory."),
          key(
              "quota", [](ServerConfig& c) -> auto& { return c.dvr.quota; }, Size{0, kPetabyte},
              "All channels together; the oldest goes first. What playlists of viewers may still name can stand over "
              "it "
              "by an eighth. 0B: no limit but min_free."),
          key(
              "min_free", [](ServerConfig& c) -> auto& { return c.dvr.min_free; }, Size{0, kPetabyte},
              "Space on that disk that is left to others: below it the oldest goes, and recording stops with an alarm "
              "until there is space."),
          key(
              "queue_bytes", [](ServerConfig& c) -> auto& { return c.dvr.queue_bytes; }, Size{1 * MiB, 64 * 1024 * MiB},
              "Segments that wait for the disk; further ones become gaps of the archive."),
          key(
              "readers", [](ServerConfig& c) -> auto& { return c.dvr.readers; }, Integer{1, 64, "threads"},
              "What reads the disk for viewers."),
      },
  };
}

}  // namespace grandstand::config
