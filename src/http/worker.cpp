// SPDX-License-Identifier: MIT
#include "worker.hpp"

#include "connection.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::http {
namespace {

using std::chrono::milliseconds;

// Coarse, but fine enough for the shortest limit that is set.
milliseconds tick_interval(const Site& site) {
  const auto& settings = site.settings;
  const auto ping = std::chrono::duration_cast<milliseconds>(site.parts.hub.settings().ping_interval);
  const auto shortest = std::min({settings.header_timeout, settings.idle_timeout, settings.write_timeout, ping});
  return std::clamp(shortest / 8, milliseconds{20}, milliseconds{1'000});
}

// RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT"; without the C locale's say.
std::string make_date_line(UtcTime time) {
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  char text[64];
  const int length = std::snprintf(text, sizeof text, "Date: %s, %02u %s %04d %02d:%02d:%02d GMT\r\n",
                                   kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                                   kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                                   static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                                   static_cast<int>(clock.seconds().count()));
  return std::string(text, static_cast<std::size_t>(length));
}

}  // namespace

Worker::Worker(std::shared_ptr<Site> site, aio::Loop& loop)
    : site_(std::move(site)),
      loop_(loop),
      interval_(tick_interval(*site_)),
      now_(site_->parts.clock.steady() + interval_),
      date_line_(make_date_line(site_->parts.clock.utc())),
      scratch_(std::make_unique_for_overwrite<std::uint8_t[]>(kScratchBytes)) {}

Worker::~Worker() {
  while (first_ != nullptr) {
    std::unique_ptr<Peer> peer(first_);
    first_ = first_->next_;
  }
}

void Worker::start() {
  tick();
  ticker_ = std::make_unique<aio::Ticker>(loop_, interval_, [this] { tick(); });
}

void Worker::accept(int descriptor, std::string address, Door door, ClientPlaces::Place place) {
  auto connection = std::make_unique<HttpConnection>(*this, descriptor, std::move(address), door, std::move(place));
  auto& begun = *connection;
  adopt(std::move(connection));
  begun.start();
}

void Worker::adopt(std::unique_ptr<Peer> peer) {
  Peer* const added = peer.release();
  added->next_ = first_;
  if (first_ != nullptr) first_->previous_ = added;
  first_ = added;
  site_->metrics.connections.add(1);
}

void Worker::retire(Peer& peer) {
  if (peer.previous_ != nullptr) peer.previous_->next_ = peer.next_;
  if (peer.next_ != nullptr) peer.next_->previous_ = peer.previous_;
  if (first_ == &peer) first_ = peer.next_;
  peer.previous_ = nullptr;
  peer.next_ = nullptr;
  retired_.emplace_back(&peer);
  site_->metrics.connections.add(-1);
  site_->connections.fetch_sub(1, std::memory_order_relaxed);
  if (sweep_posted_) return;
  sweep_posted_ = true;
  loop_.post([self = shared_from_this()] { self->sweep(); });
}

void Worker::sweep() {
  sweep_posted_ = false;
  std::exchange(retired_, {}).clear();
  finish_if_empty();
}

void Worker::for_each(void (*visit)(Peer&, SteadyTime now)) {
  for (Peer* peer = first_; peer != nullptr;) {
    Peer& visited = *peer;
    peer = peer->next_;  // before the visit: it may retire the visited one
    visit(visited, now_);
  }
}

void Worker::tick() {
  now_ = site_->parts.clock.steady() + interval_;
  date_line_ = make_date_line(site_->parts.clock.utc());
  const auto ms = std::chrono::duration_cast<milliseconds>(now_.time_since_epoch()).count();
  site_->desks[loop_.index()].last_tick_ms.store(ms, std::memory_order_relaxed);
  for_each([](Peer& peer, SteadyTime now) { peer.tick(now); });
  site_->desks[loop_.index()].held.forget_closed(*site_);
  site_->desks[loop_.index()].admitted.renew(*site_, loop_, now_);
  site_->desks[loop_.index()].viewers.forget_closed();
  site_->desks[loop_.index()].events.keep_alive(now_);
  if (deadline_ && now_ >= *deadline_) {
    for_each([](Peer& peer, SteadyTime) { peer.abort(); });
  }
}

void Worker::stop(std::chrono::milliseconds grace, std::function<void()> done) {
  deadline_ = now_ + grace;
  done_ = std::move(done);
  for_each([](Peer& peer, SteadyTime) { peer.wind_down(); });
  site_->desks[loop_.index()].held.release(*site_);
  finish_if_empty();
}

void Worker::finish_if_empty() {
  if (!done_ || first_ != nullptr || !retired_.empty()) return;
  ticker_.reset();
  loop_.post(std::exchange(done_, nullptr));  // after what the last ones to go have left to do here
}

}  // namespace grandstand::http
