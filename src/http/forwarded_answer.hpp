// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "upstream.hpp"

#include <grandstand/aio/task.hpp>

#include <memory>

namespace grandstand::http {

// What became of another node's answer.
enum class Relayed {
  kWhole,        // it has gone to the client, and the connection may be used again
  kGone,         // it has gone, or the client has; the connection is of no use any more
  kMisdirected,  // the node does not run the channel (421), or has it not (404): nothing has been sent to the client;
                 // the connection may be used again if it is open
  kBroken,       // there was none: likewise
};

// Reads an answer and gives it to the client: one with a length whole, one without as it comes, no faster than the
// client takes it.
struct RelayOptions {
  bool head_only = false;                                         // the client wants no body
  bool only_found = false;                                        // a 404 is not given to it
  std::shared_ptr<bool> streams = std::make_shared<bool>(false);  // becomes true with an answer that has no end
};
aio::Task<Relayed> relay_answer(aio::Loop& loop, std::shared_ptr<Upstream> upstream, RelayOptions options,
                                std::shared_ptr<LateReply> reply);

// Reads an answer with a length; an error when it is not 200.
aio::Task<Result<std::string>> read_body(std::shared_ptr<Upstream> upstream);

}  // namespace grandstand::http
