// SPDX-License-Identifier: MIT
// docs/api/asyncapi.json against what is said over sockets: the features' commands and events, the wire's messages; and
// docs/api/openapi.json against the features' queries.
#include "test_paths.hpp"

#include <grandstand/social/feature_table.hpp>
#include <grandstand/wire/client_message.hpp>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social {
namespace {

using nlohmann::json;
using Names = std::set<std::string>;

std::string read(const std::string& path) {
  std::ifstream file(std::string(GRANDSTAND_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

json document() {
  return json::parse(read("docs/api/asyncapi.json"));
}

Names schemas(const std::string& prefix) {
  Names names;
  const auto all = document();
  for (const auto& [name, schema] : all["components"]["schemas"].items()) {
    if (name.starts_with(prefix)) names.insert(name.substr(prefix.size()));
  }
  return names;
}

TEST(AsyncApi, DescribesTheCommandsOfTheFeaturesAndNoOthers) {
  Names commands;
  for (const auto* spec : feature_table()) {
    for (const auto& command : spec->commands)
      commands.insert(std::string(spec->name) + "." + std::string(command.name));
  }
  EXPECT_EQ(schemas("command."), commands);
}

TEST(AsyncApi, DescribesTheEventsOfTheFeaturesAndOfRooms) {
  Names events{"room.closed", "room.expelled", "room.members", "room.standing"};
  for (const auto* spec : feature_table()) {
    for (const auto& event : spec->events) events.insert(std::string(spec->name) + "." + std::string(event.name));
  }
  // What only the database decides, and nobody is sent.
  for (const char* never_sent : {"polls.vote", "polls.count", "moderation.network", "house_rules.check",
                                 "house_rules.said", "reactions.counted"})
    events.erase(never_sent);
  EXPECT_EQ(schemas("event."), events);
}

TEST(OpenApi, DescribesTheQueriesOfTheFeaturesAndNoOthers) {
  Names queries;
  for (const auto* spec : feature_table()) {
    for (const auto& query : spec->queries) {
      const std::string of = query.of_room ? "/api/v1/rooms/{room}/" : "/api/v1/features/";
      queries.insert(of + std::string(spec->name) + "/" + std::string(query.name));
    }
  }
  Names described;
  const auto all = json::parse(read("docs/api/openapi.json"));
  for (const auto& [path, item] : all["paths"].items()) {
    if (path.starts_with("/api/v1/rooms/") || path.starts_with("/api/v1/features/")) described.insert(path);
  }
  EXPECT_EQ(described, queries);
}

TEST(AsyncApi, DescribesTheMessagesOfTheWire) {
  Names expected{"refusal", "events", "open", "close"};
  const auto source = read("src/wire/server_message.cpp");
  const std::regex types(R"re((?:begin_reply\([a-z.]+, |\{\\"type\\":\\)"([a-z]+)\\?")re");
  for (std::sregex_iterator at(source.begin(), source.end(), types), end; at != end; ++at) expected.insert((*at)[1]);
  EXPECT_EQ(expected.size(), 13u) << "what the pattern finds in " << source.size() << " bytes";
  for (const wire::ClientMessage& message :
       {wire::ClientMessage(wire::Hello{}), wire::ClientMessage(wire::Join{}), wire::ClientMessage(wire::Leave{}),
        wire::ClientMessage(wire::CommandMessage{}), wire::ClientMessage(wire::Found{}),
        wire::ClientMessage(wire::Ping{})}) {
    auto text = wire::encode_client_message(message);
    expected.insert(std::regex_replace(text, std::regex(R"re(^.*"type":"([a-z]+)".*$)re"), "$1"));
  }
  static_assert(std::variant_size_v<wire::ClientMessage> == 6);
  Names described;
  const auto all = document();
  for (const auto& [name, message] : all["components"]["messages"].items()) described.insert(name);
  EXPECT_EQ(described, expected);
}

}  // namespace
}  // namespace grandstand::social
