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

Verdict check_place(const Rule& rule, const GeoDatabase* countries, const std::string& address) {
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

Verdict check_token(const Token& token, const Viewing& viewing) {
  if (!token.is_for(viewing.channel)) return refuse(Refusal::kTokenInvalid, "the token is for another channel");
  if (token.network) {
    const auto address = IpAddress::parse(viewing.address);
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

}  // namespace grandstand::access
