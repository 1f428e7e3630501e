// SPDX-License-Identifier: MIT
#include "faults.hpp"
#include "server_schema.hpp"
#include "test_paths.hpp"

#include <grandstand/config/print.hpp>

#include <cstdlib>
#include <fstream>

#include <boost/pfr/tuple_size.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kManual = GRANDSTAND_SOURCE_DIR "/config/grandstand.yaml";

std::vector<std::string> faults_in(std::string_view text) {
  return faults_of(parse_server_config(text, "grandstand.yaml"));
}

ServerConfig config_of(std::string_view text) {
  auto loaded = parse_server_config(text, "grandstand.yaml");
  EXPECT_THAT(faults_of(loaded), ElementsAre());
  return std::get<ServerConfig>(loaded);
}

std::size_t keys_in(const std::string& name) {
  for (const auto& section : server_schema()) {
    if (section.name == name) return section.keys.size();
  }
  return 0;
}

TEST(ServerConfig, TheManualIsWhatTheDefaultsPrint) {
  const std::string expected = print(ServerConfig{});
  if (std::getenv("GRANDSTAND_UPDATE_GOLDEN") != nullptr) std::ofstream(kManual) << expected;
  EXPECT_EQ(content_of(kManual), expected)
      << "config/grandstand.yaml is made from the schema: run this test with GRANDSTAND_UPDATE_GOLDEN=1";
}

TEST(ServerConfig, TheManualReadsAsTheDefaults) {
  EXPECT_EQ(print(config_of(content_of(kManual))), print(ServerConfig{}));
}

TEST(ServerConfig, EveryFieldOfTheSettingsHasAKey) {
  EXPECT_EQ(keys_in("log"), boost::pfr::tuple_size_v<log::Settings>);
  EXPECT_EQ(keys_in("http"), boost::pfr::tuple_size_v<http::Settings>);
  EXPECT_EQ(keys_in("rtmp"), boost::pfr::tuple_size_v<ingest::RtmpSettings>);
  EXPECT_EQ(keys_in("hls"), boost::pfr::tuple_size_v<hls::Settings>);
  EXPECT_EQ(keys_in("clients"), boost::pfr::tuple_size_v<http::ClientSettings>);
  EXPECT_EQ(keys_in("guide"), boost::pfr::tuple_size_v<guide::Settings>);
  EXPECT_EQ(keys_in("access"), boost::pfr::tuple_size_v<access::Settings>);
  EXPECT_EQ(keys_in("hub"), boost::pfr::tuple_size_v<hub::Settings>);
  EXPECT_EQ(keys_in("calls"), boost::pfr::tuple_size_v<social::CallSettings> + boost::pfr::tuple_size_v<sfu::Settings>);
  EXPECT_EQ(keys_in("cluster"), boost::pfr::tuple_size_v<cluster::Settings>);
  EXPECT_EQ(keys_in("identity"), boost::pfr::tuple_size_v<identity::Settings>);
  EXPECT_EQ(keys_in("database"), boost::pfr::tuple_size_v<storage::Settings>);
  // The top is no field, and calls is two.
  EXPECT_EQ(keys_in("") + server_schema().size() - 1 + 1, boost::pfr::tuple_size_v<ServerConfig>);
}

TEST(ServerConfig, EveryKeyHasAMeaningAndAnExpectationAndReadsBackItsDefault) {
  const ServerConfig defaults;
  for (const auto& section : server_schema()) {
    for (const auto& key : section.keys) {
      const std::string path = join_path(section.name, key.name);
      EXPECT_FALSE(key.meaning.empty()) << path;
      EXPECT_FALSE(key.expected.empty()) << path;
      const std::string line = key.name + ": " + key.print(defaults) + "\n";
      EXPECT_THAT(faults_in(section.name.empty() ? line : section.name + ":\n  " + line), ElementsAre()) << path;
    }
  }
}

TEST(ServerConfig, EveryDefaultKeepsTheRules) {
  for (const Rule& rule : server_rules()) EXPECT_EQ(rule.broken(ServerConfig{}), std::nullopt) << rule.keys.front();
}

TEST(ServerConfig, AnEmptyFileIsTheDefaults) {
  for (const std::string text : {"", "# nothing\n", "http:\n  # port: 1\n"}) {
    EXPECT_EQ(print(config_of(text)), print(ServerConfig{})) << text;
  }
}

