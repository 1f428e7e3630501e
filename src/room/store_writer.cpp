// SPDX-License-Identifier: MIT
#include <grandstand/aio/task.hpp>
#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/assert.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/room/store_writer.hpp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <future>
#include <map>
#include <string>
#include <utility>

namespace grandstand::room {

namespace {

using std::chrono::milliseconds;

struct Waiting {
  std::shared_ptr<StoreListener> listener;
  StoredEvent event;
  std::uint64_t ticket = 0;  // 0: a stored event, not a committed one
  SteadyTime since{};
  int refusals = 0;

  bool committed() const { return ticket > 0; }
};

using Decisions = std::vector<Result<std::string>>;

bool is_passing_failure(ErrorCode code) {
  return code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout || code == ErrorCode::kCancelled;
}

}  // namespace

struct StoreWriter::State : std::enable_shared_from_this<StoreWriter::State> {
  // One feature's events, in order.
  struct Queue {
    FeatureStore* store = nullptr;
    std::string feature;
    std::deque<Waiting> waiting;
    std::vector<Waiting> writing;  // all stored or all committed
    SteadyTime not_before{};
    bool armed = false;
    std::size_t singles = 0;  // events to write one by one: after a refusal, to find the one that it is about
    milliseconds retry{0};
  };

  State(Settings s, aio::Loop& l, const Clock& c, const FeatureCatalogue& features, ops::Metrics& metrics)
      : settings(s), loop(l), clock(c) {
    for (const auto& entry : features.entries()) {
      queues.push_back({});
      queues.back().store = entry.store.get();
      queues.back().feature = entry.spec->name;
    }
    queued_gauge = metrics.gauge("grandstand_store_queue", "Events that wait to be stored.");
    const char* const dropped_help = "Events that were not stored.";
    dropped_full = metrics.counter("grandstand_store_dropped_total", dropped_help, {{"reason", "queue_full"}});
    dropped_refused = metrics.counter("grandstand_store_dropped_total", dropped_help, {{"reason", "refused"}});
    failures = metrics.counter("grandstand_store_failures_total", "Attempts to store events that failed.");
    stored = metrics.counter("grandstand_store_events_total", "Events that were stored.");
    seconds = metrics.histogram("grandstand_store_seconds", "Time from an event to its commit.",
                                {0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 60});
  }

  // given
  Settings settings;
  aio::Loop& loop;
  const Clock& clock;

  // state
  std::vector<Queue> queues;
  std::atomic<std::size_t> total{0};  // waiting or being written
  std::vector<std::promise<void>> flushes;

  // out
  ops::Gauge queued_gauge;
  ops::Counter dropped_full, dropped_refused, failures, stored;
  ops::Histogram seconds;

  void add(std::shared_ptr<StoreListener> listener, std::vector<ToStore> events);
  void write_next(std::size_t index);
  void arm(std::size_t index, milliseconds delay);
  void on_written(std::size_t index, const Status& status, const Decisions& decisions);
  void on_done(Queue& queue, const Decisions& decisions);
  void on_refused(Queue& queue);
  void removed(std::size_t count);
  static void tell(const std::vector<Waiting>& events, bool stored, const Decisions& decisions);
  static aio::Task<Status> write(FeatureStore* store, std::shared_ptr<const std::vector<StoredEvent>> batch,
                                 std::shared_ptr<Decisions> decisions);
};

// Without decisions: events that only have to be there.
aio::Task<Status> StoreWriter::State::write(FeatureStore* store, std::shared_ptr<const std::vector<StoredEvent>> batch,
                                            std::shared_ptr<Decisions> decisions) {
  if (!decisions) co_return co_await store->append(std::move(batch));
  const auto size = batch->size();
  auto decided = co_await store->commit(std::move(batch));
  if (!decided.ok()) co_return decided.error();
  *decisions = std::move(decided).value();
  GRANDSTAND_ASSERT(decisions->size() == size);
  co_return success();
}

void StoreWriter::State::add(std::shared_ptr<StoreListener> listener, std::vector<ToStore> events) {
  const auto now = clock.steady();
  std::vector<Waiting> refused;
  for (auto& event : events) {
    auto& queue = queues[event.feature];
    const bool full = queue.store == nullptr || total.load() >= settings.queue_limit;
    auto& into = full ? refused.emplace_back() : queue.waiting.emplace_back();
    into = {listener, std::move(event.event), event.ticket, now, 0};
    if (!full) ++total;
  }
  if (!refused.empty()) {
    dropped_full.add(static_cast<double>(refused.size()));
    log::error("store", "The queue is full: events are not stored", {{"limit", settings.queue_limit}});
    tell(refused, false, {});
  }
  queued_gauge.set(static_cast<double>(total.load()));
  for (std::size_t i = 0; i < queues.size(); ++i) write_next(i);
}

void StoreWriter::State::write_next(std::size_t index) {
  auto& queue = queues[index];
  if (queue.waiting.empty() || !queue.writing.empty() || queue.armed) return;
  const auto now = clock.steady();
  if (now < queue.not_before) {
    arm(index, std::chrono::ceil<milliseconds>(queue.not_before - now));
    return;
  }
  const bool committed = queue.waiting.front().committed();
  const auto most = queue.singles > 0 ? std::size_t{1} : std::min(queue.waiting.size(), settings.batch_limit);
  const auto alike = std::find_if(queue.waiting.begin(), queue.waiting.begin() + static_cast<std::ptrdiff_t>(most),
                                  [&](const Waiting& waiting) { return waiting.committed() != committed; });
  const auto count = static_cast<std::size_t>(alike - queue.waiting.begin());
  auto batch = std::make_shared<std::vector<StoredEvent>>();
  batch->reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    batch->push_back(queue.waiting.front().event);
    queue.writing.push_back(std::move(queue.waiting.front()));
    queue.waiting.pop_front();
  }
  if (queue.singles == 0) queue.not_before = now + settings.interval;
  auto decisions = committed ? std::make_shared<Decisions>() : nullptr;
  auto task = write(queue.store, std::move(batch), decisions);
  aio::spawn(loop, std::move(task), [self = shared_from_this(), index, decisions](Status status) {
    self->on_written(index, status, decisions ? *decisions : Decisions{});
  });
}

