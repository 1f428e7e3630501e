// SPDX-License-Identifier: MIT
#include "server_schema.hpp"

#include "access_schema.hpp"
#include "network_value.hpp"

#include <limits>

namespace grandstand::config {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t KiB = 1u << 10;
constexpr std::uint64_t MiB = 1u << 20;

const Integer kPort{0, 65535};
const Text kPath{0, 4096, "a path of at most 4096 characters"};
const Text kAddress{1, 64, "an IP address such as 0.0.0.0, 127.0.0.1 or ::", is_ip_address};

template <class FieldOf, class Kind>
Key<ServerConfig> key(std::string name, FieldOf field, Kind kind, std::string meaning) {
  return make_key<ServerConfig>(std::move(name), field, std::move(kind), std::move(meaning));
}

Section<ServerConfig> top_section() {
  return {
      "",
      "",
      {
          key(
              "data_directory", [](ServerConfig& c) -> auto& { return c.data_directory; },
              Text{1, 4096, "a path of at most 4096 characters"},
              "Where the daemon keeps what must outlive it: its private PostgreSQL. Relative to the folder of this "
              "file."),
          key(
              "channels_file", [](ServerConfig& c) -> auto& { return c.channels_file; },
              Text{1, 4096, "a path of at most 4096 characters"},
              "The lineup. Relative to the folder of this file. Read again on SIGHUP and when it changes."),
          key(
              "loops", [](ServerConfig& c) -> auto& { return c.loops; }, Integer{0, 64},
              "Threads that run the event loops. 0: one per core, at most 4."),
      },
  };
}

Section<ServerConfig> log_section() {
  const Choice<log::Level> levels{{{"trace", log::Level::kTrace},
                                   {"debug", log::Level::kDebug},
                                   {"info", log::Level::kInfo},
                                   {"warning", log::Level::kWarning},
                                   {"error", log::Level::kError}}};
  const Choice<log::Format> formats{{{"text", log::Format::kText}, {"json", log::Format::kJson}}};
  return {
      "log",
      "The log, on standard error.",
      {
          key(
              "level", [](ServerConfig& c) -> auto& { return c.log.level; }, levels,
              "Lines below this level are left out."),
          key(
              "format", [](ServerConfig& c) -> auto& { return c.log.format; }, formats,
              "text is for people, json (one object per line) for collectors."),
          key(
              "burst_per_second", [](ServerConfig& c) -> auto& { return c.log.burst_per_second; }, Integer{0, 100'000},
              "Lines with the same message per second; what is left out is counted and said. 0: no limit."),
      },
  };
}

Section<ServerConfig> http_section() {
  const Text origin{1, 256, "an origin such as https://tv.example (scheme, host, port; no path)", is_origin};
  return {
      "http",
      "The HTTP and WebSocket server: media, web application, API, /ws.",
      {
          key(
              "address", [](ServerConfig& c) -> auto& { return c.http.address; }, kAddress,
              "The address to listen on. 127.0.0.1 when a proxy on this machine stands in front."),
          key(
              "port", [](ServerConfig& c) -> auto& { return c.http.port; }, kPort,
              "0: any free port; the log says which."),
          key(
              "metrics_address", [](ServerConfig& c) -> auto& { return c.http.metrics_address; },
              Text{0, 64, "an IP address, or \"\"", is_ip_address},
              "A listener of its own for /metrics, which then leaves the main port. \"\": /metrics is on the main "
              "port."),
          key(
              "metrics_port", [](ServerConfig& c) -> auto& { return c.http.metrics_port; }, kPort,
              "Its port; must be set together with metrics_address."),
          key(
              "max_connections", [](ServerConfig& c) -> auto& { return c.http.max_connections; },
              Integer{1, 1'000'000, "connections"},
              "Open at once, WebSockets included; further ones are closed at once. Needs as many file descriptors."),
          key(
              "max_connections_per_client", [](ServerConfig& c) -> auto& { return c.http.max_connections_per_client; },
              Integer{0, 1'000'000, "connections"},
              "The same of one IPv4 address or IPv6 /64, so that nobody takes them all; 0: no bound of its own. "
              "Trusted "
              "proxies are not counted, but the WebSockets and event streams are that come through them (429)."),
          key(
              "max_header_bytes", [](ServerConfig& c) -> auto& { return c.http.max_header_bytes; },
              Size{4 * KiB, 256 * KiB}, "The header of a request; a larger one is answered with 431."),
          key(
              "max_body_bytes", [](ServerConfig& c) -> auto& { return c.http.max_body_bytes; }, Size{1 * KiB, 16 * MiB},
              "The body of a request; a larger one is answered with 413."),
          key(
              "header_timeout", [](ServerConfig& c) -> auto& { return c.http.header_timeout; }, Duration{100ms, 5min},
              "From connecting (or the first byte of a further request) to the end of the header; then the connection "
              "is "
              "closed."),
          key(
              "idle_timeout", [](ServerConfig& c) -> auto& { return c.http.idle_timeout; }, Duration{100ms, 1h},
              "How long a connection is kept open without a request."),
          key(
              "write_timeout", [](ServerConfig& c) -> auto& { return c.http.write_timeout; }, Duration{100ms, 10min},
              "A response of which nothing could be sent for this long is given up."),
          key(
              "web_root", [](ServerConfig& c) -> auto& { return c.http.web_root; }, kPath,
              "The folder with the built web application. Relative to the folder of this file. \"\": the one that was "
              "installed or built with the daemon."),
          key(
              "access_log", [](ServerConfig& c) -> auto& { return c.http.access_log; }, Boolean{},
              "A line at level debug for each request, without query values."),
          key(
              "allowed_origins", [](ServerConfig& c) -> auto& { return c.http.allowed_origins; },
              ListOf<Text>{origin, 0, 64},
              "Origins, besides our own, whose pages may open /ws and call the API with cookies."),
          key(
              "trusted_proxies", [](ServerConfig& c) -> auto& { return c.http.trusted_proxies; },
              ListOf<Network>{{}, 0, 256},
              "Proxies and edges whose X-Forwarded-For is believed: by it go sign-in limits and access rules."),
      },
  };
}

Section<ServerConfig> clients_section() {
  return {
      "clients",
      "What set-top boxes and apps of other systems are spoken to with.",
      {
          key(
              "hdhomerun", [](ServerConfig& c) -> auto& { return c.clients.hdhomerun; }, Boolean{},
              "An HDHomeRun tuner over HTTP, for Plex, Jellyfin, Emby and Channels: give them the address of the "
              "daemon."),
          key(
              "hdhomerun_name", [](ServerConfig& c) -> auto& { return c.clients.hdhomerun_name; }, Text{1, 64, ""},
              "What they show."),
          key(
              "hdhomerun_device_id", [](ServerConfig& c) -> auto& { return c.clients.hdhomerun_device_id; },
              Text{0, 8, "8 hexadecimal digits, or \"\""},
              "\"\": made of the name. Two tuners must not have the same."),
          key(
              "hdhomerun_tuners", [](ServerConfig& c) -> auto& { return c.clients.hdhomerun_tuners; },
              Integer{1, 1'000, "streams"}, "Streams at once; further ones are refused as \"all tuners in use\"."),
          key(
              "xtream", [](ServerConfig& c) -> auto& { return c.clients.xtream; }, Boolean{},
              "The Xtream Codes API (/player_api.php), with account name and password."),
      },
  };
}

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

// The XMLTV sources of the guide: URLs, or groups with url and interval.
struct XmltvSources {
  static constexpr std::size_t kMax = 64;

  bool read(const YamlNode& node, std::vector<guide::XmltvSource>& field, const Reporter& report) const {
    if (node.kind != YamlNode::Kind::kSequence || node.items.size() > kMax) {
      return report(node.position, describe(node.kind), expected());
    }
    std::vector<guide::XmltvSource> sources;
    bool right = true;
    for (const auto& item : node.items) right = read_one(*item, sources.emplace_back(), report) && right;
    if (right) field = std::move(sources);
    return right;
  }
  std::string print(const std::vector<guide::XmltvSource>& field) const {
    std::string text;
    for (const auto& source : field) {
      text += (text.empty() ? "" : ", ") + ("{url: " + print_text(source.url)) +
              ", interval: " + print_duration(source.interval) + "}";
    }
    return "[" + text + "]";
  }
  std::string expected() const {
    return "a list of at most " + std::to_string(kMax) + ": a URL, or {url: ..., interval: 1m to 7d}";
  }

 private:
  static bool is_source(std::string_view url) {
    return url.starts_with("http://") || url.starts_with("https://") || url.starts_with("file:");
  }
  static bool read_one(const YamlNode& node, guide::XmltvSource& source, const Reporter& report) {
    const Text url{
        .min = 6, .max = 4096, .what = "http://, https:// or file: with a path", .check = is_source, .secret = true};
    if (node.kind != YamlNode::Kind::kMap) return url.read(node, source.url, report);
    bool right = true;
    bool has_url = false;
    for (const YamlNode::Entry& entry : node.entries) {
      if (entry.key == "url") {
        has_url = true;
        right = url.read(*entry.value, source.url, report) && right;
      } else if (entry.key == "interval") {
        right = Duration{1min, 24h * 7}.read(*entry.value, source.interval, report) && right;
      } else {
        right = report(entry.position, quote(entry.key) + " is not known", "url or interval");
      }
    }
    if (!has_url) return report(node.position, "has no url", "the key url");
    return right;
  }
};

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

Section<ServerConfig> cluster_section() {
  const Text name{0, 64, "at most 64 of A-Z, a-z, 0-9, _ and -", [](std::string_view text) {
                    return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
                           text.npos;
                  }};
  return {
      "cluster",
      "Several nodes that share one PostgreSQL: each room and each channel lives on one of them, and is taken over "
      "when that one dies.",
      {
          key(
              "nats_url", [](ServerConfig& c) -> auto& { return c.cluster.nats_url; },
              Text{0, 1024, "a URL such as nats://10.0.0.4:4222"},
              "The NATS server by which the nodes talk. Empty: this node is alone."),
          key(
              "node", [](ServerConfig& c) -> auto& { return c.cluster.node; }, name,
              "The name of this node, different on each. Empty: the name of the host."),
          key(
              "address", [](ServerConfig& c) -> auto& { return c.cluster.address; },
              Text{0, 256, "a URL such as http://10.0.0.5:8080"},
              "Where other nodes reach the HTTP of this one, which takes its share of the channels then. Empty on all: "
              "each node runs the whole lineup."),
          key(
              "lease", [](ServerConfig& c) -> auto& { return c.cluster.lease; }, Duration{2s, 60s},
              "How long after its last sign of life a node's rooms and channels are taken over."),
          key(
              "renewal", [](ServerConfig& c) -> auto& { return c.cluster.renewal; }, Duration{200ms, 15s},
              "How often a node gives a sign of life."),
          key(
              "settling", [](ServerConfig& c) -> auto& { return c.cluster.settling; }, Duration{0s, 60s},
              "How long a node that starts waits before it takes what is free, so that nodes that start together "
              "share."),
      },
  };
}

Section<ServerConfig> hub_section() {
  return {
      "hub",
      "WebSocket sessions and rooms.",
      {
          key(
              "max_message_bytes", [](ServerConfig& c) -> auto& { return c.hub.max_message_bytes; },
              Size{1 * KiB, 1 * MiB}, "One message from a client; a larger one closes the connection with 1009."),
          key(
              "send_queue_bytes", [](ServerConfig& c) -> auto& { return c.hub.send_queue_bytes; },
              Size{16 * KiB, 64 * MiB},
              "Bytes that wait for a slow reader; beyond, its connection is closed with 4008, and it resumes."),
          key(
              "max_rooms_per_session", [](ServerConfig& c) -> auto& { return c.hub.max_rooms_per_session; },
              Integer{1, 256, "rooms"}, "Rooms that one session may be in at once."),
          key(
              "history_events", [](ServerConfig& c) -> auto& { return c.hub.history_events; },
              Integer{10, 100'000, "events"}, "Events that a room keeps in memory for resuming."),
          key(
              "history_age", [](ServerConfig& c) -> auto& { return c.hub.history_age; }, Duration{10s, 24h},
              "How long it keeps them at most."),
          key(
              "resume_limit", [](ServerConfig& c) -> auto& { return c.hub.resume_limit; }, Integer{1, 10'000, "events"},
              "Who missed more events than this gets the room's present state instead. At most history_events."),
          key(
              "store_queue_events", [](ServerConfig& c) -> auto& { return c.hub.store_queue_events; },
              Integer{100, 10'000'000, "events"},
              "Events that wait for the database, of all rooms; further ones are shown but not stored, and their "
              "senders are told so."),
          key(
              "ping_interval", [](ServerConfig& c) -> auto& { return c.hub.ping_interval; }, Duration{1s, 5min},
              "Between WebSocket pings; without a sign of life for two of them, the connection is closed with 4009."),
          key(
              "classifier_url", [](ServerConfig& c) -> auto& { return c.hub.classifier_url; },
              Text{0, 1000, "an http:// or https:// URL",
                   [](std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }},
              "A service that judges messages in rooms whose moderators have turned the classifier on "
              "(docs/operations.md, \"A classifier of messages\"). Empty: there is none."),
          key(
              "classifier_timeout", [](ServerConfig& c) -> auto& { return c.hub.classifier_timeout; },
              Duration{10ms, 5s}, "How long it may take for an answer; later, the room's mode says what happens."),
          key(
              "drain_within", [](ServerConfig& c) -> auto& { return c.hub.drain_within; }, Duration{0s, 1min},
              "At shutdown, clients are told to come back spread over this time."),
      },
  };
}

// The identity providers: groups with id, title, issuer, client_id, client_secret and scope.
struct OidcProviders {
  static constexpr std::size_t kMax = 8;

  bool read(const YamlNode& node, std::vector<identity::OidcProvider>& field, const Reporter& report) const {
    if (node.kind != YamlNode::Kind::kSequence || node.items.size() > kMax) {
      return report(node.position, describe(node.kind), expected());
    }
    std::vector<identity::OidcProvider> providers;
    bool right = true;
    for (const auto& item : node.items) {
      right = read_one(*item, providers.emplace_back(), report) && right;
      const auto is_same = [&](const auto& one) { return one.id == providers.back().id; };
      if (std::ranges::count_if(providers, is_same) > 1)
        right = report(item->position, quote(providers.back().id) + " is there twice", "another id");
    }
    if (right) field = std::move(providers);
    return right;
  }
  std::string print(const std::vector<identity::OidcProvider>& field) const {
    std::string text;
    for (const auto& one : field) {
      text += (text.empty() ? "" : ", ") + ("{id: " + print_text(one.id)) + ", title: " + print_text(one.title) +
              ", issuer: " + print_text(one.issuer) + ", client_id: " + print_text(one.client_id) +
              ", client_secret: ..., scope: " + print_text(one.scope) + "}";
    }
    return "[" + text + "]";
  }
  std::string expected() const {
    return "a list of at most " + std::to_string(kMax) +
           ": {id: ..., title: ..., issuer: https://..., client_id: ..., client_secret: ..., scope: ...}";
  }

 private:
  static bool is_id(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
  }
  // Whoever could change what an issuer answers could sign in as anybody.
  static bool is_issuer(std::string_view url) {
    if (url.find_first_of("?#@ ") != std::string_view::npos) return false;
    if (url.starts_with("https://")) return true;
    return std::ranges::any_of(std::array{"http://127.0.0.1", "http://[::1]", "http://localhost"},
                               [&](std::string_view here) {
                                 if (!url.starts_with(here)) return false;
                                 const auto rest = url.substr(here.size());
                                 return rest.empty() || rest.front() == ':' || rest.front() == '/';
                               });
  }
  static bool read_one(const YamlNode& node, identity::OidcProvider& provider, const Reporter& report) {
    const Text id{.min = 1, .max = 32, .what = "of a-z, 0-9, - and _", .check = is_id};
    const Text issuer{.min = 8, .max = 1024, .what = "https://..., or http:// of this machine", .check = is_issuer};
    const Text text{.min = 1, .max = 1024};
    const Text secret{.min = 1, .max = 1024, .secret = true};
    if (node.kind != YamlNode::Kind::kMap) return report(node.position, describe(node.kind), "a group with an issuer");
    bool right = true;
    for (const YamlNode::Entry& entry : node.entries) {
      const auto& value = *entry.value;
      if (entry.key == "id") {
        right = id.read(value, provider.id, report) && right;
      } else if (entry.key == "title") {
        right = text.read(value, provider.title, report) && right;
      } else if (entry.key == "issuer") {
        right = issuer.read(value, provider.issuer, report) && right;
      } else if (entry.key == "client_id") {
        right = text.read(value, provider.client_id, report) && right;
      } else if (entry.key == "client_secret") {
        right = secret.read(value, provider.client_secret, report) && right;
      } else if (entry.key == "scope") {
        right = text.read(value, provider.scope, report) && right;
      } else {
        right = report(entry.position, quote(entry.key) + " is not known",
                       "id, title, issuer, client_id, client_secret or scope");
      }
    }
    if (!right) return false;
    if (provider.title.empty()) provider.title = provider.id;
    if (provider.id.empty() || provider.issuer.empty() || provider.client_id.empty() || provider.client_secret.empty())
      return report(node.position, "lacks a key", "id, issuer, client_id and client_secret");
    return true;
  }
};

Section<ServerConfig> identity_section() {
  return {
      "identity",
      "Accounts and their sessions.",
      {
          key(
              "registration", [](ServerConfig& c) -> auto& { return c.identity.registration; }, Boolean{},
              "Whether anyone may make an account; false: only `grandstand user` does."),
          key(
              "session_lifetime", [](ServerConfig& c) -> auto& { return c.identity.session_lifetime; },
              Duration{1h, 24h * 365}, "How long somebody stays signed in; whole hours."),
          key(
              "min_password_length", [](ServerConfig& c) -> auto& { return c.identity.min_password_length; },
              Integer{6, 128, "characters"}, "Of new passwords."),
          key(
              "hashing_threads", [](ServerConfig& c) -> auto& { return c.identity.hashing_threads; },
              Integer{1, 16, "threads"},
              "Threads that check passwords; each needs 64 MiB and about 0.1 s per password."),
          key(
              "oidc", [](ServerConfig& c) -> auto& { return c.identity.oidc; }, OidcProviders{},
              "OpenID Connect providers whose users may sign in, such as [{id: corp, title: Corporation, issuer: "
              "https://login.example, client_id: tv, client_secret: ...}]. Each knows us by the redirect URI "
              "https://<our host>/api/v1/providers/<id>/callback, and for back-channel logout by .../<id>/logout."),
          key(
              "bots_per_account", [](ServerConfig& c) -> auto& { return c.identity.bots_per_account; },
              Integer{0, 1'000, "bots"}, "Bots that one account may make; 0: nobody makes bots."),
          key(
              "bot_rate", [](ServerConfig& c) -> auto& { return c.identity.bot_rate; },
              Integer{1, 10'000, "per second"},
              "Requests and commands of one bot together, on each node; four times as many at once."),
      },
  };
}

Section<ServerConfig> webhooks_section() {
  return {
      "webhooks",
      "Other systems that are told of what happens in channels.",
      {
          key(
              "enabled", [](ServerConfig& c) -> auto& { return c.webhooks.enabled; }, Boolean{},
              "Whether creators of channels may have webhooks."),
          key(
              "private_networks", [](ServerConfig& c) -> auto& { return c.webhooks.private_networks; }, Boolean{},
              "Whether receivers may be at loopback, private and link-local addresses. Creators could reach what only "
              "this host reaches."),
          key(
              "per_channel", [](ServerConfig& c) -> auto& { return c.webhooks.per_channel; },
              Integer{1, 1'000, "webhooks"}, "Of one channel."),
          key(
              "connections", [](ServerConfig& c) -> auto& { return c.webhooks.connections; }, Integer{1, 64, "threads"},
              "Deliveries under way at once. Slow receivers together get half of them."),
          key(
              "timeout", [](ServerConfig& c) -> auto& { return c.webhooks.timeout; }, Duration{100ms, 1min},
              "Within which a receiver has to answer."),
          key(
              "retry_first", [](ServerConfig& c) -> auto& { return c.webhooks.retry_first; }, Duration{100ms, 1h},
              "After the first failure of a delivery; doubles with each further one, less up to a quarter at random."),
          key(
              "retry_longest", [](ServerConfig& c) -> auto& { return c.webhooks.retry_longest; }, Duration{1s, 24h},
              "The longest time between two attempts."),
          key(
              "give_up_after", [](ServerConfig& c) -> auto& { return c.webhooks.give_up_after; },
              Duration{1h, 24h * 30}, "For how long a delivery is tried before it is parked; whole hours."),
          key(
              "keep", [](ServerConfig& c) -> auto& { return c.webhooks.keep; }, Duration{1h, 24h * 90},
              "How long deliveries are listed and can be had again; whole hours."),
          key(
              "queue_limit", [](ServerConfig& c) -> auto& { return c.webhooks.queue_limit; },
              Integer{100, 100'000'000, "deliveries"},
              "Deliveries that wait for one webhook; it is not told of events beyond, and they are counted."),
      },
  };
}

Section<ServerConfig> database_section() {
  return {
      "database",
      "PostgreSQL, which keeps accounts, chat and state.",
      {
          key(
              "url", [](ServerConfig& c) -> auto& { return c.database.url; },
              Text{.min = 0,
                   .max = 2048,
                   .what = "a URI such as postgresql://grandstand@db.example/grandstand, or \"\"",
                   .check = is_postgres_uri,
                   .secret = true},
              "Your PostgreSQL. A password is better kept in a libpq password file (PGPASSFILE). \"\": a private one "
              "that "
              "the daemon runs in its data directory."),
          key(
              "connections", [](ServerConfig& c) -> auto& { return c.database.connections; },
              Integer{1, 64, "connections"}, "Connections to it, one thread each."),
          key(
              "queue_limit", [](ServerConfig& c) -> auto& { return c.database.queue_limit; },
              Integer{16, 1'000'000, "requests"},
              "Requests that wait for a connection; further ones fail at once as unavailable."),
          key(
              "connect_timeout", [](ServerConfig& c) -> auto& { return c.database.connect_timeout; },
              Duration{100ms, 1min}, "For one attempt to connect."),
      },
  };
}

bool listens_everywhere(const std::string& address) {
  return address == "0.0.0.0" || address == "::";
}

// Whether two listeners would want the same port of the same address.
bool collide(const std::string& address_a, std::uint16_t port_a, const std::string& address_b, std::uint16_t port_b) {
  if (port_a == 0 || port_a != port_b) return false;
  return address_a == address_b || listens_everywhere(address_a) || listens_everywhere(address_b);
}

std::vector<Rule> make_rules() {
  using Broken = std::optional<std::string>;
  return {
      {{"hls.max_segment_duration", "hls.segment_duration"},
       [](const ServerConfig& c) -> Broken {
         if (c.hls.max_segment_duration >= c.hls.segment_duration) return std::nullopt;
         return quote(print_duration(c.hls.max_segment_duration)) +
                " is shorter than segment_duration; expected at least " + print_duration(c.hls.segment_duration);
       }},
      {{"hls.window", "hls.max_segment_duration"},
       [](const ServerConfig& c) -> Broken {
         if (c.hls.window >= 3 * c.hls.max_segment_duration) return std::nullopt;
         return "the window of " + print_duration(c.hls.window) +
                " is shorter than 3 times max_segment_duration; expected at least " +
                print_duration(3 * c.hls.max_segment_duration);
       }},
      {{"rtmp.port", "rtmp.address", "http.port", "http.address"},
       [](const ServerConfig& c) -> Broken {
         if (!c.rtmp.enabled || !collide(c.http.address, c.http.port, c.rtmp.address, c.rtmp.port)) return std::nullopt;
         return "port " + std::to_string(c.rtmp.port) + " is http.port, too; expected different ports";
       }},
      {{"http.metrics_port", "http.metrics_address"},
       [](const ServerConfig& c) -> Broken {
         if (c.http.metrics_address.empty() == (c.http.metrics_port == 0)) return std::nullopt;
         return "metrics_address and metrics_port belong together; expected both or neither";
       }},
      {{"http.metrics_port", "http.metrics_address"},
       [](const ServerConfig& c) -> Broken {
         const bool taken =
             collide(c.http.metrics_address, c.http.metrics_port, c.http.address, c.http.port) ||
             (c.rtmp.enabled && collide(c.http.metrics_address, c.http.metrics_port, c.rtmp.address, c.rtmp.port));
         if (c.http.metrics_address.empty() || !taken) return std::nullopt;
         return "port " + std::to_string(c.http.metrics_port) +
                " is http.port or rtmp.port, too; expected a port of its own";
       }},
      {{"hub.send_queue_bytes", "hub.max_message_bytes"},
       [](const ServerConfig& c) -> Broken {
         if (c.hub.send_queue_bytes >= c.hub.max_message_bytes) return std::nullopt;
         return quote(print_size(c.hub.send_queue_bytes)) + " is less than max_message_bytes; expected at least " +
                print_size(c.hub.max_message_bytes);
       }},
      {{"cluster.nats_url", "database.url"},
       [](const ServerConfig& c) -> Broken {
         if (c.cluster.nats_url.empty() || !c.database.url.empty()) return std::nullopt;
         return "nodes share one PostgreSQL; expected database.url, too";
       }},
      {{"cluster.renewal", "cluster.lease"},
       [](const ServerConfig& c) -> Broken {
         if (c.cluster.renewal * 3 <= c.cluster.lease) return std::nullopt;
         return "a lease has to outlive two renewals that fail; expected at most a third of cluster.lease";
       }},
      {{"hub.resume_limit", "hub.history_events"},
       [](const ServerConfig& c) -> Broken {
         if (c.hub.resume_limit <= c.hub.history_events) return std::nullopt;
         return quote(std::to_string(c.hub.resume_limit)) + " is more than history_events; expected at most " +
                std::to_string(c.hub.history_events);
       }},
  };
}

}  // namespace

const std::vector<Section<ServerConfig>>& server_schema() {
  static const std::vector<Section<ServerConfig>> schema{
      top_section(),      log_section(),      http_section(),    clients_section(), rtmp_section(),
      hls_section(),      dvr_section(),      guide_section(),   access_section(),  hub_section(),
      identity_section(), webhooks_section(), cluster_section(), database_section()};
  return schema;
}

const std::vector<Rule>& server_rules() {
  static const std::vector<Rule> rules = make_rules();
  return rules;
}

}  // namespace grandstand::config
