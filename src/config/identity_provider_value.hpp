// SPDX-License-Identifier: MIT
#pragma once

#include "values.hpp"

#include <grandstand/identity/settings.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::config {

// The identity providers: groups with id, title, issuer, client_id, client_secret and scope.
struct OidcProviders {
  static constexpr std::size_t kMax = 8;

  bool read(const YamlNode& node, std::vector<identity::OidcProvider>& field, const Reporter& report) const {
    if (node.kind != YamlNode::Kind::kSequence || node.items.size() > kMax) {
      return report(node.position, describe(node.kind), expected());
    }
    std::vector<identity::OidcProvider> providers;
    bool right = true;
    for (const auto& item : node.items) {
      right = read_one(*item, providers.emplace_back(), report) && right;
      const auto is_same = [&](const auto& one) { return one.id == providers.back().id; };
      if (std::ranges::count_if(providers, is_same) > 1)
        right = report(item->position, quote(providers.back().id) + " is there twice", "another id");
    }
    if (right) field = std::move(providers);
    return right;
  }
  std::string print(const std::vector<identity::OidcProvider>& field) const {
    std::string text;
    for (const auto& one : field) {
      text += (text.empty() ? "" : ", ") + ("{id: " + print_text(one.id)) + ", title: " + print_text(one.title) +
              ", issuer: " + print_text(one.issuer) + ", client_id: " + print_text(one.client_id) +
              ", client_secret: ..., scope: " + print_text(one.scope) + "}";
    }
    return "[" + text + "]";
  }
  std::string expected() const {
    return "a list of at most " + std::to_string(kMax) +
           ": {id: ..., title: ..., issuer: https://..., client_id: ..., client_secret: ..., scope: ...}";
  }

 private:
  static bool is_id(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
  }
  // Whoever could change what an issuer answers could sign in as anybody.
  static bool is_issuer(std::string_view url) {
    if (url.find_first_of("?#@ ") != std::string_view::npos) return false;
    if (url.starts_with("https://")) return true;
    return std::ranges::any_of(std::array{"http://127.0.0.1", "http://[::1]", "http://localhost"},
                               [&](std::string_view here) {
                                 if (!url.starts_with(here)) return false;
                                 const auto rest = url.substr(here.size());
                                 return rest.empty() || rest.front() == ':' || rest.front() == '/';
                               });
  }
  static bool read_one(const YamlNode& node, identity::OidcProvider& provider, const Reporter& report) {
    const Text id{.min = 1, .max = 32, .what = "of a-z, 0-9, - and _", .check = is_id};
    const Text issuer{.min = 8, .max = 1024, .what = "https://..., or http:// of this machine", .check = is_issuer};
    const Text text{.min = 1, .max = 1024};
    const Text secret{.min = 1, .max = 1024, .secret = true};
    if (node.kind != YamlNode::Kind::kMap) return report(node.position, describe(node.kind), "a group with an issuer");
    bool right = true;
    for (const YamlNode::Entry& entry : node.entries) {
      const auto& value = *entry.value;
      if (entry.key == "id") {
        right = id.read(value, provider.id, report) && right;
      } else if (entry.key == "title") {
        right = text.read(value, provider.title, report) && right;
      } else if (entry.key == "issuer") {
        right = issuer.read(value, provider.issuer, report) && right;
      } else if (entry.key == "client_id") {
        right = text.read(value, provider.client_id, report) && right;
      } else if (entry.key == "client_secret") {
        right = secret.read(value, provider.client_secret, report) && right;
      } else if (entry.key == "scope") {
        right = text.read(value, provider.scope, report) && right;
      } else {
        right = report(entry.position, quote(entry.key) + " is not known",
                       "id, title, issuer, client_id, client_secret or scope");
      }
    }
    if (!right) return false;
    if (provider.title.empty()) provider.title = provider.id;
    if (provider.id.empty() || provider.issuer.empty() || provider.client_id.empty() || provider.client_secret.empty())
      return report(node.position, "lacks a key", "id, issuer, client_id and client_secret");
    return true;
  }
};

}  // namespace grandstand::config
