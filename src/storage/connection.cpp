// SPDX-License-Identifier: MIT
#include "connection.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/text.hpp>

#include <algorithm>
#include <map>

#include <libpq-fe.h>
#include <pqxx/except>
#include <pqxx/nontransaction>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
// libpqxx 6.4.5 loses the result when the connection broke under the query: make_result() asks for the connection's
// encoding, which throws, before it owns the result. 2 KB per lost connection.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpqxx-6.4\n";
}
#endif
#endif

namespace grandstand::storage {
namespace {

// One line, without the SQL that pqxx and PostgreSQL add behind it (it may show parameters).
std::string first_line(std::string_view text) {
  return std::string(trim(text.substr(0, text.find('\n'))));
}

std::string quote(const std::string& value) {
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string describe(const std::map<std::string, std::string>& options) {
  auto find = [&](const char* key, const std::string& missing) {
    const auto found = options.find(key);
    return found == options.end() ? missing : found->second;
  };
  const std::string host = find("host", find("hostaddr", ""));
  std::string text = host.empty()     ? "the local socket"
                     : host[0] == '/' ? "socket \"" + host + "\""
                                      : "host \"" + host + "\"";
  text += ", port " + find("port", "5432");
  text += ", database \"" + find("dbname", find("user", "")) + "\"";
  return options.contains("user") ? text + ", user \"" + options.at("user") + "\"" : text;
}

// SQLSTATE classes: PostgreSQL documentation, appendix A.
ErrorCode code_for(const std::string& state) {
  if (state == "57014" || state == "55P03") return ErrorCode::kTimeout;
  if (state == "25006") return ErrorCode::kUnavailable;  // a standby after a failover
  const std::string kind = state.substr(0, 2);
  if (kind == "08" || kind == "40" || kind == "53" || kind == "57" || kind == "58") return ErrorCode::kUnavailable;
  return ErrorCode::kInternal;
}

}  // namespace

Result<ConnectionTarget> ConnectionTarget::parse(const std::string& url, std::chrono::milliseconds connect_timeout) {
  char* complaint = nullptr;
  std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> parsed(PQconninfoParse(url.c_str(), &complaint),
                                                                        PQconninfoFree);
  // libpq's complaint quotes the URL, password and all.
  if (complaint != nullptr) PQfreemem(complaint);
  const Error not_a_uri{
      ErrorCode::kInvalidArgument,
      "database.url is not a PostgreSQL URI: expected postgresql://user:password@host:port/database, with "
      "special characters percent-encoded"};
  if (!parsed) return not_a_uri;
  std::map<std::string, std::string> options;
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr) options[option->keyword] = option->val;

  // A '@' or '/' left bare in the password moves a part of it into host or port, which messages name.
  if (options["port"].find_first_not_of("0123456789,") != std::string::npos ||
      options["host"].find('@') != std::string::npos)
    return not_a_uri;
  std::erase_if(options, [](const auto& option) { return option.second.empty(); });

  ConnectionTarget target;
  target.description_ = describe(options);
  const auto seconds = std::max<std::int64_t>(2, std::chrono::ceil<std::chrono::seconds>(connect_timeout).count());
  // emplace: what the operator's URL says wins.
  options.emplace("connect_timeout", std::to_string(seconds));
  options.emplace("application_name", "grandstand");
  options.emplace("client_encoding", "UTF8");
  options.emplace("keepalives_idle", "15");
  options.emplace("keepalives_interval", "5");
  options.emplace("keepalives_count", "3");
  options.emplace("tcp_user_timeout", "15000");
  for (const auto& [key, value] : options) target.conninfo_ += key + "=" + quote(value) + " ";
  return target;
}

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionTarget& target) {
  try {
    std::unique_ptr<Connection> connection(new Connection(target.conninfo()));
    // Not as start-up options: connection poolers refuse those.
    pqxx::nontransaction(connection->session_)
        .exec(
            "set statement_timeout = '10s'; set lock_timeout = '10s'; set idle_in_transaction_session_timeout = '5s'; "
            "set timezone = 'UTC'");
    return connection;
  } catch (const std::exception& e) {
    return Error{ErrorCode::kUnavailable,
                 "cannot reach PostgreSQL at " + target.description() + ": " + first_line(e.what())};
  }
}

Error translate_exception() {
  try {
    throw;
  } catch (const pqxx::in_doubt_error&) {
    return Error{ErrorCode::kUnavailable,
                 "the connection to the database was lost while committing: whether it is stored is unknown"};
  } catch (const pqxx::broken_connection&) {
    return Error{ErrorCode::kUnavailable, "the connection to the database was lost"};
  } catch (const pqxx::unique_violation&) {
    return Error{ErrorCode::kConflict, "already exists"};
  } catch (const pqxx::sql_error& e) {
    const ErrorCode code = code_for(e.sqlstate());
    // The first line only: DETAIL shows values.
    log::warning("storage", "a query failed", {{"sqlstate", e.sqlstate()}, {"reason", first_line(e.what())}});
    if (code == ErrorCode::kTimeout) return Error{code, "the database did not answer in time"};
    if (code == ErrorCode::kUnavailable) return Error{code, "the database cannot serve this now; try again"};
    return Error{code, "the database refused a query (SQLSTATE " + e.sqlstate() + ")"};
  } catch (const std::exception& e) {
    log::error("storage", "work in a transaction failed", {{"reason", first_line(e.what())}});
    return Error{ErrorCode::kInternal, "work in a transaction failed"};
  }
}

}  // namespace grandstand::storage
