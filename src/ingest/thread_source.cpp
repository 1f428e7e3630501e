// SPDX-License-Identifier: MIT
#include "thread_source.hpp"

#include <thread>
#include <utility>

namespace grandstand::ingest {

ThreadSource::ThreadSource(SourceContext context, Read read, std::function<void(SharedBytes)> on_bytes)
    : context_(context), read_(std::move(read)), on_bytes_(std::move(on_bytes)) {}

ThreadSource::~ThreadSource() {
  stop();
}

void ThreadSource::start() {
  context_.observer.on_source_state(SourceState::kStarting, {});
  hand_over_ = std::make_shared<HandOver>(context_, on_bytes_);
  // Not joined, see HandOver.
  std::thread([hand_over = hand_over_, read = read_] { read(*hand_over); }).detach();
}

void ThreadSource::stop() {
  if (hand_over_) hand_over_->stop();
  hand_over_.reset();
}

}  // namespace grandstand::ingest