TEST(ServerConfig, ReadsEveryKindOfValue) {
  const ServerConfig config = config_of(R"(
data_directory: /var/lib/grandstand
loops: 2
log: {level: debug, format: json}
http:
  address: "::"
  max_body_bytes: 1MiB
  idle_timeout: 1m30s
  allowed_origins: [https://a.example, "http://localhost:5173"]
rtmp:
  enabled: false
hls:
  containers: [ts]
identity:
  session_lifetime: 7d
database:
  url: postgresql://grandstand@db.example/grandstand
)");
  EXPECT_EQ(config.data_directory, "/var/lib/grandstand");
  EXPECT_EQ(config.loops, 2u);
  EXPECT_EQ(config.log.level, log::Level::kDebug);
  EXPECT_EQ(config.log.format, log::Format::kJson);
  EXPECT_EQ(config.http.address, "::");
  EXPECT_EQ(config.http.max_body_bytes, 1u << 20);
  EXPECT_EQ(config.http.idle_timeout, 90s);
  EXPECT_THAT(config.http.allowed_origins, ElementsAre("https://a.example", "http://localhost:5173"));
  EXPECT_FALSE(config.rtmp.enabled);
  EXPECT_THAT(config.hls.containers, ElementsAre(hls::Container::kTs));
  EXPECT_EQ(config.identity.session_lifetime, 168h);
  EXPECT_EQ(config.database.url, "postgresql://grandstand@db.example/grandstand");
}

TEST(ServerConfig, ReadsIdentityProvidersAndSaysWhatIsWrongWithThem) {
  const std::string one =
      "{id: corp, title: Corporation, issuer: 'https://login.example', client_id: tv, client_secret: hunter2}";
  const auto config = config_of("identity: {oidc: [" + one + "]}");
  ASSERT_EQ(config.identity.oidc.size(), 1u);
  EXPECT_EQ(config.identity.oidc[0].title, "Corporation");
  EXPECT_EQ(config.identity.oidc[0].client_secret, "hunter2");
  EXPECT_EQ(config.identity.oidc[0].scope, "profile");
  EXPECT_THAT(print(config), testing::Not(HasSubstr("hunter2")));
  const auto fault = [](const std::string& provider) {
    const auto faults = faults_in("identity: {oidc: [" + provider + "]}");
    return faults.empty() ? std::string("none") : faults.front();
  };
  EXPECT_THAT(fault(one + ", " + one), HasSubstr("is there twice"));
  EXPECT_THAT(fault("{id: corp}"), HasSubstr("expected id, issuer, client_id and client_secret"));
  EXPECT_THAT(fault("{id: Corp, issuer: 'https://a.example', client_id: a, client_secret: b}"),
              HasSubstr("of a-z, 0-9"));
  EXPECT_THAT(fault("{id: a, key: b}"), HasSubstr("'key' is not known"));
  EXPECT_THAT(fault("corp"), HasSubstr("expected a group"));
  for (const std::string issuer : {"ftp://a.example", "http://login.example", "http://localhost.evil.example",
                                   "https://a.example?x", "https://u@a.example", "login.example"})
    EXPECT_THAT(fault("{id: a, issuer: '" + issuer + "', client_id: a, client_secret: b}"), HasSubstr("https://..."))
        << issuer;
  for (const std::string issuer : {"http://localhost:8080/realms/tv", "http://127.0.0.1", "http://[::1]:1"})
    EXPECT_EQ(fault("{id: a, issuer: '" + issuer + "', client_id: a, client_secret: b}"), "none") << issuer;
}

TEST(ServerConfig, WhatIsPrintedReadsBackAsTheSame) {
  const ServerConfig config = config_of(R"(
loops: 3
http: {port: 80, allowed_origins: ["https://a.example:8443"], web_root: "odd: name # \"x\""}
hls: {window: 1m, containers: [ts, fmp4]}
log: {burst_per_second: 0}
)");
  EXPECT_EQ(print(config_of(print(config))), print(config));
  EXPECT_EQ(config_of(print(config)).http.web_root, "odd: name # \"x\"");
}

TEST(ServerConfig, APasswordIsNotPrinted) {
  const std::string text = print(config_of("database: {url: 'postgresql://me:hunter2@db.example/tv'}"));
  EXPECT_THAT(text, testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(text, HasSubstr("db.example/tv"));
  EXPECT_THAT(faults_in("database: {url: 'mysql://me:hunter2@db.example/tv'}"),
              ElementsAre("1:17: database.url: the value is wrong; expected a URI such as "
                          "postgresql://grandstand@db.example/grandstand, or \"\""));
}

TEST(ServerConfig, AnHdHomeRunDeviceIdHasToPassTheCheckOfItsClients) {
  EXPECT_THAT(faults_in("clients: {hdhomerun_device_id: 1010CF24}"), testing::IsEmpty());
  EXPECT_EQ(faults_in("clients: {hdhomerun_device_id: 1010CF25}").size(), 1);
  EXPECT_THAT(
      faults_in("clients: {hdhomerun_device_id: kitchen}"),
      ElementsAre("1:32: clients.hdhomerun_device_id: 'kitchen' is wrong; expected 8 hexadecimal digits as of a "
                  "tuner, with their check digit, or \"\""));
}

TEST(ServerConfig, ReportsAllFaultsAtOnceInTheirOrder) {
  EXPECT_THAT(
      faults_in(R"(loops: many
http:
  prot: 8080
  port: 80800
  max_header_bytes: 16KB
  idle_timeout: 75
  allowed_origins: [tv.example, https://a.example, https://a.example]
rtmp:
  enabled: yes
  port: "1935"
hls: [1]
hbu: {}
log:
  level: loud
)"),
      ElementsAre("1:8: loops: 'many' is not a whole number; expected 0 to 64",
                  "3:3: http: the key 'prot' is not known; did you mean 'port'?",
                  "4:9: http.port: '80800' is out of range; expected 0 to 65535",
                  "5:21: http.max_header_bytes: '16KB' is not a size such as 512B, 16KiB or 8MiB; expected 4KiB to "
                  "256KiB",
                  "6:17: http.idle_timeout: '75' is not a duration such as 2s, 500ms or 1h30m; expected 100ms to 1h",
                  "7:21: http.allowed_origins: 'tv.example' is wrong; expected an origin such as https://tv.example "
                  "(scheme, host, port; no path)",
                  "7:52: http.allowed_origins: 'https://a.example' stands here twice; expected different values",
                  "9:12: rtmp.enabled: 'yes' is no truth value; expected true or false",
                  "10:9: rtmp.port: '1935' is in quotes, which makes it a text; expected 0 to 65535 without quotes",
                  "11:6: hls: a list; expected a group of keys",
                  "12:1: the key 'hbu' is not known; did you mean 'hub'?",
                  "14:10: log.level: 'loud' is not known; expected trace, debug, info, warning or error"));
}

TEST(ServerConfig, AnUnknownKeyWithoutANearOneGetsTheList) {
  EXPECT_THAT(faults_in("log: {colour: true}"),
              ElementsAre("1:7: log: the key 'colour' is not known; expected one of level, format, burst_per_second"));
}

TEST(ServerConfig, AnEmptyValueIsAFault) {
  EXPECT_THAT(faults_in("http:\n  port:\n"), ElementsAre(HasSubstr("http.port: empty; expected 0 to 65535")));
  EXPECT_THAT(faults_in("channels_file: ''\n"), ElementsAre(HasSubstr("channels_file: is empty or too short")));
}

TEST(ServerConfig, DurationsOfWholeHoursCannotBeFiner) {
  EXPECT_THAT(faults_in("identity: {session_lifetime: 90m}"), ElementsAre(HasSubstr("expected multiples of 1h")));
}

TEST(ServerConfig, ChecksWhatMustHoldBetweenKeys) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"hls: {segment_duration: 8s}",
       "1:25: hls.segment_duration: '4s' is shorter than segment_duration; expected at least 8s"},
      {"hls: {max_segment_duration: 20s}",
       "1:29: hls.max_segment_duration: the window of 30s is shorter than 3 times max_segment_duration; expected at "
       "least 1m"},
      {"http: {port: 1935}", "1:14: http.port: 1935 is both http.port and rtmp.port; expected different ports"},
      {"http: {metrics_port: 9100}",
       "1:22: http.metrics_port: metrics_address and metrics_port belong together; expected both or neither"},
      {"http: {metrics_port: 8080, metrics_address: 127.0.0.1}",
       "1:22: http.metrics_port: port 8080 is http.port or rtmp.port, too; expected a port of its own"},
      {"hub: {max_message_bytes: 1MiB}",
       "1:26: hub.max_message_bytes: '256KiB' is less than max_message_bytes; expected at least 1MiB"},
      {"hub: {history_events: 100}",
       "1:23: hub.history_events: '300' is more than history_events; expected at most 100"},
  };
  for (const auto& [text, fault] : cases) EXPECT_THAT(faults_in(text), ElementsAre(fault)) << text;
  EXPECT_THAT(faults_in("http: {port: 0}\nrtmp: {port: 0}"), ElementsAre());
  EXPECT_THAT(faults_in("http: {port: 1935}\nrtmp: {enabled: false}"), ElementsAre());
}

