// SPDX-License-Identifier: MIT
#include <grandstand/aio/ticker.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace grandstand::aio {

struct Ticker::State : std::enable_shared_from_this<Ticker::State> {
  State(Loop& loop, std::chrono::milliseconds i, std::function<void()> w)
      : timer(loop.context()), interval(i), work(std::move(w)) {}

  void arm() {
    timer.expires_at(next_beat());
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error || !self->running) return;
      self->work();
      if (self->running) self->arm();
    });
  }

  // Beats lie on multiples of the interval, so that all tickers of one interval on a loop are served by one wake-up:
  // with a ticker for each of hundreds of channels, waking up costs more than the work.
  std::chrono::steady_clock::time_point next_beat() const {
    const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::steady_clock::time_point((since_start / interval + 1) * interval);
  }

  boost::asio::steady_timer timer;
  std::chrono::milliseconds interval;
  std::function<void()> work;
  bool running = true;
};

Ticker::Ticker(Loop& loop, std::chrono::milliseconds interval, std::function<void()> work)
    : state_(std::make_shared<State>(loop, interval, std::move(work))) {
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
