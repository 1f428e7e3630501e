// SPDX-License-Identifier: MIT
#include "acceptor.hpp"

#include <grandstand/base/log.hpp>

#include <cerrno>
#include <cstring>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <sys/socket.h>
#include <unistd.h>

namespace grandstand::http {
namespace {

using boost::asio::ip::tcp;

constexpr int kBacklog = 4096;
constexpr int kAcceptsInTurn = 64;
constexpr std::chrono::milliseconds kRetryAfter{100};

std::string to_text(const sockaddr_storage& address, socklen_t size) {
  tcp::endpoint endpoint;
  endpoint.resize(size);
  std::memcpy(endpoint.data(), &address, size);
  auto ip = endpoint.address();
  if (ip.is_v6() && ip.to_v6().is_v4_mapped()) {
    ip = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, ip.to_v6());
  }
  return ip.to_string();
}

}  // namespace

struct Acceptor::State : std::enable_shared_from_this<Acceptor::State> {
  State(Door d, std::vector<std::shared_ptr<Worker>> w)
      : door(d), workers(std::move(w)), loop(workers.front()->loop()), socket(loop.context()) {}

  void await_clients() {
    socket.async_wait(tcp::acceptor::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
      if (!error && self->socket.is_open()) self->accept_waiting();
    });
  }

  void accept_waiting() {
    for (int i = 0; i < kAcceptsInTurn; ++i) {
      sockaddr_storage address{};
      socklen_t size = sizeof address;
      const int client =
          ::accept4(socket.native_handle(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (client >= 0) {
        hand_over(client, to_text(address, size));
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        break;
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        return wait_for_descriptors();
      }
      // Everything else (ECONNABORTED, ...) is that client's own affair.
    }
    await_clients();
  }

  void hand_over(int client, std::string address) {
    auto& site = *workers.front()->site();
    // Operators get in when nobody else does: they want to know why.
    const bool full = site.connections.load(std::memory_order_relaxed) >= site.settings.max_connections;
    if (full && door == Door::kMain) {
      site.metrics.count_refused(HttpMetrics::Refused::kMaxConnections);
      log::warning("http", "Too many connections: a new one was closed",
                   {{"peer", address}, {"http.max_connections", site.settings.max_connections}});
      ::close(client);
      return;
    }
    auto place = site.places.take(address);
    if (!place && door == Door::kMain) {
      site.metrics.count_refused(HttpMetrics::Refused::kMaxPerClient);
      log::warning("http", "Too many connections of one client: a new one was refused",
                   {{"peer", address}, {"http.max_connections_per_client", site.settings.max_connections_per_client}});
      ::close(client);
      return;
    }
    site.connections.fetch_add(1, std::memory_order_relaxed);
    auto& worker = workers[turn++ % workers.size()];
    auto taken = std::make_shared<ClientPlaces::Place>(std::move(place).value_or(ClientPlaces::Place{}));
    worker->loop().dispatch(
        [worker, client, taken = std::move(taken), address = std::move(address), door = door]() mutable {
          worker->accept(client, std::move(address), door, std::move(*taken));
        });
  }

  void wait_for_descriptors() {
    log::warning("http", "No file descriptor is left for new connections; raise LimitNOFILE");
    workers.front()->site()->metrics.count_refused(HttpMetrics::Refused::kNoDescriptor);
    aio::run_after(loop, kRetryAfter, [self = shared_from_this()] {
      if (self->socket.is_open()) self->accept_waiting();
    });
  }

  Door door;
  std::vector<std::shared_ptr<Worker>> workers;
  aio::Loop& loop;
  tcp::acceptor socket;
  std::size_t turn = 0;
};

Acceptor::Acceptor(std::shared_ptr<State> state) : state_(std::move(state)) {}
Acceptor::~Acceptor() = default;

Result<std::shared_ptr<Acceptor>> Acceptor::open(std::string setting, const std::string& address, std::uint16_t port,
                                                 Door door, std::vector<std::shared_ptr<Worker>> workers) {
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(address, error);
  if (error) {
    return Error{
        ErrorCode::kInvalidArgument,
        setting + ": '" + address + "' is not an IP address; expected \"0.0.0.0\", \"::\" or one of this host"};
  }
  auto state = std::make_shared<State>(door, std::move(workers));
  const tcp::endpoint endpoint(ip, port);
  auto& socket = state->socket;
  socket.open(endpoint.protocol(), error);
  if (!error) socket.set_option(tcp::acceptor::reuse_address(true), error);
  // "::" means everything, IPv4 too.
  if (!error && ip.is_v6()) socket.set_option(boost::asio::ip::v6_only(false), error);
  if (!error) socket.bind(endpoint, error);
  if (!error) socket.listen(kBacklog, error);
  if (!error) socket.native_non_blocking(true, error);
  if (error) {
    return Error{ErrorCode::kUnavailable,
                 setting + ": cannot listen on " + address + " port " + std::to_string(port) + ": " + error.message()};
  }
  return std::shared_ptr<Acceptor>(new Acceptor(std::move(state)));
}

std::uint16_t Acceptor::port() const {
  boost::system::error_code ignored;
  return state_->socket.local_endpoint(ignored).port();
}

void Acceptor::start() {
  state_->loop.post([state = state_] { state->await_clients(); });
}

void Acceptor::stop() {
  state_->loop.dispatch([state = state_] {
    boost::system::error_code ignored;
    state->socket.close(ignored);
  });
}

}  // namespace grandstand::http
