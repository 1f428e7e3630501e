// SPDX-License-Identifier: MIT
#include "identity_provider_value.hpp"
#include "server_sections.hpp"

namespace grandstand::config {

using namespace std::chrono_literals;

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
              Text{.min = 0, .max = 1000, .what = "an http:// or https:// URL", .check = is_http_url, .secret = true},
              "A service that judges messages in rooms whose moderators have turned the classifier on "
              "(docs/operations.md, \"A classifier of messages\"). Empty: there is none."),
          key(
              "classifier_timeout", [](ServerConfig& c) -> auto& { return c.hub.classifier_timeout; },
              Duration{10ms, 5s}, "How long it may take for an answer; later, the room's mode says what happens."),
          key(
              "empty_rooms", [](ServerConfig& c) -> auto& { return c.hub.empty_rooms; }, Duration{1s, 1h},
              "A party's room goes from memory when nobody was in it at two looks, so far apart; the party stays."),
          key(
              "drain_within", [](ServerConfig& c) -> auto& { return c.hub.drain_within; }, Duration{0s, 1min},
              "At shutdown, clients are told to come back spread over this time."),
      },
  };
}

Section<ServerConfig> calls_section() {
  const auto is_stun = [](std::string_view url) { return url.starts_with("stun:") || url.starts_with("stuns:"); };
  const auto is_turn = [](std::string_view url) { return url.starts_with("turn:") || url.starts_with("turns:"); };
  return {
      "calls",
      "Faces and voices in watch parties (docs/operations.md, \"Calls\").",
      {
          key(
              "stun", [](ServerConfig& c) -> auto& { return c.calls.stun; },
              ListOf<Text>{Text{1, 256, "a URL such as stun:stun.example:3478", is_stun}, 0, 8},
              "STUN servers, by which browsers learn their addresses. With none, calls work within one network, and "
              "through TURN."),
          key(
              "turn", [](ServerConfig& c) -> auto& { return c.calls.turn; },
              ListOf<Text>{Text{1, 256, "a URL such as turn:turn.example:3478?transport=udp", is_turn}, 0, 8},
              "TURN servers, which relay between browsers that cannot reach each other."),
          key(
              "turn_secret", [](ServerConfig& c) -> auto& { return c.calls.turn_secret; },
              Text{.min = 0, .max = 256, .what = "a secret of at most 256 characters", .secret = true},
              "What we share with them (coturn: use-auth-secret and static-auth-secret): credentials for browsers are "
              "made of it."),
          key(
              "turn_lifetime", [](ServerConfig& c) -> auto& { return c.calls.turn_lifetime; }, Duration{1min, 24h},
              "How long such credentials are good; pages in a call get new ones in time. Whole seconds."),
          key(
              "seats", [](ServerConfig& c) -> auto& { return c.calls.seats; }, Integer{2, 50, "seats"},
              "Of one call that goes through an SFU. Without one it has four at most."),
          key(
              "janus", [](ServerConfig& c) -> auto& { return c.sfu.janus; },
              Text{0, 1000, "a URL such as http://127.0.0.1:8088/janus", is_http_url},
              "The HTTP API of a Janus with the plugin videoroom: the SFU of calls of more than four. Browsers reach "
              "its "
              "media ports only. Empty: there is none."),
          key(
              "janus_api_secret", [](ServerConfig& c) -> auto& { return c.sfu.janus_api_secret; },
              Text{.min = 0, .max = 256, .what = "a secret of at most 256 characters", .secret = true},
              "Its api_secret (janus.jcfg), if it has one."),
          key(
              "janus_admin_key", [](ServerConfig& c) -> auto& { return c.sfu.janus_admin_key; },
              Text{.min = 0, .max = 256, .what = "a secret of at most 256 characters", .secret = true},
              "Its admin_key (janus.plugin.videoroom.jcfg), if it has one."),
      },
  };
}

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

}  // namespace grandstand::config
