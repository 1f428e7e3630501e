// SPDX-License-Identifier: MIT
#include "send_queue.hpp"

#include <grandstand/base/assert.hpp>

#include <algorithm>

#include <sys/uio.h>

namespace grandstand::http {

SendQueue::Verdict SendQueue::push(const SharedBytes& frame, std::size_t sent, hub::TrafficClass traffic_class) {
  const auto size = frame.size() - sent;
  GRANDSTAND_ASSERT(sent == 0 || empty());
  if (sent == 0) {
    if (traffic_class == hub::TrafficClass::kConflatable && bytes_ + size > limit_bytes_ / 2) return Verdict::kDropped;
    if (bytes_ + size > limit_bytes_) return Verdict::kOverflow;
  }
  push_always(frame);
  if (sent > 0) {
    sent_ = sent;
    bytes_ -= sent;
  }
  return Verdict::kQueued;
}

void SendQueue::push_always(const SharedBytes& frame) {
  frames_.push_back(frame);
  bytes_ += frame.size();
}

std::size_t SendQueue::gather(iovec* pieces, std::size_t capacity) const {
  std::size_t count = 0;
  for (auto i = first_; i < frames_.size() && count < capacity; ++i, ++count) {
    const auto skip = i == first_ ? sent_ : 0;
    pieces[count] = {const_cast<std::uint8_t*>(frames_[i].data()) + skip, frames_[i].size() - skip};
  }
  return count;
}

void SendQueue::consume(std::size_t bytes) {
  GRANDSTAND_ASSERT(bytes <= bytes_);
  bytes_ -= bytes;
  while (bytes > 0) {
    const auto left = frames_[first_].size() - sent_;
    if (bytes < left) {
      sent_ += bytes;
      break;
    }
    bytes -= left;
    sent_ = 0;
    frames_[first_++] = {};
  }
  if (empty()) {
    std::vector<SharedBytes>().swap(frames_);  // assigning {} would keep the memory
    first_ = 0;
  } else if (first_ >= 64 && first_ * 2 >= frames_.size()) {
    frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

void SendQueue::drop_unbegun() {
  if (empty()) return;
  const auto keep = first_ + (sent_ > 0 ? 1 : 0);
  frames_.resize(keep);
  bytes_ = sent_ > 0 ? frames_[first_].size() - sent_ : 0;
}

}  // namespace grandstand::http
