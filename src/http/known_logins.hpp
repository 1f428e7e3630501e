// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/recency_map.hpp>
#include <grandstand/identity/accounts.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace grandstand::http {

// Name and password come with every request of an Xtream client; checking a password takes a tenth of a second on
// purpose. So the outcome is kept for a while, under a digest that is worth nothing elsewhere. Whether the account is
// still there, and its password still this one, is for the caller to ask.
//
// Owner: the site, one per loop.   Runs on: that loop.   Pure: time is given.
class KnownLogins {
 public:
  static constexpr std::chrono::minutes kKept{10};
  static constexpr std::size_t kMost = 4096;

  std::optional<identity::CurrentAccount> find(std::string_view name, std::string_view password, SteadyTime now);
  void keep(std::string_view name, std::string_view password, identity::CurrentAccount account, SteadyTime now);

 private:
  struct Login {
    identity::CurrentAccount account;
    SteadyTime until{};
  };
  RecencyMap<Login> logins_{kMost};
};

}  // namespace grandstand::http
