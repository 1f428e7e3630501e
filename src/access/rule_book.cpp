// SPDX-License-Identifier: MIT
#include "rule_book.hpp"

#include <algorithm>
#include <array>

namespace grandstand::access {

std::string_view to_string(Refusal refusal) {
  static constexpr std::array<std::string_view, static_cast<std::size_t>(Refusal::kCount)> kNames{
      "allowed",       "token_required", "token_invalid", "sign_in_required", "account_not_allowed",
      "wrong_network", "wrong_country",  "session_limit", "refused_by_hook",  "unavailable"};
  return kNames[static_cast<std::size_t>(refusal)];
}

Verdict refuse(Refusal refusal, std::string reason) {
  Verdict verdict;
  verdict.refusal = refusal;
  verdict.reason = std::move(reason);
  return verdict;
}

const Rule* RuleBook::find(std::string_view channel) const {
  const auto found = rules.find(channel);
  return found == rules.end() ? nullptr : &found->second;
}

Rule make_rule(const Settings& settings, const ChannelAccess& channel) {
  Rule rule;
  rule.audience = channel.audience.value_or(settings.audience);
  rule.networks = channel.networks.value_or(settings.networks);
  rule.countries = channel.countries.value_or(settings.countries);
  rule.max_sessions = channel.max_sessions.value_or(settings.max_sessions);
  rule.hook = !settings.hook_url.empty() && channel.hook.value_or(true);
  for (const auto& name : channel.accounts) {
    const auto normal = identity::normalise_name(name);
    if (normal) rule.accounts.push_back(identity::name_key(*normal));
  }
  return rule;
}

Verdict check_place(const Rule& rule, const GeoDatabase* countries, std::string_view address) {
  if (rule.networks.empty() && rule.countries.empty()) return {};
  const auto parsed = IpAddress::parse(address);
  if (!rule.networks.empty() && (!parsed || !contains(rule.networks, *parsed))) {
    return refuse(Refusal::kNetwork, "the channel cannot be watched from this network");
  }
  if (rule.countries.empty()) return {};
  const auto country = parsed && countries != nullptr ? countries->country_of(*parsed) : std::string();
  if (std::ranges::find(rule.countries, country) == rule.countries.end()) {
    return refuse(Refusal::kCountry, country.empty() ? "it is not known in which country you are"
                                                     : "the channel cannot be watched in this country");
  }
  return {};
}

Verdict check_token(const Token& token, std::string_view channel, std::string_view from) {
  if (!token.is_for(channel)) return refuse(Refusal::kTokenInvalid, "the token is for another channel");
  if (token.network) {
    const auto address = IpAddress::parse(from);
    if (!address || !token.network->contains(*address)) {
      return refuse(Refusal::kTokenInvalid, "the token is for another address");
    }
  }
  return {};
}

Verdict check_account(const Rule& rule, const identity::User& user) {
  if (rule.accounts.empty()) return {};
  if (std::ranges::find(rule.accounts, identity::name_key(user.name)) != rule.accounts.end()) return {};
  return refuse(Refusal::kAccount, "this account may not watch the channel");
}

Verdict check_visit(const RuleBook& book, const Visit& visit, UtcTime now) {
  const auto* const rule = book.find(visit.channel);
  if (rule == nullptr) return {};
  if (auto verdict = check_place(*rule, book.countries.get(), visit.address); !verdict.allowed()) return verdict;
  if (rule->audience == Audience::kPublic) return {};
  const auto* const member = visit.user != nullptr && !visit.user->is_guest() ? visit.user : nullptr;
  if (!visit.token.empty()) {
    const auto token = book.keys.verify(visit.token, now);
    if (!token) return refuse(Refusal::kTokenInvalid, token.error().message);
    if (auto verdict = check_token(*token, visit.channel, visit.address); !verdict.allowed()) return verdict;
    if (token->account.empty()) return {};
    if (member == nullptr || member->id.value() != token->account) {
      return refuse(Refusal::kTokenInvalid, "the token is for an account that is not signed in here");
    }
  } else if (rule->audience == Audience::kSigned) {
    return refuse(Refusal::kTokenRequired, "the channel is for those with a signed address only");
  } else if (member == nullptr) {
    return refuse(Refusal::kSignInRequired, "the channel is for members: sign in");
  }
  return check_account(*rule, *member);
}

}  // namespace grandstand::access
