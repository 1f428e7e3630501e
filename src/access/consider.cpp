// SPDX-License-Identifier: MIT
// The steps of a decision: where from, by which token or account, what the hook says, how many at once.
#include "digest.hpp"
#include "gate_state.hpp"

#include <grandstand/base/client_network.hpp>

#include <algorithm>
#include <cctype>
#include <utility>

namespace grandstand::access {
namespace {

constexpr std::chrono::seconds kOutageHolds{2};
constexpr std::size_t kLongestName = 64;  // of a player

Verdict unavailable() {
  return refuse(Refusal::kUnavailable, "it cannot be decided now whether you may watch");
}

// As we make them: it goes into addresses and cookies.
bool is_player_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

// "b" of "a=x&token=b".
std::string value_of(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return std::string(pair.substr(equals + 1));
  }
  return {};
}

std::string sessions_text(std::size_t limit, std::chrono::seconds timeout) {
  return "already watched on " + std::to_string(limit) + (limit == 1 ? " player" : " players") +
         "; stop one, and try again after " + std::to_string(timeout.count()) + " s";
}

// Whose players are counted together where only the hook knows who watches. Nobody's, when it knows by the address.
std::string customer_of(const Viewing& viewing) {
  const auto& told = viewing.user.empty() ? viewing.customer : viewing.user;
  return told.empty() ? std::string() : "hook:" + short_digest(told);
}

// For an entry that came without a token of ours: its further requests are counted and asked about as this one was.
Token stand_in(const Viewing& viewing, const Admission& admission, bool is_account) {
  Token token;
  token.channels = {viewing.channel};
  token.subject = admission.subject;
  if (is_account) {
    token.account = admission.subject;
    token.session = admission.player.name;
  }
  token.query = viewing.query;
  return token;
}

}  // namespace

aio::Task<Verdict> Gate::State::consider(std::size_t loop, Viewing viewing, Admission& admission) {
  const auto now = book.load();
  const auto* const rule = now->find(viewing.channel);
  if (rule == nullptr || rule->open_to_all()) co_return Verdict{};
  if (auto verdict = check_place(*rule, now->countries.get(), viewing.address); !verdict.allowed()) co_return verdict;

  if (!is_player_name(viewing.player)) viewing.player = player_name(viewing.address, viewing.user_agent);
  admission.player = {viewing.player, client_network(viewing.address)};
  admission.limit = rule->max_sessions;
  Token token;
  if (!viewing.token.empty()) {
    auto verified = now->keys.verify(viewing.token, context.clock.utc());
    // What is not ours may be the hook's.
    const bool for_hook = !verified && viewing.entry && rule->hook && rule->audience == Audience::kPublic;
    if (!verified && !for_hook) co_return refuse(Refusal::kTokenInvalid, verified.error().message);
    if (verified) {
      token = std::move(*verified);
      if (auto verdict = check_token(token, viewing.channel, viewing.address); !verdict.allowed()) co_return verdict;
      if (auto verdict = co_await consider_holder(*rule, token); !verdict.allowed()) co_return verdict;
      admission.subject = token.subject.empty() ? "token:" + short_digest(viewing.token) : token.subject;
      if (!token.session.empty()) admission.player.name = token.session;
      if (token.sessions) admission.limit = *token.sessions;
    }
  } else if (rule->audience == Audience::kSigned) {
    co_return refuse(Refusal::kTokenRequired, "the channel is watched with a signed address only");
  } else if (rule->audience == Audience::kMembers) {
    if (auto verdict = co_await consider_account(*rule, viewing, admission); !verdict.allowed()) co_return verdict;
  }
  const bool is_account = token.channels.empty() && !admission.subject.empty();
  if (rule->hook) {
    if (auto verdict = co_await consider_hook(loop, viewing, token); !verdict.allowed()) co_return verdict;
    if (admission.subject.empty()) admission.subject = customer_of(viewing);
  }
  Verdict verdict;
  if (viewing.entry) {
    verdict.token = token.channels.empty() ? "" : viewing.token;
    verdict.player = viewing.player;
    if (verdict.token.empty()) {
      auto own = stand_in(viewing, admission, is_account);
      own.expires = context.clock.utc() + settings.token_lifetime;
      verdict.token = now->keys.sign(own);
      if (verdict.token.size() > kMaxTokenBytes) {
        co_return refuse(Refusal::kTokenInvalid, "the query of the address is too long to be kept");
      }
    }
  }
  if (admission.limit == 0) admission.subject.clear();
  co_return verdict;
}

