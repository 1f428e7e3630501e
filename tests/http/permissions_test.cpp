// SPDX-License-Identifier: MIT
// The routes of the API and the table of permissions: each request with each role, over HTTP.
#include "http_client.hpp"
#include "router.hpp"
#include "running_server.hpp"

#include <grandstand/identity/permissions.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using identity::Role;

constexpr Role kRoles[] = {Role::kGuest, Role::kViewer, Role::kMember, Role::kModerator, Role::kCreator, Role::kAdmin};

struct ApiAction {
  std::string method, path;
  identity::Permission permission;
};

std::vector<ApiAction> api_actions() {
  std::vector<ApiAction> actions;
  for (const auto& permission : identity::kPermissions) {
    const auto space = permission.action.find(' ');
    if (space == std::string_view::npos) continue;
    actions.push_back({std::string(permission.action.substr(0, space)),
                       std::string(permission.action.substr(space + 1)), permission});
  }
  return actions;
}

std::string put(std::string path, const std::string& variable, const std::string& value) {
  if (const auto at = path.find(variable); at != std::string::npos) path.replace(at, variable.size(), value);
  return path;
}

// With values that are there, where what is asked does no harm: each session that is ended is none.
std::string sample(const ApiAction& action) {
  auto path = action.path;
  for (const auto& [variable, value] : {std::pair{"<channel>", "news"},
                                        {"<account>", "account:9999"},
                                        {"<session>", "9999"},
                                        {"<bot>", "bot:9999"},
                                        {"<token>", "9999"},
                                        {"<webhook>", "9999"},
                                        {"<stream>", "9999"},
                                        {"<code>", "BCDF-GHJK"},
                                        {"<emote>", "gg"},
                                        {"<user>", "account:9999"},
                                        {"<provider>", "nobody"},
                                        {"<room>", "channel:news"},
                                        {"<feature>", "echo"},
                                        {"<query>", "history"}})
    path = put(path, variable, value);
  return path;
}

MethodSet method_of(const std::string& name) {
  if (name == "GET") return one_of(Method::kGet);
  if (name == "POST") return one_of(Method::kPost);
  if (name == "PUT") return one_of(Method::kPut);
  return one_of(Method::kDelete);
}

const Route* find_route(const std::string& path) {
  for (const auto& route : routes()) {
    if (is_at(route, path)) return &route;
  }
  return nullptr;
}

TEST(ApiPermissions, EveryRouteOfTheApiIsInTheTable) {
  std::map<const Route*, MethodSet> covered;
  for (const auto& action : api_actions()) {
    const auto* route = find_route(sample(action));
    ASSERT_NE(route, nullptr) << action.path;
    EXPECT_NE(route->methods & method_of(action.method), 0) << action.permission.action;
    covered[route] = static_cast<MethodSet>(covered[route] | method_of(action.method));
  }
  for (const auto& route : routes()) {
    if (!route.path.starts_with("/api/v1/")) continue;
    const auto methods = static_cast<MethodSet>(route.methods & ~one_of(Method::kHead));
    EXPECT_EQ(methods, covered[&route]) << route.path;
  }
}

class ApiPermissionsTest : public testing::Test {
 protected:
  // An account of that role, as a line of the header; nothing for guests.
  std::string signed_in(Role role, const ChannelId& channel = {}) {
    if (role == Role::kGuest) return "";
    const auto name = "A" + std::to_string(++accounts_);
    const bool everywhere = channel.value().empty();
    EXPECT_TRUE(site_.accounts().create_blocking(name, "correct horse", everywhere ? role : Role::kViewer).ok());
    if (!everywhere) EXPECT_TRUE(site_.accounts().set_channel_role_blocking(name, channel, role).ok());
    const auto signed_in = await_on_loop(site_.loop(), site_.accounts().sign_in(name, "correct horse")).value();
    return "Authorization: Bearer " + signed_in.token + "\r\n";
  }
  int ask(const ApiAction& action, const std::string& line) {
    // Of its own, because one of the answers never ends.
    return HttpClient(site_.port())
        .ask(action.method, sample(action), line + "Content-Type: application/json\r\n",
             action.method == "GET" ? "" : R"({"role":"member","name":"x","scopes":["chat"]})")
        .status;
  }

  TestDatabase database_{identity::Accounts::migrations()};
  RunningServer site_{database_.database()};
  int accounts_ = 0;
};

