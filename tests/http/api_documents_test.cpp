// SPDX-License-Identifier: MIT
// docs/api/openapi.json against what the server answers to: the table of routes and the table of permissions.
#include "api_documents.hpp"

#include "authorised.hpp"
#include "router.hpp"

#include <grandstand/identity/permissions.hpp>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using nlohmann::json;

// "/api/v1/bots/{bot}" -> "/api/v1/bots/<bot>"
std::string with_angles(std::string path) {
  for (char& c : path) c = c == '{' ? '<' : c == '}' ? '>' : c;
  return path;
}

// By action: "GET /api/v1/me".
std::map<std::string, json> operations() {
  std::map<std::string, json> found;
  const auto document = json::parse(kOpenapiJson);
  for (const auto& [path, item] : document["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      std::string name = method;
      for (char& c : name) c = static_cast<char>(std::toupper(c));
      found.emplace(name + " " + with_angles(path), operation);
    }
  }
  return found;
}

// Those that a row of the table of permissions is about: one, or, of questions to features, each by its name.
std::vector<std::pair<std::string, json>> described_by(std::string_view action) {
  const auto described = operations();
  if (const auto found = described.find(std::string(action)); found != described.end()) return {*found};
  const auto pattern = action.substr(action.find(' ') + 1);
  std::vector<std::pair<std::string, json>> all;
  for (const auto& one : described) {
    const auto path = one.first.find(' ') + 1;
    if (one.first.substr(0, path) == action.substr(0, path) && match_path(pattern, one.first.substr(path))) {
      all.push_back(one);
    }
  }
  return all;
}

TEST(OpenApi, DescribesEveryRequestWithItsRoleAndScope) {
  for (const auto& row : identity::kPermissions) {
    if (row.action.find(' ') == std::string_view::npos) continue;
    const auto found = described_by(row.action);
    ASSERT_FALSE(found.empty()) << row.action << " is not in docs/api/openapi.json";
    const bool is_open = row.least == identity::Role::kGuest;
    for (const auto& [action, operation] : found) {
      EXPECT_EQ(operation["x-least-role"], identity::to_string(row.least)) << action;
      EXPECT_EQ(operation["x-role-counts"], row.scope == identity::Scope::kChannel ? "channel" : "everywhere")
          << action;
      EXPECT_EQ(operation["x-token-scope"], is_open ? "any" : identity::to_string(row.token)) << action;
      EXPECT_EQ(operation["security"][0].empty(), is_open) << action;
    }
  }
}

// What is for players and browsers rather than programs: media, playlists, the interfaces of other systems, pages.
const std::set<std::string_view> kNotTheApi{"live",      "access", "websocket", "playlist",  "epg",
                                            "hdhomerun", "xtream", "api",       "flussonic", "files"};

TEST(OpenApi, DescribesEveryRouteThatIsForProgramsAndNoOther) {
  std::set<const Route*> described;
  for (const auto& [action, operation] : operations()) {
    const auto path = action.substr(action.find(' ') + 1);
    const Route* found = nullptr;
    for (const auto& route : routes()) {
      if (is_at(route, path)) {
        found = &route;
        break;
      }
    }
    ASSERT_NE(found, nullptr) << action;
    EXPECT_FALSE(kNotTheApi.contains(found->name)) << action << " is answered by no route of the API";
    described.insert(found);
  }
  for (const auto& route : routes()) {
    EXPECT_NE(described.contains(&route), kNotTheApi.contains(route.name)) << route.path;
  }
}

TEST(OpenApi, NamesEachOperationOnceAndRefersToWhatThereIs) {
  const auto document = json::parse(kOpenapiJson);
  EXPECT_EQ(document["openapi"], "3.1.0");
  std::set<std::string> names;
  for (const auto& [action, operation] : operations())
    EXPECT_TRUE(names.insert(operation["operationId"]).second) << action;
  const auto flat = document.flatten();
  for (const auto& [place, value] : flat.items()) {
    if (!place.ends_with("/$ref")) continue;
    const auto target = value.get<std::string>();
    EXPECT_TRUE(document.contains(json::json_pointer(target.substr(1)))) << target;
  }
}

}  // namespace
}  // namespace grandstand::http
