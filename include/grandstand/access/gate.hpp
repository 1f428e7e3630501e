// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/access/settings.hpp>
#include <grandstand/access/token.hpp>
#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/identity/accounts.hpp>
#include <grandstand/ops/metrics.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grandstand::access {

// One request for something of a channel, with all that may speak for it.
struct Viewing {
  std::string channel;
  std::string address;        // of the client
  std::string token;          // a signed one; empty: none
  std::string player;         // the name that a player was given with its token; empty: none
  std::string account_token;  // of a signed-in session; empty: none
  std::string user_agent;
  // What an address of ours never has: HTTP Basic credentials and a query of somebody else's. For the hook.
  std::string user;
  std::string password;
  std::string query;
  std::string customer;  // what of the query is not ours: whose players are counted together
  // The token or the query for the hook stand in the query of this request: it is the first of its player.
  bool entry = false;
};

// Somebody who wants to be where a channel's audience talks.
struct Visit {
  std::string_view channel;
  std::string_view address;
  std::string_view token = {};           // a signed one; empty: none
  const identity::User* user = nullptr;  // null: nobody
};

enum class Refusal {
  kNone,
  kTokenRequired,
  kTokenInvalid,
  kSignInRequired,
  kAccount,
  kNetwork,
  kCountry,
  kSessionLimit,
  kHook,
  kUnavailable,
  kCount,
};
// "session_limit": in problems and metrics.
std::string_view to_string(Refusal refusal);

struct Verdict {
  Refusal refusal = Refusal::kNone;
  std::string reason;  // for people
  // Of an entry: the token and the player's name that its further requests bring.
  std::string token;
  std::string player;

  bool allowed() const { return refusal == Refusal::kNone; }
};

// Decides who may watch what. A decision holds for a few seconds on the loop where it was made, so that most requests
// cost a look into a table; sessions are counted on one loop for all.
//
// Series: grandstand_access_decisions_total{outcome}, grandstand_access_sessions_forgotten_total,
// grandstand_access_hook_requests_total{outcome}, grandstand_access_hook_seconds.
//
// Owner: app.   Runs on: any loop; apply() and stop() on no loop.   Stops: stop(), while the loops still run.
class Gate {
 public:
  struct Context {
    aio::Runtime& runtime;
    const Clock& clock;
    ops::Metrics& metrics;
    identity::Accounts& accounts;
    // Signs where there is no settings.keys_file; at least 32 bytes. Empty: a random one, for as long as the gate
    // lives.
    std::string secret = {};
  };
  // Reads the keys and opens the database of countries.
  static Result<std::unique_ptr<Gate>> create(Settings settings, Context context);
  // Whether create() would find them well.
  static Status check_files(const Settings& settings);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // The channels' own rules, and the keys and the database of countries anew; where one of these two cannot be read,
  // the old one stays and the error says so.
  Status apply(std::vector<std::pair<ChannelId, ChannelAccess>> channels);

  // Whether everybody may watch: nothing need be asked. Unknown channels are open, for there is nothing to see.
  bool open_to_all(std::string_view channel) const;
  // Whether a query of somebody else's means something for this channel.
  bool asks_hook(std::string_view channel) const;

  // What was decided a moment ago for the same; from its loop only.
  std::optional<Verdict> known(const aio::Loop& loop, const Viewing& viewing) const;
  // Decides, and tells on the loop, later.
  void ask(aio::Loop& loop, Viewing viewing, std::function<void(Verdict)> done);

  // Whether somebody may be where the channel's audience talks: by the rules for watching, but for the hook and the
  // number of players, for nobody plays anything there. The token of an account counts for this account alone.
  Verdict may_visit(const Visit& visit) const;

  // For clients that sign in with every address (Xtream Codes): a token for one channel, valid for
  // settings.token_lifetime, and only while the account may watch. Empty: the channel is not for members, or not for
  // this one.
  std::string make_member_token(std::string_view channel, const identity::User& user) const;

  // Whether a publisher may: true where no hook is asked about it. On the loop, later.
  void ask_publish(aio::Loop& loop, Viewing viewing, std::string protocol, std::function<void(bool)> done);

  void stop();

 private:
  struct State;
  explicit Gate(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

// The name under which a player that brings none is counted: the same for the same program at the same address.
std::string player_name(std::string_view address, std::string_view user_agent);

}  // namespace grandstand::access
