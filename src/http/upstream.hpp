// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace grandstand::http {

// A connection to another node.
struct Upstream {
  explicit Upstream(aio::Loop& loop) : stream(loop.context()) {}

  boost::beast::tcp_stream stream;
  boost::beast::flat_buffer buffer;  // received and not looked at yet
  bool used = false;                 // an exchange has been made: the other side may have closed it meanwhile
  SteadyTime idle_since{};
};

// One loop's connections to other nodes, kept between requests.
//
// Owner: the loop's desk.   Runs on: its loop.
class UpstreamPool {
 public:
  static constexpr std::size_t kMostIdle = 64;  // for each node

  // `address`: "http://10.0.0.5:8080". A kept connection, or a new one; kUnavailable when nobody answers there.
  aio::Task<Result<std::shared_ptr<Upstream>>> obtain(aio::Loop& loop, std::string address, SteadyTime now, bool fresh);
  // After a whole exchange.
  void keep(const std::string& address, std::shared_ptr<Upstream> upstream, SteadyTime now);
  void clear() { idle_.clear(); }

 private:
  std::map<std::string, std::vector<std::shared_ptr<Upstream>>> idle_;
};

}  // namespace grandstand::http
