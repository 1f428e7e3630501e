// SPDX-License-Identifier: MIT
#include "access_schema.hpp"

#include "network_value.hpp"

namespace grandstand::config {
namespace {

using namespace std::chrono_literals;
using access::Audience;
using access::ChannelAccess;

// What need not be said.
template <class Kind>
struct Optional {
  Kind kind;

  template <class Field>
  bool read(const YamlNode& node, std::optional<Field>& field, const Reporter& report) const {
    Field value{};
    if (!kind.read(node, value, report)) return false;
    field = std::move(value);
    return true;
  }
  template <class Field>
  std::string print(const std::optional<Field>& field) const {
    return field ? kind.print(*field) : "none";
  }
  std::string expected() const { return kind.expected(); }
};

bool is_country(std::string_view text) {
  return text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

const Choice<Audience> kAudiences{
    {{"public", Audience::kPublic}, {"signed", Audience::kSigned}, {"members", Audience::kMembers}}};
const ListOf<Network> kNetworks{{}, 0, 256};
const ListOf<Text> kCountries{Text{2, 2, "two capital letters such as DE", is_country}, 0, 256};
const Integer kSessions{0, 1'000'000, "players"};

template <class FieldOf, class Kind>
Key<ServerConfig> key(std::string name, FieldOf field, Kind kind, std::string meaning) {
  return make_key<ServerConfig>(std::move(name), field, std::move(kind), std::move(meaning));
}

template <class FieldOf, class Kind>
Key<ChannelAccess> channel_key(std::string name, FieldOf field, Kind kind, std::string meaning) {
  return make_key<ChannelAccess>(std::move(name), field, std::move(kind), std::move(meaning));
}

std::vector<Key<ServerConfig>> rule_keys() {
  return {
      key(
          "audience", [](ServerConfig& c) -> auto& { return c.access.audience; }, kAudiences,
          "public: everybody; signed: whoever has a signed address; members: whoever is signed in to an account, or "
          "has "
          "a signed address."),
      key(
          "networks", [](ServerConfig& c) -> auto& { return c.access.networks; }, kNetworks,
          "The networks from which channels can be watched. []: from everywhere."),
      key(
          "countries", [](ServerConfig& c) -> auto& { return c.access.countries; }, kCountries,
          "The countries in which channels can be watched (ISO 3166-1), by geo_database. []: everywhere."),
      key(
          "max_sessions", [](ServerConfig& c) -> auto& { return c.access.max_sessions; }, kSessions,
          "Players at once of one account or signed address. 0: any number."),
      key(
          "session_timeout", [](ServerConfig& c) -> auto& { return c.access.session_timeout; }, Duration{10s, 10min},
          "A player that asks for nothing for this long has stopped."),
  };
}

std::vector<Key<ServerConfig>> part_keys() {
  return {
      key(
          "keys_file", [](ServerConfig& c) -> auto& { return c.access.keys_file; },
          Text{0, 4096, "a path of at most 4096 characters"},
          "The keys of signed addresses: lines of an id, a space, and a secret of at least 32 characters (`openssl "
          "rand "
          "-hex 32`). The first one signs, all are valid. Relative to the folder of this file; read again on SIGHUP. "
          "\"\": a key of its own, kept in data_directory."),
      key(
          "token_lifetime", [](ServerConfig& c) -> auto& { return c.access.token_lifetime; }, Duration{1min, 24h * 30},
          "Of the signed addresses that the daemon itself gives: to Xtream clients, and after the hook."),
      key(
          "geo_database", [](ServerConfig& c) -> auto& { return c.access.geo_database; },
          Text{0, 4096, "a path of at most 4096 characters"},
          "A file in MaxMind DB format with countries, such as GeoLite2-Country or DB-IP Country Lite. Relative to the "
          "folder of this file; opened again on SIGHUP. \"\": none, and then nobody is in any country."),
  };
}

std::vector<Key<ServerConfig>> hook_keys() {
  return {
      key(
          "hook_url", [](ServerConfig& c) -> auto& { return c.access.hook_url; },
          Text{.min = 0, .max = 4096, .what = "http:// or https://, or \"\"", .check = is_http_url, .secret = true},
          "Asked by POST with JSON as MediaMTX asks it (user, password, token, ip, action, path, protocol, id, query, "
          "userAgent); 2xx lets in. \"\": nobody is asked."),
      key(
          "hook_publish", [](ServerConfig& c) -> auto& { return c.access.hook_publish; }, Boolean{},
          "Whether it is asked about publishers, too, who have the right stream key."),
      key(
          "hook_timeout", [](ServerConfig& c) -> auto& { return c.access.hook_timeout; }, Duration{100ms, 20s},
          "For its whole answer."),
      key(
          "hook_cache", [](ServerConfig& c) -> auto& { return c.access.hook_cache; }, Duration{1s, 1h},
          "How long its answer about a viewer holds."),
      key(
          "hook_fail_open", [](ServerConfig& c) -> auto& { return c.access.hook_fail_open; }, Boolean{},
          "When it does not answer: true lets everybody in, false nobody."),
  };
}

}  // namespace

Section<ServerConfig> access_section() {
  Section<ServerConfig> section{
      "access",
      "Who may watch. The first four hold for every channel whose entry in the lineup does not say otherwise.",
      rule_keys()};
  for (const auto& group : {part_keys(), hook_keys()}) {
    section.keys.insert(section.keys.end(), group.begin(), group.end());
  }
  return section;
}

const std::vector<Key<ChannelAccess>>& channel_access_schema() {
  static const std::vector<Key<ChannelAccess>> schema{
      channel_key(
          "audience", [](ChannelAccess& a) -> auto& { return a.audience; }, Optional<Choice<Audience>>{kAudiences},
          "Whom the channel is for."),
      channel_key(
          "accounts", [](ChannelAccess& a) -> auto& { return a.accounts; },
          ListOf<Text>{Text{1, 32, "the name of an account"}, 0, 10'000}, "Only these members."),
      channel_key(
          "networks", [](ChannelAccess& a) -> auto& { return a.networks; }, Optional<ListOf<Network>>{kNetworks},
          "The networks from which it can be watched."),
      channel_key(
          "countries", [](ChannelAccess& a) -> auto& { return a.countries; }, Optional<ListOf<Text>>{kCountries},
          "The countries in which it can be watched."),
      channel_key(
          "max_sessions", [](ChannelAccess& a) -> auto& { return a.max_sessions; }, kSessions,
          "Players at once of one account or signed address."),
      channel_key(
          "hook", [](ChannelAccess& a) -> auto& { return a.hook; }, Optional<Boolean>{}, "Whether the hook is asked."),
  };
  return schema;
}

}  // namespace grandstand::config
