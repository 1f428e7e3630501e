// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/room/event.hpp>
#include <grandstand/storage/database.hpp>

#include <span>

namespace grandstand::room {

// Who is told of what stores keep, in the same transaction: what is stored is told of, what is not is not, whenever the
// process dies. Told again of the same event (a commit whose answer was lost), it does nothing.
//
// Owner: app.   Runs on: the threads of the database, within a transaction.
class Outbox {
 public:
  virtual ~Outbox() = default;
  // Exceptions of libpqxx end the transaction.
  virtual void put(pqxx::work& transaction, std::span<const StoredEvent> events) = 0;
};

}  // namespace grandstand::room