aio::Task<Verdict> Gate::State::consider_account(const Rule& rule, const Viewing& viewing, Admission& admission) {
  const Verdict sign_in = refuse(Refusal::kSignInRequired, "the channel is for members: sign in");
  if (viewing.account_token.empty()) co_return sign_in;
  const auto user = co_await context.accounts.authenticate(viewing.account_token);
  if (!user) co_return user.error().code == ErrorCode::kUnauthenticated ? sign_in : unavailable();
  admission.subject = user->id.value();
  admission.player.name = short_digest(viewing.account_token);
  co_return check_account(rule, *user);
}

// Whom the token was made for may have been disabled since, or be none of the channel's accounts any more.
aio::Task<Verdict> Gate::State::consider_holder(const Rule& rule, const Token& token) {
  if (token.account.empty()) co_return Verdict{};
  const auto holder = co_await context.accounts.look_up(UserId(token.account));
  if (holder) co_return check_account(rule, holder->user);
  if (holder.error().code == ErrorCode::kUnauthenticated) {
    co_return refuse(Refusal::kAccount, "the account may not watch any more");
  }
  // An outage of the database ends nothing that was allowed: nobody can have been disabled meanwhile.
  co_return Verdict{};
}

aio::Task<Verdict> Gate::State::consider_hook(std::size_t loop, const Viewing& viewing, const Token& token) {
  // A token of ours stands for the query that it was made for.
  const auto query = token.channels.empty() ? viewing.query : token.query;
  const auto answer = co_await ask_hook(loop, {.user = viewing.user,
                                               .password = viewing.password,
                                               .token = value_of(query, "token"),
                                               .ip = viewing.address,
                                               .action = "read",
                                               .path = viewing.channel,
                                               .protocol = "hls",
                                               .id = viewing.player,
                                               .query = query,
                                               .user_agent = viewing.user_agent});
  if (answer == HookAnswer::kRefused) co_return refuse(Refusal::kHook, "you may not watch the channel");
  if (answer == HookAnswer::kDown && !settings.hook_fail_open) co_return unavailable();
  if (answer == HookAnswer::kBusy) co_return unavailable();  // no outage: whoever likes can bring it about
  co_return Verdict{};
}

aio::Task<HookAnswer> Gate::State::ask_hook(std::size_t loop, HookQuestion question) {
  std::string key;
  for (const auto* piece :
       {&question.user, &question.password, &question.token, &question.ip, &question.path, &question.query}) {
    key += *piece;
    key += '\n';
  }
  key = digest(key);
  if (const auto* const heard = memories[loop].heard.find(key); heard && heard->until > context.clock.steady()) {
    co_return heard->answer;
  }
  const auto answer = co_await hook->ask(std::move(question), memories[loop].waiting);
  const auto now = context.clock.steady();
  auto& heard = memories[loop].heard;
  if (answer == HookAnswer::kBusy) {
    // Who was let in is not shut out by what others at the same address ask; but nobody stays by asking much himself.
    const auto* const before = heard.find(key);
    const bool goes_on = before != nullptr && before->answer == HookAnswer::kAllowed && now < before->at_last;
    co_return goes_on ? HookAnswer::kAllowed : answer;
  }
  const auto holds = answer == HookAnswer::kDown ? kOutageHolds : settings.hook_cache;
  heard.put(key, {answer, now + holds, now + 2 * holds});
  co_return answer;
}

Verdict Gate::State::admit(const Admission& admission) {
  const auto outcome = sessions.admit(admission.subject, admission.player, admission.limit, context.clock.steady());
  if (outcome == SessionTable::Outcome::kAdmittedForgettingAnother) forgotten.add();
  if (outcome != SessionTable::Outcome::kTooMany) return {};
  return refuse(Refusal::kSessionLimit, sessions_text(admission.limit, settings.session_timeout));
}

}  // namespace grandstand::access
