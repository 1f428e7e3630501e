// SPDX-License-Identifier: MIT
#include "connection_pool.hpp"

#include <grandstand/base/log.hpp>

#include <pqxx/nontransaction>

namespace grandstand::storage {
namespace {

constexpr std::chrono::seconds kCheckEvery{5};
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5'000};

}  // namespace

ConnectionPool::ConnectionPool(Result<ConnectionTarget> target, std::size_t limit, ops::Health& health,
                               std::string part, ops::Gauge up)
    : target_(std::move(target)),
      limit_(limit),
      health_(health),
      part_(std::move(part)),
      up_(up),
      back_off_(kFirstPause, kLongestPause, std::random_device{}()) {
  health_.set(part_, false, target_.ok() ? "not connected yet" : target_.error().message);
}

ConnectionPool::~ConnectionPool() {
  close();
}

Result<ConnectionPool::Lease> ConnectionPool::acquire() {
  {
    std::lock_guard lock(mutex_);
    last_used_ = clock_.steady();
    if (!idle_.empty()) {
      Lease lease{std::move(idle_.back()), false};
      idle_.pop_back();
      return lease;
    }
  }
  return connect();
}

Result<ConnectionPool::Lease> ConnectionPool::replace() {
  std::vector<std::unique_ptr<Connection>> stale;
  {
    std::lock_guard lock(mutex_);
    stale.swap(idle_);
  }
  return connect();
}

Result<ConnectionPool::Lease> ConnectionPool::connect() {
  if (!target_.ok()) return target_.error();
  {
    std::lock_guard lock(mutex_);
    if (closed_) return Error{ErrorCode::kUnavailable, "the database connections are closed: the daemon stops"};
    // While it is down, one attempt at a time: a host that swallows packets must not hold every thread.
    if (down_ && (connecting_ || clock_.steady() < try_again_)) return *down_;
    connecting_ = true;
    if (!watch_.joinable()) watch_ = std::thread([this] { watch(); });
  }
  auto opened = Connection::open(*target_);
  std::lock_guard lock(mutex_);
  connecting_ = false;
  if (opened.ok()) {
    if (down_) log::info("storage", "the database is back");
    down_.reset();
    back_off_.reset();
    health_.set(part_, true);
    up_.set(1);
    return Lease{std::move(*opened), true};
  }
  if (!down_) log::error("storage", "the database cannot be reached", {{"reason", opened.error().message}});
  down_ = opened.error();
  try_again_ = clock_.steady() + back_off_.next();
  up_.set(0);
  health_.set(part_, false, down_->message + "; trying again");
  changed_.notify_all();
  return *down_;
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) {
  if (!connection) return;
  std::lock_guard lock(mutex_);
  if (!connection->is_open()) {
    // Find out now whether it was only this one.
    last_used_ = {};
    changed_.notify_all();
  } else if (!closed_ && idle_.size() < limit_) {
    idle_.push_back(std::move(connection));
  }
}

// Whether the database answers.
bool ConnectionPool::check() {
  auto lease = acquire();
  for (bool again = true; lease.ok(); again = false) {
    try {
      pqxx::nontransaction(lease->connection->session()).exec("select 1");
      give_back(std::move(lease->connection));
      return true;
    } catch (const std::exception&) {
      if (!again || lease->fresh) return false;
      lease = replace();
    }
  }
  return false;
}

void ConnectionPool::watch() {
  std::unique_lock lock(mutex_);
  while (!closed_) {
    // Waits on real time: this is the edge where a quiet database is looked after.
    const SteadyTime now = clock_.steady();
    const SteadyTime due = down_ ? try_again_ : last_used_ + kCheckEvery;
    if (now < due || connecting_) {
      changed_.wait_for(lock, std::max<SteadyTime::duration>(due - now, std::chrono::milliseconds(10)));
      continue;
    }
    lock.unlock();
    check();
    lock.lock();
  }
}

void ConnectionPool::close() {
  std::vector<std::unique_ptr<Connection>> idle;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    idle.swap(idle_);
  }
  changed_.notify_all();
  if (watch_.joinable()) watch_.join();
}

}  // namespace grandstand::storage
