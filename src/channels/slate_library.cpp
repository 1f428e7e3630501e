// SPDX-License-Identifier: MIT
#include "slate_library.hpp"

#include <grandstand/aio/offload.hpp>

#include <map>
#include <utility>
#include <vector>

namespace grandstand::channels {
namespace {

constexpr std::size_t kShapes = 16;
constexpr std::size_t kWaiting = 32;

}  // namespace

struct SlateLibrary::State : std::enable_shared_from_this<SlateLibrary::State> {
  struct Waiter {
    aio::Loop* loop;
    std::function<void(Outcome)> deliver;
  };
  struct Entry {
    std::shared_ptr<const media::Slate> slate;  // null: under work
    std::uint64_t asked = 0;
    std::vector<Waiter> waiting;
  };

  explicit State(aio::Loop& h) : home(h) {}

  void ask(const media::SlateShape& shape, Waiter waiter);
  void finish(const media::SlateShape& shape, const Outcome& outcome);
  void forget_oldest();
  static void answer(Waiter& waiter, Outcome outcome) {
    waiter.loop->post([deliver = std::move(waiter.deliver), outcome = std::move(outcome)] { deliver(outcome); });
  }

  aio::Loop& home;
  std::map<media::SlateShape, Entry> entries;  // on the home loop only
  std::uint64_t requests = 0;
  ops::Counter encoded, refused;
  aio::Offload thread{"slate", 1, kWaiting};
};

void SlateLibrary::State::ask(const media::SlateShape& shape, Waiter waiter) {
  auto& entry = entries[shape];
  entry.asked = ++requests;
  if (entry.slate) return answer(waiter, entry.slate);
  entry.waiting.push_back(std::move(waiter));
  if (entry.waiting.size() > 1) return;
  const bool queued = thread.try_post([self = shared_from_this(), shape] {
    auto outcome = media::encode_slate(shape);
    self->home.post([self, shape, outcome = std::move(outcome)] { self->finish(shape, outcome); });
  });
  if (queued) return;
  refused.add();
  finish(shape, Error{ErrorCode::kUnavailable, "too many slates are waiting to be encoded"});
}

void SlateLibrary::State::finish(const media::SlateShape& shape, const Outcome& outcome) {
  const auto entry = entries.find(shape);
  auto waiting = std::exchange(entry->second.waiting, {});
  if (outcome) {
    encoded.add();
    entry->second.slate = *outcome;
    forget_oldest();
  } else {
    entries.erase(entry);
  }
  for (auto& waiter : waiting) answer(waiter, outcome);
}

void SlateLibrary::State::forget_oldest() {
  if (entries.size() <= kShapes) return;
  auto oldest = entries.end();
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    if (entry->second.slate && (oldest == entries.end() || entry->second.asked < oldest->second.asked)) oldest = entry;
  }
  entries.erase(oldest);
}

SlateLibrary::SlateLibrary(aio::Loop& home, ops::Metrics& metrics) : state_(std::make_shared<State>(home)) {
  state_->encoded = metrics.counter("grandstand_slates_encoded_total", "Slates encoded");
  state_->refused =
      metrics.counter("grandstand_slates_refused_total", "Slates not encoded because too many were waiting");
}

SlateLibrary::~SlateLibrary() {
  state_->thread.abandon();
}

void SlateLibrary::request(media::SlateShape shape, aio::Loop& loop, std::function<void(Outcome)> deliver) {
  state_->home.post([state = state_, shape, waiter = State::Waiter{&loop, std::move(deliver)}]() mutable {
    state->ask(shape, std::move(waiter));
  });
}

}  // namespace grandstand::channels
