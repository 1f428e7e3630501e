// SPDX-License-Identifier: MIT
#pragma once

#include "request.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace grandstand::http {

// Why a request is not served, and the status that says so.
struct Refusal {
  int status = 400;
  std::string reason;
};

// Parses requests incrementally (the grammar is Beast's basic_parser; the fields stay where they are, in the caller's
// buffer). Stricter than the grammar where leniency would let two servers read different things: folded fields, unknown
// transfer codings and doubled Host, Origin and Authorization are refused.
//
// Owner: a connection.   Runs on: its loop.   Pure.
class RequestParser {
 public:
  struct Limits {
    std::size_t header_bytes = 16u << 10;
    std::size_t body_bytes = 64u << 10;
  };
  enum class Progress { kNeedMore, kComplete, kRefused };

  explicit RequestParser(Limits limits);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // `bytes`: everything since the first byte of this request, at wherever it lies now.
  Progress parse(std::string_view bytes);

  const Request& request() const { return request_; }  // after kComplete
  std::size_t consumed() const { return consumed_; }   // after kComplete: where the next request begins
  const Refusal& refusal() const { return refusal_; }  // after kRefused
  bool header_complete() const;
  // "Expect: 100-continue" of a request whose header is complete and whose body is not there.
  bool expects_continue() const;
  // Forgets the request: the next one begins.
  void reset();

 private:
  struct Grammar;
  Progress refuse(int status, std::string reason);
  Progress refuse_header(std::string_view message);
  Progress want_more(std::string_view message);
  Progress finish(std::string_view bytes);

  Limits limits_;
  std::unique_ptr<Grammar> grammar_;
  std::size_t skipped_ = 0;  // empty lines before the request line
  std::size_t fed_ = 0;      // bytes that the grammar has taken
  std::size_t consumed_ = 0;
  Request request_;
  Refusal refusal_;
};

}  // namespace grandstand::http
