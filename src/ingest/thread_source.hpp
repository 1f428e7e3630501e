// SPDX-License-Identifier: MIT
#pragma once

#include "hand_over.hpp"

#include <grandstand/ingest/source.hpp>

#include <functional>
#include <memory>

namespace grandstand::ingest {

// A source that is read by blocking calls on a thread of its own: pulls and files.
//
// Owner: the channel.   Runs on: the channel's loop; `read` on its thread.   Stops: stop(), which waits for nothing;
// the thread ends by itself soon after.
class ThreadSource final : public Source {
 public:
  using Read = std::function<void(HandOver&)>;

  // `on_bytes`: see HandOver.
  ThreadSource(SourceContext context, Read read, std::function<void(SharedBytes)> on_bytes = {});
  ~ThreadSource() override;

  void start() override;
  void stop() override;

 private:
  SourceContext context_;
  Read read_;
  std::function<void(SharedBytes)> on_bytes_;
  std::shared_ptr<HandOver> hand_over_;
};

}  // namespace grandstand::ingest
