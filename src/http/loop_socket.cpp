// SPDX-License-Identifier: MIT
#include "loop_socket.hpp"

#include <cerrno>

#include <sys/socket.h>
#include <sys/uio.h>

namespace grandstand::http {
namespace {

Sent outcome_of(ssize_t result) {
  if (result >= 0) return {SendOutcome::kSome, static_cast<std::size_t>(result)};
  const bool full = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOBUFS;
  return {full ? SendOutcome::kFull : SendOutcome::kFailed, 0};
}

}  // namespace

Sent send_some(int descriptor, const iovec* pieces, std::size_t count) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces);
  message.msg_iovlen = count;
  return outcome_of(::sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT));
}

Sent send_some(int descriptor, const void* bytes, std::size_t size) {
  return outcome_of(::send(descriptor, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT));
}

}  // namespace grandstand::http
