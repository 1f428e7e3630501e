// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>

#include <cstddef>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

struct iovec;

namespace grandstand::http {

// A socket tied to one loop by its type: no type-erased executor on the hot path.
using LoopSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

enum class SendOutcome { kSome, kFull, kFailed };
struct Sent {
  SendOutcome outcome = SendOutcome::kFailed;
  std::size_t bytes = 0;
};

// One non-blocking sendmsg: the socket takes what it has room for.
// `more`: something follows at once, so that the first bytes do not leave in a packet of their own.
Sent send_some(int descriptor, const iovec* pieces, std::size_t count, bool more = false);
Sent send_some(int descriptor, const void* bytes, std::size_t size);
// The same with what lies in a file; nothing is copied. The socket must be non-blocking.
Sent send_file_some(int descriptor, FilePlace place, std::size_t size);

}  // namespace grandstand::http
