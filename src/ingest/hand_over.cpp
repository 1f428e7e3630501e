// SPDX-License-Identifier: MIT
#include "hand_over.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::ingest {

namespace {

// How often a waiting thread looks at the injected clock, which need not be the real one.
constexpr std::chrono::milliseconds kLook{20};

std::size_t size_of(const HandOver::Item& item) {
  if (const auto* sample = std::get_if<media::Sample>(&item)) return sample->data.size();
  const auto* bytes = std::get_if<SharedBytes>(&item);
  return bytes != nullptr ? bytes->size() : 0;
}

}  // namespace

HandOver::HandOver(SourceContext context, std::function<void(SharedBytes)> on_bytes)
    : context_(context),
      on_bytes_(std::move(on_bytes)),
      channel_(context.channel.value()),
      waits_(context.metrics.counter("grandstand_ingest_handover_waits_total",
                                     "How often a reading thread had to wait because the channel's loop was behind.",
                                     {{"channel", channel_}})) {}

bool HandOver::push(Item item) {
  std::unique_lock lock(mutex_);
  const auto has_room = [this] { return stopped_ || (items_.size() < kMaxItems && bytes_ < kMaxBytes); };
  if (!has_room()) {
    waits_.add();
    changed_.wait(lock, has_room);
  }
  if (stopped_) return false;
  bytes_ += size_of(item);
  items_.push_back(std::move(item));
  if (!std::exchange(give_posted_, true)) context_.loop.post([self = shared_from_this()] { self->give(); });
  return true;
}

void HandOver::give() {
  std::deque<Item> items;
  {
    std::lock_guard lock(mutex_);
    give_posted_ = false;
    if (stopped_) return;
    items.swap(items_);
    bytes_ = 0;
  }
  changed_.notify_all();
  for (Item& item : items) {
    // A receiver may stop the source. Only the loop writes the flag, so it may read it without the lock.
    if (stopped_) return;
    give_item(item);
  }
}

void HandOver::give_item(Item& item) {
  if (auto* sample = std::get_if<media::Sample>(&item)) {
    context_.sink.on_sample(std::move(*sample));
  } else if (auto* tracks = std::get_if<std::shared_ptr<const media::TrackSet>>(&item)) {
    context_.sink.on_tracks(std::move(*tracks));
  } else if (auto* cue = std::get_if<media::SpliceCue>(&item)) {
    context_.sink.on_splice_cue(std::move(*cue));
  } else if (const auto* guide = std::get_if<AvInput::GuideSection>(&item)) {
    guide_.follow(guide->service);
    guide_.give(guide->bytes.span(), context_.sink);
  } else if (auto* discontinuity = std::get_if<Discontinuity>(&item)) {
    context_.sink.on_discontinuity(std::move(discontinuity->reason));
  } else if (auto* change = std::get_if<StateChange>(&item)) {
    context_.observer.on_source_state(change->state, std::move(change->reason));
  } else if (auto* bytes = std::get_if<SharedBytes>(&item)) {
    on_bytes_(std::move(*bytes));
  }
}

bool HandOver::stopped() const {
  std::lock_guard lock(mutex_);
  return stopped_;
}

SteadyTime HandOver::now() const {
  std::lock_guard lock(mutex_);
  if (!stopped_) last_now_ = context_.clock.steady();
  return last_now_;
}

bool HandOver::wait_until(SteadyTime time) {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    const auto missing = time - context_.clock.steady();
    if (missing <= SteadyTime::duration::zero()) return true;
    changed_.wait_for(lock, std::min<SteadyTime::duration>(missing, kLook));
  }
  return false;
}

void HandOver::stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    items_.clear();
    bytes_ = 0;
  }
  changed_.notify_all();
}

}  // namespace grandstand::ingest
