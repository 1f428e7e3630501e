// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace grandstand::identity {

// Somebody else who knows who people are: OpenID Connect.
struct OidcProvider {
  std::string id;      // in addresses: [a-z0-9_-]
  std::string title;   // on the button
  std::string issuer;  // as the provider writes it
  std::string client_id;
  std::string client_secret;
  std::string scope = "profile";  // besides openid
};

struct Settings {
  bool registration = true;  // whether anyone may make an account
  std::chrono::hours session_lifetime{24 * 30};
  std::size_t min_password_length = 8;  // characters
  std::size_t hashing_threads = 1;      // Argon2id costs 64 MiB and about 0.1 s each
  std::vector<OidcProvider> oidc;       // whose users may sign in here
  std::size_t bots_per_account = 10;    // 0: nobody makes bots
  std::size_t bot_rate = 10;  // requests and commands of one bot per second on each node; four times that at once
};

}  // namespace grandstand::identity
