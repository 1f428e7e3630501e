// SPDX-License-Identifier: MIT
#include "exchange.hpp"

namespace grandstand::http {

void Exchange::reply(Reply reply) {
  auto& head = begin(reply.status).lines(reply.fields);
  if (reply.status == 204 || reply.status == 304) return send_without_body();
  if (!reply.content_type.empty()) head.field("Content-Type", reply.content_type);
  send(SharedBytes(std::move(reply.body)));
}

}  // namespace grandstand::http
