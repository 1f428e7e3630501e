// SPDX-License-Identifier: MIT
#include <grandstand/aio/offload.hpp>
#include <grandstand/base/log.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace grandstand::aio {

struct Offload::State {
  std::string name;
  std::size_t queue_limit;
  mutable std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::function<void()>> queue;
  bool stopping = false;
  std::vector<std::thread> threads;

  void serve() {
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [this] { return stopping || !queue.empty(); });
      if (queue.empty()) return;
      auto work = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      try {
        work();
      } catch (const std::exception& e) {
        log::error("aio", "An exception escaped offloaded work", {{"threads", name}, {"what", e.what()}});
      }
      work = nullptr;  // what it captured is released here, not under the lock
      lock.lock();
    }
  }
};

Offload::Offload(std::string name, std::size_t threads, std::size_t queue_limit) : state_(std::make_shared<State>()) {
  state_->name = std::move(name);
  state_->queue_limit = queue_limit;
  for (std::size_t i = 0; i < threads; ++i) {
    state_->threads.emplace_back([state = state_] { state->serve(); });
  }
}

Offload::~Offload() {
  stop();
}

bool Offload::try_post(std::function<void()> work) {
  {
    std::lock_guard lock(state_->mutex);
    if (state_->stopping || state_->queue.size() >= state_->queue_limit) return false;
    state_->queue.push_back(std::move(work));
  }
  state_->wake.notify_one();
  return true;
}

std::size_t Offload::queued() const {
  std::lock_guard lock(state_->mutex);
  return state_->queue.size();
}

void Offload::stop() {
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->wake.notify_all();
  for (auto& thread : state_->threads) {
    if (thread.joinable()) thread.join();
  }
}

void Offload::abandon() {
  std::deque<std::function<void()>> unwanted;  // released outside of the lock
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    unwanted.swap(state_->queue);
  }
  stop();
}

}  // namespace grandstand::aio
