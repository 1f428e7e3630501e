// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::ingest {

// The RTMP server's own settings.
struct RtmpSettings {
  bool enabled = true;
  std::string address = "0.0.0.0";
  std::uint16_t port = 1935;
  std::size_t max_connections = 256;                   // further ones are closed at once
  std::size_t max_message_bytes = 8u << 20;            // one RTMP message; a larger one ends the connection
  std::chrono::milliseconds handshake_timeout{5'000};  // until `publish` is accepted
  std::chrono::milliseconds idle_timeout{30'000};      // a publisher that sends nothing
  std::chrono::milliseconds takeover_timeout{3'000};   // so long without a byte, and another one may take its place
};

// What a second publisher with the right key gets while the first still sends.
enum class DuplicatePublisher {
  kReject,   // BadName
  kReplace,  // the first one's place
};

// One input of a channel.
struct FeedSettings {
  // Chosen by scheme:
  // - udp://[source@]address:port, rtp://...: MPEG-TS, multicast (with a source: SSM) or unicast (own address, or
  //   0.0.0.0); addresses in digits, IPv6 in []. Whether RTP is around it is told by the datagrams.
  // - rtmp://publish: a publisher to our RTMP server, at rtmp://host/live/<channel id>.
  // - file:<absolute path>, or the path alone: played out in a loop; .m3u, .m3u8, .txt: a list of files.
  // - http(s)://.../x.m3u8, rtsp://, srt://: pulled through libavformat.
  std::string url;
  std::string interface;                 // udp, rtp: name or address of the interface to join on; empty: by route
  std::optional<std::uint16_t> program;  // MPEG-TS program_number; empty: the first in the PAT that is playable
  std::string stream_key;  // rtmp: what the publisher must give as its stream key; empty only when open is true
  bool open = false;       // rtmp: anyone may publish without a key
  DuplicatePublisher duplicate = DuplicatePublisher::kReject;  // rtmp
  // rtmp: a publisher that comes back within this time was never away, as far as the channel's state is concerned.
  std::chrono::milliseconds reconnect_grace{3'000};
  std::chrono::milliseconds silence_timeout{3'000};  // nothing arrives for this long: the source is down, try again

  std::chrono::milliseconds pid_timeout{5'000};  // MPEG-TS: an announced stream absent for this long is an alarm

  friend bool operator==(const FeedSettings&, const FeedSettings&) = default;
};

}  // namespace grandstand::ingest
