// SPDX-License-Identifier: MIT
#include <grandstand/base/assert.hpp>
#include <grandstand/wording/links.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <regex>

#include <unicode/normalizer2.h>
#include <unicode/uidna.h>
#include <unicode/unistr.h>

namespace grandstand::wording {
namespace {

using namespace std::string_view_literals;

// Without a scheme, only these make a link of two words with a dot between them.
constexpr std::array kCommonEndings{
    "com"sv,    "net"sv,  "org"sv,    "info"sv,   "biz"sv,  "io"sv,      "co"sv,      "tv"sv,   "gg"sv,
    "xyz"sv,    "top"sv,  "club"sv,   "online"sv, "site"sv, "shop"sv,    "store"sv,   "live"sv, "app"sv,
    "dev"sv,    "link"sv, "click"sv,  "win"sv,    "vip"sv,  "ru"sv,      "de"sv,      "uk"sv,   "fr"sv,
    "es"sv,     "pl"sv,   "nl"sv,     "eu"sv,     "cn"sv,   "jp"sv,      "br"sv,      "ly"sv,   "ai"sv,
    "cc"sv,     "ws"sv,   "su"sv,     "ua"sv,     "tk"sv,   "ml"sv,      "ga"sv,      "cf"sv,   "gq"sv,
    "stream"sv, "bet"sv,  "casino"sv, "loan"sv,   "pro"sv,  "website"sv, "space"sv,   "fun"sv,  "icu"sv,
    "cam"sv,    "tech"sv, "ch"sv,     "at"sv,     "se"sv,   "рф"sv,      "example"sv, "test"sv};
// Endings that are words, too: a link only with a path behind them.
constexpr std::array kWordEndings{"at"sv,   "co"sv,  "de"sv,   "es"sv,     "fun"sv,    "live"sv,
                                  "pro"sv,  "se"sv,  "shop"sv, "space"sv,  "store"sv,  "stream"sv,
                                  "test"sv, "top"sv, "win"sv,  "link"sv,   "click"sv,  "club"sv,
                                  "app"sv,  "bet"sv, "site"sv, "online"sv, "example"sv};
constexpr std::array kSecondLevels{"co"sv, "com"sv, "net"sv, "org"sv, "gov"sv, "edu"sv, "ac"sv, "or"sv, "ne"sv, "go"sv};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& all, std::string_view text) {
  return std::ranges::find(all, text) != all.end();
}

std::string normalise(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  GRANDSTAND_ASSERT(U_SUCCESS(status));
  const auto folded =
      fold->normalize(icu::UnicodeString::fromUTF8({text.data(), static_cast<int>(text.size())}), status);
  GRANDSTAND_ASSERT(U_SUCCESS(status));
  std::string result;
  folded.toUTF8String(result);
  return result;
}

const UIDNA* idna() {
  static const std::unique_ptr<UIDNA, void (*)(UIDNA*)> opened = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<UIDNA, void (*)(UIDNA*)> made(uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_UNICODE, &status),
                                                  uidna_close);
    GRANDSTAND_ASSERT(U_SUCCESS(status));
    return made;
  }();
  return opened.get();
}

std::string decode_punycode(std::string_view host) {
  std::array<char, 1024> decoded{};
  UErrorCode status = U_ZERO_ERROR;
  UIDNAInfo report = UIDNA_INFO_INITIALIZER;
  const auto size = uidna_nameToUnicodeUTF8(idna(), host.data(), static_cast<int32_t>(host.size()), decoded.data(),
                                            static_cast<int32_t>(decoded.size()), &report, &status);
  if (U_FAILURE(status) || report.errors != 0 || size <= 0) return std::string(host);
  return {decoded.data(), static_cast<std::size_t>(size)};
}

std::vector<std::string_view> labels_of(std::string_view host) {
  std::vector<std::string_view> labels;
  while (true) {
    const auto dot = host.find('.');
    labels.push_back(host.substr(0, dot));
    if (dot == host.npos) return labels;
    host.remove_prefix(dot + 1);
  }
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789"sv) == text.npos;
}

bool is_address(const std::vector<std::string_view>& labels) {
  return labels.size() == 4 &&
         std::ranges::all_of(labels, [](auto label) { return is_number(label) && label.size() <= 3; });
}

