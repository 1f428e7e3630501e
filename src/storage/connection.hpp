// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <chrono>
#include <memory>
#include <string>

#include <pqxx/connection>
#include <pqxx/errorhandler>

namespace grandstand::storage {

// Where a PostgreSQL is, taken apart once so that messages can name it and never say the password.
class ConnectionTarget {
 public:
  static Result<ConnectionTarget> parse(const std::string& url, std::chrono::milliseconds connect_timeout);

  const std::string& conninfo() const { return conninfo_; }        // secret
  const std::string& description() const { return description_; }  // `host "db", port 5432, database "grandstand"`

 private:
  std::string conninfo_;
  std::string description_;
};

// One connection with our timeouts set; silent about notices.
class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const ConnectionTarget& target);

  pqxx::connection& session() { return session_; }
  bool is_open() const { return session_.is_open(); }

 private:
  explicit Connection(const std::string& conninfo) : session_(conninfo) {}

  pqxx::connection session_;
  pqxx::quiet_errorhandler silence_{session_};  // after session_: it must go first
};

// The Error that stands for the exception in flight; call it from a catch block.
Error translate_exception();

}  // namespace grandstand::storage
