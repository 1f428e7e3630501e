// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ip_network.hpp>
#include <grandstand/base/result.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::access {

// What a signed address proves. On the wire it is a JSON Web Token (RFC 7519) signed with HS256 (RFC 7518 3.2), whose
// header names the key ("kid"), so that every language has a library that makes one. The names of claims are behind the
// members.
struct Token {
  std::vector<std::string> channels;    // "channels": ids, or "*" for all; 1..64
  UtcTime expires{};                    // "exp", required; whole seconds
  std::optional<UtcTime> not_before;    // "nbf"
  std::string subject;                  // "sub": whose it is, for the session limit; at most 128 bytes
  std::string account;                  // "account": good only while this account may watch; at most 64 bytes
  std::optional<IpNetwork> network;     // "net": valid from there only
  std::string session;                  // "sid": all who use it count as one player per address; at most 64 bytes
  std::optional<std::size_t> sessions;  // "sessions": players at once, instead of the channel's limit
  std::string query;                    // "query": what the auth hook is told

  bool is_for(std::string_view channel) const;
};

// Longer ones are refused unread. It stands in every address; with some 2,000 bytes of query, a token of somebody
// else's has room in ours.
inline constexpr std::size_t kMaxTokenBytes = 3'072;

struct SigningKey {
  std::string id;      // 1..32 of [A-Za-z0-9_.-]
  std::string secret;  // at least 32 bytes (RFC 7518 3.2)
};

// The keys that sign and verify tokens. Immutable.
class KeyRing {
 public:
  // `keys` is not empty: the first one signs.
  explicit KeyRing(std::vector<SigningKey> keys);

  // One key of random bytes.
  static KeyRing random();
  // Lines "<id> <secret>", empty ones, and comments after '#' at their beginning. Errors name the line, never a secret.
  static Result<KeyRing> parse(std::string_view text);

  // The same from a file of at most 64 KiB; kUnavailable when it cannot be read.
  static Result<KeyRing> load(const std::filesystem::path& file);

  std::string sign(const Token& token) const;
  // kForbidden with a reason for people: damaged, unknown key, forged, not yet valid, expired. Never quotes the token.
  Result<Token> verify(std::string_view text, UtcTime now) const;

 private:
  std::vector<SigningKey> keys_;
};

}  // namespace grandstand::access