struct Candidate {
  bool has_scheme = false;
  bool has_path = false;
  std::string host;
};

bool is_link(const Candidate& candidate) {
  const auto labels = labels_of(candidate.host);
  if (labels.size() < 2 || std::ranges::any_of(labels, [](auto label) { return label.empty() || label.size() > 63; })) {
    return false;
  }
  if (is_address(labels)) return candidate.has_scheme || candidate.has_path;
  const auto ending = labels.back();
  if (ending.size() < 2 || is_number(ending)) return false;
  if (candidate.has_scheme || labels.front() == "www" || ending.starts_with("xn--")) return true;
  if (!is_one_of(kCommonEndings, ending) && !candidate.has_path) return false;
  if (is_number(labels[labels.size() - 2])) return candidate.has_path;
  return candidate.has_path || !is_one_of(kWordEndings, ending);
}

// "example (dot) com" and "example[.]com" are written so that they are overlooked.
std::string uncover(const std::string& text) {
  if (text.find_first_of("[({<") == text.npos && text.find(" dot ") == text.npos && text.find("://") == text.npos) {
    return text;
  }
  static const std::regex dot(
      "\\s*[\\[({<]\\s*(\\.|dot|punkt)\\s*[\\])}>]\\s*|\\s+dot\\s+(?=(com|net|org|tv|gg|io|info|xyz|ru)\\b)");
  static const std::regex scheme("\\bh[xt*]{2}ps?\\s*:\\s*//\\s*");
  return std::regex_replace(std::regex_replace(text, dot, "."), scheme, "http://");
}

bool belongs_to_host(unsigned char c) {
  return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c >= 0x80;
}

}  // namespace

Result<std::string> registrable_domain(std::string_view host) {
  const auto name = decode_punycode(normalise(host));
  const auto labels = labels_of(name);
  const bool bad =
      labels.size() < 2 || std::ranges::any_of(
                               labels,
                               [](auto label) {
                                 return label.empty() || label.size() > 63 || !std::ranges::all_of(label, [](char c) {
                                          return belongs_to_host(static_cast<unsigned char>(c));
                                        });
                               });
  if (bad || name.size() > 253) {
    return Error{ErrorCode::kInvalidArgument,
                 "\"" + std::string(host.substr(0, 80)) + "\" is not a domain; expected one like example.com."};
  }
  if (is_address(labels)) return name;
  const bool below_country =
      labels.size() > 2 && labels.back().size() == 2 && is_one_of(kSecondLevels, labels[labels.size() - 2]);
  std::string domain;
  for (std::size_t i = labels.size() - (below_country ? 3 : 2); i < labels.size(); ++i) {
    if (!domain.empty()) domain += '.';
    domain += labels[i];
  }
  return domain;
}

std::vector<std::string> find_domains(std::string_view text) {
  const auto plain = uncover(normalise(text));
  std::vector<std::string> domains;
  for (std::size_t at = 0; at < plain.size();) {
    if (!belongs_to_host(static_cast<unsigned char>(plain[at]))) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < plain.size() && belongs_to_host(static_cast<unsigned char>(plain[end]))) ++end;
    Candidate candidate;
    candidate.has_scheme = at >= 3 && plain.compare(at - 3, 3, "://") == 0;
    candidate.has_path = end < plain.size() && plain[end] == '/' && plain.compare(end, 3, "://") != 0;
    candidate.host = plain.substr(at, end - at);
    while (candidate.host.ends_with('.') || candidate.host.ends_with('-')) candidate.host.pop_back();
    while (candidate.host.starts_with('.')) candidate.host.erase(0, 1);
    // What follows a user name ("@") is the host; before it is not.
    if (is_link(candidate)) {
      auto domain = registrable_domain(candidate.host);
      if (domain.ok() && std::ranges::find(domains, *domain) == domains.end()) domains.push_back(std::move(*domain));
    }
    at = end;
    // A path is not a host.
    if (candidate.has_scheme || candidate.has_path) {
      while (at < plain.size() && std::isspace(static_cast<unsigned char>(plain[at])) == 0) ++at;
    }
  }
  return domains;
}

}  // namespace grandstand::wording
