// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/offload.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/base/bytes.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/identity/bot.hpp>
#include <grandstand/identity/device_code.hpp>
#include <grandstand/identity/settings.hpp>
#include <grandstand/identity/user.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/storage/database.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grandstand::identity {

// A signed-in user and the secret that proves it: 256 random bits, base64url, "gs_..."; only its digest is stored.
struct SignIn {
  User user;
  std::string token;
  std::string password_mark = {};  // of sign_in(): another one once the password is another
};

// An account as it is now.
struct CurrentAccount {
  User user;
  std::string password_mark;
};

// Where a session was begun, for its owner to know it by.
struct Device {
  std::string user_agent;  // at most 200 characters of printable ASCII
  std::string network;     // client_network.hpp
};

struct ListedSession {
  std::uint64_t id = 0;
  UtcTime created_at{};
  UtcTime last_seen_at{};  // to the hour
  Device device;
  std::uint64_t begun_by = 0;  // a television's: the session that let it in, while there is one
};

// A television that waits to be let in.
struct WaitingDevice {
  std::string user_code;
  Device device;
  UtcTime asked_at{};
  UtcTime expires_at{};
};
// What it hears when it polls; kAllowed: who it is now, an account or a guest of that name.
struct DevicePoll {
  DeviceAnswer answer = DeviceAnswer::kPending;
  std::optional<SignIn> sign_in = {};
  std::string guest_name = {};
};

// Who is something in a channel.
struct RoleHolder {
  UserId account;
  std::string name;
  Role role = Role::kViewer;
};

struct Profile {
  User user;
  std::string picture;  // its version; empty: there is none
};

// A picture of a channel that people write by its name (media/emote.hpp).
inline constexpr std::size_t kMostEmotes = 200;  // of a channel
inline constexpr std::size_t kLongestEmoteName = 32;
struct Emote {
  std::string version;
  SharedBytes png;
};

// A picture of an account: 256 x 256 pixels (media/portrait.hpp).
struct Portrait {
  std::string version;
  SharedBytes jpeg;
};

struct BlockedUser {
  UserId user;
  std::string name;  // as it was then
  UtcTime since{};
};
inline constexpr std::size_t kMostBlocked = 500;

// An identity provider that people may sign in by.
struct ListedProvider {
  std::string id;
  std::string title;
  std::string issuer;
};

// A sign-in by a provider under way: where the browser goes, and the secrets that its return is checked by.
struct Authorization {
  std::string url;
  std::string state;
  std::string nonce;
  std::string verifier;
};

// By what somebody is connected: a session of the account, or a token of the bot.
struct LiveSession {
  UserId account;
  std::uint64_t session = 0;
  friend auto operator<=>(const LiveSession&, const LiveSession&) = default;
};

// Who is told of changes to accounts whose owners may be connected. Called on a thread of the accounts; never blocks.
class AccountObserver {
 public:
  virtual ~AccountObserver() = default;
  // The account's role, name or channels are now these; `session` is 0.
  virtual void on_changed(const User& user) = 0;
  // These sessions of the account have ended.
  virtual void on_ended(const UserId& account, const std::vector<std::uint64_t>& sessions) = 0;
  // Nobody may use the account any more. Its bots are told of one by one.
  virtual void on_disabled(const UserId& account) = 0;
};

// Registered accounts (Argon2id by libsodium) and their sessions; guests, who exist only by a token that they keep.
//
// Owner: app.   Runs on: any loop.
class Accounts {
 public:
  Accounts(Settings settings, storage::Database& database, const Clock& clock, ops::Metrics& metrics);
  ~Accounts();
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  static std::span<const storage::Migration> migrations();

  // kConflict when the name is taken (also by a confusable one), kInvalidArgument for bad names and passwords,
  // kForbidden when registration is off.
  aio::Task<Result<SignIn>> register_account(std::string name, std::string password, Device device = {});
  // kUnauthenticated without saying whether name or password was wrong; kRateLimited after too many wrong ones for a
  // name.
  aio::Task<Result<SignIn>> sign_in(std::string name, std::string password, Device device = {});
  aio::Task<Status> sign_out(std::string token);

  // Who a token of a session or a bot belongs to: kUnauthenticated when it is unknown, expired or revoked; kRateLimited
  // for a bot that asks too much.
  aio::Task<Result<User>> authenticate(std::string token);

  // A guest under the wished name: kConflict when the name belongs to an account. `guest_token` (22..64 of
  // [A-Za-z0-9_-], made and kept by the client) gives the same guest again: the id is its digest.
  aio::Task<Result<User>> guest(std::string name, std::string guest_token);

  // The account of that name, or kNotFound.
  aio::Task<Result<User>> find(std::string name);
  // For what outlives a session: kUnauthenticated when the account is disabled, or is none.
  aio::Task<Result<CurrentAccount>> look_up(UserId account);

  std::chrono::seconds session_lifetime() const;
  // The sessions of an account, the latest seen first; to end one (kNotFound: it is not there), or all but one.
  aio::Task<Result<std::vector<ListedSession>>> sessions(UserId account);
  aio::Task<Status> end_session(UserId account, std::uint64_t session);
  aio::Task<Status> end_other_sessions(UserId account, std::uint64_t session_kept);
  // Ends all other sessions. kUnauthenticated when `before` is not the password; attempts are limited as in sign_in().
  aio::Task<Status> change_password(User user, std::string before, std::string after);