TEST_F(ApiPermissionsTest, AreEnforcedForEveryRequestAndRole) {
  for (const Role role : kRoles) {
    const auto line = signed_in(role);
    for (const auto& action : api_actions()) {
      // Signing in is limited per address, and ending all sessions would end ours.
      const bool ends_ours = action.path == "/api/v1/sessions/current";
      const int status = ask(action, ends_ours && role != Role::kGuest ? signed_in(role) : line);
      const auto what = std::string(action.permission.action) + " as " + std::string(to_string(role));
      if (role >= action.permission.least) {
        EXPECT_NE(status, 401) << what;
        EXPECT_NE(status, 403) << what;
        EXPECT_NE(status, 405) << what;
      } else {
        EXPECT_EQ(status, role == Role::kGuest ? 401 : 403) << what;
      }
    }
  }
}

// Every resource that changes anything, whether it is in the table or not.
TEST_F(ApiPermissionsTest, NoPageOfAnotherSiteChangesAnythingByACookie) {
  const auto bearer = signed_in(Role::kAdmin);
  const auto token = bearer.substr(bearer.rfind(' ') + 1);
  const auto cookie = "Cookie: grandstand_session=" + token.substr(0, token.find('\r')) + "\r\n";
  int asked = 0;
  for (const auto& route : routes()) {
    if (route.sharing == Sharing::kEverybody) continue;  // shows media, and takes no cookies
    for (const std::string method : {"POST", "PUT", "DELETE"}) {
      if ((route.methods & method_of(method)) == 0) continue;
      ++asked;
      const ApiAction action{method, std::string(route.path), {}};
      for (const std::string origin : {"https://evil.example", "null", "http://localhost.evil.example"}) {
        for (const std::string type : {"application/json", "text/plain", "application/x-www-form-urlencoded"}) {
          const auto fields = cookie + "Origin: " + origin + "\r\nContent-Type: " + type + "\r\n";
          EXPECT_EQ(HttpClient(site_.port()).ask(method, sample(action), fields, "{}").status, 403)
              << method << " " << route.path << " from " << origin;
        }
      }
    }
  }
  EXPECT_GT(asked, 15);
}

TEST_F(ApiPermissionsTest, OfChannelsCountTheRoleThere) {
  for (const Role role : {Role::kMember, Role::kModerator, Role::kCreator}) {
    const auto here = signed_in(role, ChannelId("news")), elsewhere = signed_in(role, ChannelId("sport"));
    for (const auto& action : api_actions()) {
      if (action.permission.scope != identity::Scope::kChannel) continue;
      const auto what = std::string(action.permission.action) + " as " + std::string(to_string(role));
      EXPECT_EQ(ask(action, here) == 403, role < action.permission.least) << what;
      EXPECT_EQ(ask(action, elsewhere), 403) << what;
    }
  }
}

// A bot that is a creator in the channel asks everything, with a token of each scope.
TEST_F(ApiPermissionsTest, OfBotsAreTheirTokensScopes) {
  auto& accounts = site_.accounts();
  const identity::User root{UserId("account:99"), "Root", Role::kAdmin};
  const auto ada = accounts.create_blocking("Ada", "correct horse", Role::kViewer).value();
  const auto bob = accounts.create_blocking("Bob", "correct horse", Role::kViewer).value();
  const auto done = [&](auto task) { return await_on_loop(site_.loop(), std::move(task)); };
  // Two take turns, so that neither comes to its rate; the clock stands still, for it is the server's, too.
  const auto token_of = [&](const identity::User& owner, const std::string& name, identity::TokenScope scope) {
    const auto bot = done(accounts.create_bot(owner, name)).value();
    EXPECT_TRUE(done(accounts.set_channel_role(root, ChannelId("news"), bot.id, Role::kCreator)).ok());
    return done(accounts.create_bot_token(owner, bot.id, {"t", {scope}, {}, {}})).value().secret;
  };
  for (const auto scope : identity::kTokenScopes) {
    const auto name = std::string(identity::to_string(scope));
    const std::string tokens[] = {token_of(ada, name + " one", scope), token_of(bob, name + " two", scope)};
    std::size_t asked = 0;
    for (const auto& action : api_actions()) {
      const auto& row = action.permission;
      if (row.least == Role::kGuest) continue;
      const bool in_channel = row.scope == identity::Scope::kChannel;
      const bool may = row.token == scope && row.least <= (in_channel ? Role::kCreator : Role::kViewer);
      const auto status = ask(action, "Authorization: Bearer " + tokens[asked++ % 2] + "\r\n");
      EXPECT_EQ(status == 403 || status == 401, !may) << row.action << " with " << name << ": " << status;
    }
  }
}

}  // namespace
}  // namespace grandstand::http
