// SPDX-License-Identifier: MIT
#include "loop_socket.hpp"

#include <cerrno>

#include <sys/sendfile.h>
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

Sent send_some(int descriptor, const iovec* pieces, std::size_t count, bool more) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces);
  message.msg_iovlen = count;
  return outcome_of(::sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0)));
}

Sent send_some(int descriptor, const void* bytes, std::size_t size) {
  return outcome_of(::send(descriptor, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT));
}

Sent send_file_some(int descriptor, FilePlace place, std::size_t size) {
  auto offset = static_cast<off_t>(place.offset);
  return outcome_of(::sendfile(descriptor, place.descriptor, &offset, size));
}

}  // namespace grandstand::http