TEST(ServerConfig, ARuleIsNotAppliedToAValueThatCouldNotBeRead) {
  EXPECT_THAT(faults_in("hls: {max_segment_duration: 20s, window: soon}\nhttp: {port: 1935}"),
              ElementsAre(HasSubstr("1:42: hls.window"), HasSubstr("2:14: http.port")));
}

TEST(ServerConfig, AUrlWithoutAHostIsAFault) {
  EXPECT_THAT(faults_in(R"(access: {hook_url: "http://"}
cluster:
  nats_url: "http://me:hunter2@10.0.0.4"
  address: "ten.example and more"
guide: {sources: ["http://", {url: "https:///x"}]}
hub: {classifier_url: "http://"}
database: {url: "postgresql://db.example/tv"}
)"),
              ElementsAre("1:20: access.hook_url: the value is wrong; expected http:// or https://, or \"\"",
                          "3:13: cluster.nats_url: the value is wrong; expected a URL such as nats://10.0.0.4:4222",
                          "4:12: cluster.address: 'ten.example and more' is wrong; expected a URL such as "
                          "http://10.0.0.5:8080",
                          HasSubstr("5:19: guide.sources: the value is wrong; expected http://, https:// or file:"),
                          HasSubstr("5:36: guide.sources: the value is wrong"),
                          HasSubstr("6:23: hub.classifier_url: the value is wrong")));
  for (const std::string address : {"http://10.0.0.5:8080/", "http://10.0.0.5:8080/x", "10.0.0.5:8080"}) {
    EXPECT_THAT(faults_in("cluster: {address: \"" + address + "\"}"), ElementsAre(HasSubstr("cluster.address")));
  }
  EXPECT_THAT(faults_in("database: {url: \"postgresql://db/tv\"}\n"
                        "cluster: {nats_url: \"tls://nats.example\", address: \"https://Node1.example:8443\"}"),
              ElementsAre());
}

