// SPDX-License-Identifier: MIT
#include "rtmp_publication.hpp"

namespace grandstand::ingest {

namespace {

constexpr std::size_t kOverhead = 128;  // of one output beside its bytes

void hand_over(RtmpSubscriber& subscriber, FlvOutput& output) {
  switch (output.kind) {
    case FlvOutput::Kind::kTracks:
      return subscriber.on_tracks(std::move(output.tracks));
    case FlvOutput::Kind::kSample:
      return subscriber.on_sample(std::move(output.sample));
    case FlvOutput::Kind::kDiscontinuity:
      return subscriber.on_discontinuity(std::move(output.reason));
    case FlvOutput::Kind::kProblem:
      return subscriber.on_publish_problem(std::move(output.reason));
  }
}

}  // namespace

void RtmpPublication::start(std::string peer, std::function<void()> on_progress) {
  on_progress_ = std::move(on_progress);
  send(0, [peer = std::move(peer)](RtmpSubscriber& subscriber) { subscriber.on_publish_start(peer); });
}

void RtmpPublication::deliver(std::vector<FlvOutput> outputs) {
  if (outputs.empty()) return;
  std::size_t bytes = 0;
  for (const FlvOutput& output : outputs) bytes += output.sample.data.size() + kOverhead;
  // Shared because std::function wants to be able to copy; it is run once.
  auto batch = std::make_shared<std::vector<FlvOutput>>(std::move(outputs));
  send(bytes, [batch](RtmpSubscriber& subscriber) {
    for (FlvOutput& output : *batch) hand_over(subscriber, output);
  });
}

void RtmpPublication::end(std::string reason) {
  on_progress_ = nullptr;
  send(0, [reason = std::move(reason)](RtmpSubscriber& subscriber) { subscriber.on_publish_end(reason); });
}

void RtmpPublication::send(std::size_t bytes, std::function<void(RtmpSubscriber&)> work) {
  in_flight_ += bytes;
  subscriber_loop_.post([self = shared_from_this(), bytes, work = std::move(work)] {
    const auto subscriber = self->subscriber_.lock();
    if (subscriber) work(*subscriber);
    self->server_loop_.post([self, bytes, alive = subscriber != nullptr] { self->arrived(bytes, alive); });
  });
}

void RtmpPublication::arrived(std::size_t bytes, bool alive) {
  in_flight_ -= bytes;
  gone_ = gone_ || !alive;
  // A copy: what it calls may end the publication and with it this function object.
  const auto on_progress = on_progress_;
  if (on_progress) on_progress();
}

}  // namespace grandstand::ingest
