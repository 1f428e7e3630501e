// SPDX-License-Identifier: MIT
#include "sign_command.hpp"

#include <grandstand/access/token.hpp>

#include <CLI/CLI.hpp>

namespace grandstand::app {

void add_sign_options(CLI::App& command, SignOptions& options) {
  command.add_option("channels", options.channels, "The ids of channels, or \"*\" for all")
      ->required()
      ->expected(1, 64);
  command.add_option("--for", options.seconds, "How many seconds they are good for")
      ->check(CLI::Range(1U, 315'360'000U))
      ->capture_default_str();
  command.add_option("--subject", options.subject, "Whose they are, for the limit of players at once");
  command.add_option("--network", options.network, "The only network or address from which they are good");
  command.add_option("--sessions", options.sessions, "Players at once, in place of the channel's max_sessions");
}

Result<std::string> sign_addresses(const config::ServerConfig& config, const SignOptions& options, UtcTime now) {
  if (config.access.keys_file.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "access.keys_file: is not set; without it the daemon signs with a key that nobody else has"};
  }
  GRANDSTAND_TRY(const auto keys, access::KeyRing::load(config.access.keys_file));
  access::Token token;
  token.expires = now + std::chrono::seconds{options.seconds};
  token.subject = options.subject;
  token.sessions = options.sessions;
  if (!options.network.empty()) {
    GRANDSTAND_TRY(token.network, IpNetwork::parse(options.network));
  }
  std::string lines;
  for (const auto& channel : options.channels) {
    token.channels = {channel};
    const auto text = keys.sign(token);
    // Once through our own reader: what it refuses must not be handed out.
    GRANDSTAND_RETURN_IF_ERROR(keys.verify(text, now));
    lines += (channel == "*" ? "/playlist.m3u" : "/live/" + channel + "/index.m3u8") + "?token=" + text + "\n";
  }
  return lines;
}

}  // namespace grandstand::app