TEST(ServerConfig, PrintsNoCredentialsOfUrls) {
  const auto config = config_of(
      "cluster: {nats_url: 'nats://bus:hunter2@10.0.0.4:4222'}\ndatabase: {url: 'postgresql://me:hunter2@db/x'}\n"
      "hub: {classifier_url: 'https://judge:hunter2@judge.example/v1?key=hunter2'}");
  const auto text = print(config);
  EXPECT_EQ(text.find("hunter2"), std::string::npos);
  EXPECT_THAT(text, HasSubstr("nats://***@10.0.0.4:4222"));
  EXPECT_THAT(text, HasSubstr("https://***@judge.example/v1?key=***"));
}

TEST(ServerConfig, SaysWhatIsWrongWithCallsAndShowsNoSecret) {
  const auto fault = [](const std::string& keys) {
    const auto faults = faults_in("calls: {" + keys + "}");
    return faults.empty() ? "none" : faults.front();
  };
  EXPECT_THAT(fault("turn: ['turn:a.example']"), HasSubstr("expected calls.turn_secret, too"));
  EXPECT_THAT(fault("turn: ['http://a.example'], turn_secret: x"), HasSubstr("turn:turn.example"));
  EXPECT_THAT(fault("stun: ['a.example']"), HasSubstr("stun:stun.example"));
  EXPECT_THAT(fault("seats: 1"), HasSubstr("2 to 50 seats"));
  EXPECT_THAT(fault("janus: 'ws://a.example'"), HasSubstr("http://127.0.0.1:8088/janus"));
  EXPECT_THAT(fault("turn_lifetime: 10s"), HasSubstr("1m to 1d"));
  const auto config = config_of(
      "calls: {turn: ['turn:a.example'], turn_secret: hunter2, janus_api_secret: hunter2, janus_admin_key: hunter2}");
  EXPECT_EQ(config.calls.turn_secret, "hunter2");
  EXPECT_EQ(print(config).find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace grandstand::config