void StoreWriter::State::arm(std::size_t index, milliseconds delay) {
  queues[index].armed = true;
  aio::run_after(loop, delay, [self = shared_from_this(), index] {
    self->queues[index].armed = false;
    self->queues[index].not_before = {};
    self->write_next(index);
  });
}

void StoreWriter::State::on_written(std::size_t index, const Status& status, const Decisions& decisions) {
  auto& queue = queues[index];
  if (status.ok()) {
    on_done(queue, decisions);
    write_next(index);
    return;
  }
  failures.add();
  log::warning("store", "Events could not be stored yet",
               {{"feature", queue.feature},
                {"waiting", queue.writing.size() + queue.waiting.size()},
                {"reason", status.error().message}});
  if (!is_passing_failure(status.error().code)) on_refused(queue);
  // Back to the front, in order: what came first stays first.
  for (auto event = queue.writing.rbegin(); event != queue.writing.rend(); ++event) {
    queue.waiting.push_front(std::move(*event));
  }
  queue.writing.clear();
  queue.retry = std::clamp(queue.retry * 2, settings.retry_first, settings.retry_longest);
  arm(index, queue.retry);
}

void StoreWriter::State::on_done(Queue& queue, const Decisions& decisions) {
  const auto now = clock.steady();
  for (const auto& event : queue.writing) seconds.observe(std::chrono::duration<double>(now - event.since).count());
  stored.add(static_cast<double>(queue.writing.size()));
  queue.retry = milliseconds{0};
  if (queue.singles > 0) --queue.singles;
  const auto written = std::exchange(queue.writing, {});
  tell(written, true, decisions);
  removed(written.size());
}

void StoreWriter::State::on_refused(Queue& queue) {
  if (queue.writing.size() > 1) {
    queue.singles = queue.writing.size();
    return;
  }
  if (++queue.writing.front().refusals < settings.attempts) return;
  log::error("store", "An event was refused for good and is not stored",
             {{"feature", queue.feature}, {"room", queue.writing.front().event.room.value()}});
  dropped_refused.add();
  const auto dropped = std::exchange(queue.writing, {});
  tell(dropped, false, {});
  removed(dropped.size());
  if (queue.singles > 0) --queue.singles;
}

void StoreWriter::State::removed(std::size_t count) {
  total -= count;
  queued_gauge.set(static_cast<double>(total.load()));
  if (total.load() > 0) return;
  for (auto& flush : flushes) flush.set_value();
  flushes.clear();
}

void StoreWriter::State::tell(const std::vector<Waiting>& events, bool stored, const Decisions& decisions) {
  struct Told {
    std::vector<std::uint64_t> offsets;
    std::vector<Decision> decisions;
  };
  std::map<StoreListener*, Told> by_listener;
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto& told = by_listener[events[i].listener.get()];
    if (!events[i].committed()) {
      told.offsets.push_back(events[i].event.event.offset);
    } else if (stored) {
      told.decisions.push_back({events[i].ticket, decisions[i]});
    } else {
      told.decisions.push_back(
          {events[i].ticket, Error{ErrorCode::kUnavailable, "It could not be stored. Try again."}});
    }
  }
  for (auto& [listener, told] : by_listener) {
    if (!told.offsets.empty()) listener->on_stored(std::move(told.offsets), stored);
    if (!told.decisions.empty()) listener->on_committed(std::move(told.decisions));
  }
}

StoreWriter::StoreWriter(Settings settings, aio::Loop& loop, const Clock& clock, const FeatureCatalogue& features,
                         ops::Metrics& metrics)
    : state_(std::make_shared<State>(settings, loop, clock, features, metrics)) {}
StoreWriter::~StoreWriter() = default;

void StoreWriter::add(std::shared_ptr<StoreListener> listener, std::vector<ToStore> events) {
  if (events.empty()) return;
  auto& loop = state_->loop;
  if (loop.runs_here()) {
    state_->add(std::move(listener), std::move(events));
    return;
  }
  auto shared = std::make_shared<std::vector<ToStore>>(std::move(events));
  loop.post([state = state_, listener = std::move(listener), shared] { state->add(listener, std::move(*shared)); });
}

std::size_t StoreWriter::flush(std::chrono::milliseconds limit) {
  auto promise = std::make_shared<std::promise<void>>();
  auto done = promise->get_future();
  state_->loop.post([state = state_, promise] {
    if (state->total.load() == 0) {
      promise->set_value();
    } else {
      state->flushes.push_back(std::move(*promise));
    }
  });
  done.wait_for(limit);
  return state_->total.load();
}

}  // namespace grandstand::room
