// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace grandstand::http {

// Answers one request: at once, or deferred.
using Handler = void (*)(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

using MethodSet = std::uint16_t;
constexpr MethodSet one_of(Method method) {
  return static_cast<MethodSet>(1U << static_cast<unsigned>(method));
}
constexpr MethodSet kRead = one_of(Method::kGet) | one_of(Method::kHead);

// Which pages of other sites may read the answer.
enum class Sharing {
  kNone,
  kEverybody,  // media and playlists: any player page
  kListed,     // the API: settings.allowed_origins, with cookies
};

struct Route {
  std::string_view name;  // label of the metrics
  std::string_view path;  // may have variable parts: "/api/v1/channels/<channel>/follow"
  bool is_prefix = false;
  MethodSet methods = kRead;
  Sharing sharing = Sharing::kNone;
  bool for_operators = false;  // also on, or moved to, the metrics listener
  Handler handler = nullptr;
  bool (*matches)(std::string_view path) = nullptr;  // further says which paths; null: all that begin so
};

// All of them, in the order in which they are tried: what the server answers to is this table.
std::span<const Route> routes();
// Their names, and "malformed" for what no route saw.
std::span<const std::string_view> route_names();
std::size_t malformed_route();

bool is_at(const Route& route, std::string_view path);

// Finds the route and has it answer.
void dispatch(const std::shared_ptr<Site>& site, Door door, const Request& request, Exchange& exchange);

// "GET, HEAD, OPTIONS"
std::string allow_list(MethodSet methods);

}  // namespace grandstand::http
