// SPDX-License-Identifier: MIT
#include <grandstand/aio/ticker.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace grandstand::aio {

struct Ticker::State : std::enable_shared_from_this<Ticker::State> {
  State(Loop& loop, std::chrono::milliseconds i, std::function<void()> w)
      : timer(loop.context()), interval(i), work(std::move(w)) {}

  void arm() {
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error || !self->running) return;
      // The next date is counted from the last one, so that the rhythm holds; after a stall it starts anew.
      const auto now = std::chrono::steady_clock::now();
      const auto next = self->timer.expiry() + self->interval;
      self->timer.expires_at(next > now ? next : now + self->interval);
      self->work();
      if (self->running) self->arm();
    });
  }

  boost::asio::steady_timer timer;
  std::chrono::milliseconds interval;
  std::function<void()> work;
  bool running = true;
};

Ticker::Ticker(Loop& loop, std::chrono::milliseconds interval, std::function<void()> work)
    : state_(std::make_shared<State>(loop, interval, std::move(work))) {
  state_->timer.expires_after(interval);
  state_->arm();
}

Ticker::~Ticker() {
  state_->running = false;
  state_->timer.cancel();
}

void run_after(Loop& loop, std::chrono::milliseconds delay, std::function<void()> work) {
  auto timer = std::make_shared<boost::asio::steady_timer>(loop.context(), delay);
  timer->async_wait([timer, work = std::move(work)](const boost::system::error_code& error) {
    if (!error) work();
  });
}

}  // namespace grandstand::aio
