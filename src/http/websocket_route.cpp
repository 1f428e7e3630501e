// SPDX-License-Identifier: MIT
#include "websocket_route.hpp"

#include "client_address.hpp"
#include "session_token.hpp"
#include "websocket_handshake.hpp"

namespace grandstand::http {

void handle_websocket(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  auto checked = check_handshake(request, site->settings.allowed_origins);
  if (auto* refusal = std::get_if<Reply>(&checked)) return exchange.reply(std::move(*refusal));
  exchange.become_websocket(std::get<std::string>(checked), std::string(client_address(*site, request, exchange)),
                            find_session_token(request).token);
}

}  // namespace grandstand::http