  // Roles: who may give which says permissions.hpp (kForbidden). kViewer in a channel: none there.
  aio::Task<Status> set_role(User giver, UserId account, Role role);
  aio::Task<Status> set_channel_role(User giver, ChannelId channel, UserId account, Role role);
  aio::Task<Result<std::vector<RoleHolder>>> role_holders(ChannelId channel);
  // Whoever is disabled is signed out everywhere at once, and cannot sign in until that is taken back. kForbidden:
  // one's own account.
  aio::Task<Status> set_disabled(User by, UserId account, bool disabled);

  // Since when the account follows the channel; kTooLarge beyond kMostFollowed.
  aio::Task<Result<UtcTime>> follow(UserId account, ChannelId channel);
  aio::Task<Status> unfollow(UserId account, ChannelId channel);

  // Profiles. kConflict as in register_account().
  aio::Task<Status> rename(User user, std::string name);
  aio::Task<Result<Profile>> profile(UserId account);
  // The version of the picture that was made of the upload; kInvalidArgument when that is no picture.
  aio::Task<Result<std::string>> set_picture(UserId account, std::string upload);
  aio::Task<Status> remove_picture(UserId account);
  aio::Task<Result<Portrait>> picture(UserId account);

  // The version of the emote that was made of the upload; kInvalidArgument when that is no picture or the name is none.
  aio::Task<Result<std::string>> set_emote(ChannelId channel, std::string name, std::string upload);
  aio::Task<Status> remove_emote(ChannelId channel, std::string name);
  aio::Task<Result<Emote>> emote(ChannelId channel, std::string name);

  // Whom an account does not want to hear, the latest first; clients hide what they say. kTooLarge beyond kMostBlocked.
  aio::Task<Result<std::vector<BlockedUser>>> blocked(UserId account);
  aio::Task<Status> block(UserId account, UserId blocked, std::string name);
  aio::Task<Status> unblock(UserId account, UserId blocked);

  // Televisions (RFC 8628). kUnavailable when too many wait already; kNotFound when none waits with that code; whoever
  // decides is an account's session, or a guest, who gives its name.
  aio::Task<Result<DeviceCode>> begin_device(Device device);
  aio::Task<Result<WaitingDevice>> waiting_device(std::string user_code);
  aio::Task<Status> decide_device(std::string user_code, User by, bool allow);
  aio::Task<Result<DevicePoll>> poll_device(std::string secret, Device device);

  // By OpenID Connect with a provider of settings.oidc (kNotFound: it is none). finish: kUnauthenticated when what the
  // provider gave is not right; whoever comes for the first time gets an account. The caller has compared the state.
  std::vector<ListedProvider> providers() const;
  aio::Task<Result<Authorization>> begin_sign_in(std::string provider, std::string redirect_uri);
  aio::Task<Result<SignIn>> finish_sign_in(std::string provider, std::string redirect_uri, std::string code,
                                           Authorization begun, Device device);
  // The provider says that somebody has signed out there (back-channel logout): each token once.
  aio::Task<Status> end_provider_sessions(std::string provider, std::string logout_token);
  // Whoever is signed in may connect the account with one identity at each provider, and sign in by it from then on;
  // nothing else, such as an equal name or address, connects them. kConflict: the identity is another account's, or it
  // is the only way in that is to be taken away.
  aio::Task<Status> link_provider(UserId account, std::string provider, std::string redirect_uri, std::string code,
                                  Authorization begun);
  aio::Task<Status> unlink_provider(UserId account, std::string provider);
  aio::Task<Result<std::vector<std::string>>> linked_providers(UserId account);

  // Bots: accounts without a password, which belong to the account that made them and come in by their tokens. Admins
  // see and change all, others their own (kNotFound). kTooLarge beyond settings.bots_per_account and kMostBotTokens,
  // kRateLimited beyond five bots a day.
  aio::Task<Result<std::vector<Bot>>> bots(User asker);
  aio::Task<Result<Bot>> create_bot(User owner, std::string name);
  aio::Task<Status> remove_bot(User asker, UserId bot);
  aio::Task<Result<MadeBotToken>> create_bot_token(User asker, UserId bot, BotTokenWish wish);
  // Whoever is connected by it is sent away.
  aio::Task<Status> revoke_bot_token(User asker, UserId bot, std::uint64_t token);

  // One at a time; nobody is told any more once it is gone.
  void observe(std::weak_ptr<AccountObserver> observer);

  // Several nodes: what changes here is given to `publish`, on a thread of the accounts, as text without secrets; what
  // another node published so is heard as if it had happened here, but is not published again.
  void announce_by(std::function<void(std::string news)> publish);
  aio::Task<Status> hear(std::string news);
  // When news may have been lost: whoever comes is looked up anew; and the observer is told what the accounts of these
  // sessions are now, or that the sessions have ended. At most some hundred at once.
  aio::Task<Status> forget_found();
  aio::Task<Status> check_again(std::vector<LiveSession> sessions);
  // Tells the observer which of these sessions have ended without anybody telling: expired, pushed out by newer ones,
  // or ended by another program. At most some hundred at once.
  aio::Task<Status> look_for_ended(std::vector<LiveSession> sessions);

  // For `grandstand user`; blocking. create: as register_account, whatever settings.registration says.
  Result<User> create_blocking(std::string name, std::string password, Role role);
  Status set_role_blocking(std::string name, Role role);
  Status set_channel_role_blocking(std::string name, ChannelId channel, Role role);
  Status set_password_blocking(std::string name, std::string password);
  Result<std::vector<User>> list_blocking();

  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace grandstand::identity
