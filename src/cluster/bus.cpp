// SPDX-License-Identifier: MIT
#include <grandstand/aio/offload.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/cluster/bus.hpp>

#include <atomic>
#include <future>
#include <utility>
#include <vector>

#include <nats/nats.h>

namespace grandstand::cluster {
namespace {

constexpr std::size_t kPublishQueue = 20'000;  // messages
constexpr std::int64_t kConnectMs = 3'000;
constexpr std::int64_t kReconnectMs = 250;
constexpr std::int64_t kPingMs = 1'000;
constexpr int kPingsUnanswered = 2;
constexpr std::size_t kMostPendingBytes = 64 << 20;  // received and not handled yet

struct OptionsDeleter {
  void operator()(natsOptions* options) const { natsOptions_Destroy(options); }
};
struct ConnectionDeleter {
  void operator()(natsConnection* connection) const { natsConnection_Destroy(connection); }
};
struct SubscriptionDeleter {
  void operator()(natsSubscription* subscription) const { natsSubscription_Destroy(subscription); }
};

// Whoever may still be called back by the library's threads holds one; when all have let go, nobody is any more.
class Callbacks {
 public:
  ~Callbacks() { over_.set_value(); }
  std::future<void> over() { return over_.get_future(); }

 private:
  std::promise<void> over_;
};

// What the library's callback needs for as long as it may come.
struct Listener {
  aio::Loop& loop;
  Bus::Handler handler;
  std::atomic<bool> ended{false};
};

// Bytes on their way to loops, which may come to them when the bus is gone.
using Pending = std::shared_ptr<std::atomic<std::size_t>>;

void hand_over(const std::shared_ptr<Listener>& listener, std::string text, const Pending& pending) {
  *pending += text.size();
  listener->loop.post([listener, text = std::move(text), pending] {
    if (!listener->ended) listener->handler(text);
    *pending -= text.size();
  });
}

std::string without_secrets(const std::string& url) {
  const auto at = url.rfind('@');
  const auto scheme = url.find("://");
  if (at == std::string::npos || scheme == std::string::npos) return url;
  return url.substr(0, scheme + 3) + url.substr(at + 1);
}

}  // namespace

struct Bus::Subscription::State {
  std::shared_ptr<Listener> listener;
  std::unique_ptr<natsSubscription, SubscriptionDeleter> subscription;
};

struct Bus::State {
  struct Closure {
    State& state;
    std::shared_ptr<Listener> listener;
    std::shared_ptr<Callbacks> callbacks;
  };

  State(std::string n, ops::Metrics& metrics)
      : node(std::move(n)),
        up(metrics.gauge("grandstand_cluster_bus_up", "Whether the messages between nodes flow (1) or not (0).")),
        sent(metrics.counter("grandstand_cluster_messages_total", "Messages between nodes.", {{"way", "sent"}})),
        received(
            metrics.counter("grandstand_cluster_messages_total", "Messages between nodes.", {{"way", "received"}})),
        lost(metrics.counter("grandstand_cluster_lost_total",
                             "Messages between nodes that could not be sent, or not be taken.")) {}

  void set_connected(bool now) {
    if (connected.exchange(now) == now) return;
    up.set(now ? 1 : 0);
    if (now) {
      log::info("cluster", "Connected to the other nodes", {{"node", node}});
    } else {
      log::warning("cluster", "Cut off from the other nodes", {{"node", node}});
    }
  }
  static void on_message(natsConnection*, natsSubscription*, natsMsg* message, void* closure);
  static void on_connection(natsConnection* connection, void* closure) {
    static_cast<State*>(closure)->set_connected(natsConnection_Status(connection) == NATS_CONN_STATUS_CONNECTED);
  }
  static void on_reconnected(natsConnection* connection, void* closure) {
    on_connection(connection, closure);
    static_cast<State*>(closure)->hole = true;
    static_cast<State*>(closure)->flows();
  }
  void lose() {
    lost.add();
    hole = true;
  }
  void flows() {
    if (!hole.exchange(false)) return;
    for (const auto& listener : *waiting.load()) hand_over(listener, {}, pending);
  }
  // The last of a connection.
  static void on_closed(natsConnection*, void* closure) {
    static_cast<State*>(closure)->set_connected(false);
    const auto released = std::move(static_cast<State*>(closure)->connection_callbacks);
  }

  std::string node;
  ops::Gauge up;
  ops::Counter sent, received, lost;
  std::atomic<bool> connected{false};
  std::atomic<bool> hole{false};  // messages were lost, and none has flowed since
  Pending pending = std::make_shared<std::atomic<std::size_t>>(0);
  using Listeners = std::vector<std::shared_ptr<Listener>>;
  Published<Listeners> waiting{std::make_shared<const Listeners>()};     // to hear of holes
  std::shared_ptr<Callbacks> callbacks = std::make_shared<Callbacks>();  // until stop()
  std::shared_ptr<Callbacks> connection_callbacks = callbacks;
  std::future<void> callbacks_over = callbacks->over();
  std::unique_ptr<natsConnection, ConnectionDeleter> connection;
  // A full socket makes publishing wait: not on a loop.
  aio::Offload publishing{"bus", 1, kPublishQueue};
};

// On the one delivery thread, so that the order of arrival is the order of the posts.
void Bus::State::on_message(natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
  std::string text(natsMsg_GetData(message), static_cast<std::size_t>(natsMsg_GetDataLength(message)));
  natsMsg_Destroy(message);
  auto& [state, listener, callbacks] = *static_cast<Closure*>(closure);
  if (*state.pending + text.size() > kMostPendingBytes) return state.lose();
  state.received.add();
  hand_over(listener, std::move(text), state.pending);
  state.flows();
}

Bus::Subscription::Subscription() = default;
Bus::Subscription::Subscription(std::unique_ptr<State> state) : state_(std::move(state)) {}
Bus::Subscription::Subscription(Subscription&&) noexcept = default;
Bus::Subscription& Bus::Subscription::operator=(Subscription&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}
Bus::Subscription::~Subscription() {
  if (!state_) return;
  state_->listener->ended = true;
  if (state_->subscription) natsSubscription_Unsubscribe(state_->subscription.get());
}

Bus::Bus(std::unique_ptr<State> state) : state_(std::move(state)) {}
Bus::~Bus() {
  stop();
}

Result<std::unique_ptr<Bus>> Bus::connect(const std::string& url, const std::string& node, ops::Metrics& metrics) {
  nats_Open(-1);
  nats_SetMessageDeliveryPoolSize(1);
  auto state = std::make_unique<State>(node, metrics);
  natsOptions* made = nullptr;
  natsOptions_Create(&made);
  const std::unique_ptr<natsOptions, OptionsDeleter> options(made);
  natsOptions_SetURL(made, url.c_str());
  natsOptions_SetName(made, ("grandstand " + node).c_str());
  natsOptions_SetTimeout(made, kConnectMs);
  natsOptions_SetReconnectWait(made, kReconnectMs);
  natsOptions_SetMaxReconnect(made, -1);
  natsOptions_SetReconnectBufSize(made, -1);  // what waited for long is of no use
  natsOptions_SetPingInterval(made, kPingMs);
  natsOptions_SetMaxPingsOut(made, kPingsUnanswered);
  natsOptions_UseGlobalMessageDelivery(made, true);
  natsOptions_SetNoEcho(made, true);
  natsOptions_SetDisconnectedCB(made, State::on_connection, state.get());
  natsOptions_SetReconnectedCB(made, State::on_reconnected, state.get());
  natsOptions_SetClosedCB(made, State::on_closed, state.get());
  natsConnection* connection = nullptr;
  if (const auto status = natsConnection_Connect(&connection, made); status != NATS_OK) {
    return Error{ErrorCode::kUnavailable, "NATS at " + without_secrets(url) + ": " + natsStatus_GetText(status)};
  }
  state->connection.reset(connection);
  state->set_connected(true);
  return std::unique_ptr<Bus>(new Bus(std::move(state)));
}

bool Bus::connected() const {
  return state_->connected;
}

void Bus::publish(std::string subject, std::string message) {
  auto& state = *state_;
  const bool queued = state.publishing.try_post([&state, subject = std::move(subject), message = std::move(message)] {
    const auto status = natsConnection_Publish(state.connection.get(), subject.c_str(), message.data(),
                                               static_cast<int>(message.size()));
    // Nothing more waits: it goes now, and not with the client's next flush.
    if (state.publishing.queued() == 0) natsConnection_FlushTimeout(state.connection.get(), 1);
    if (status != NATS_OK) return state.lose();
    state.sent.add();
    state.flows();
  });
  if (!queued) state.lose();
}

Bus::Subscription Bus::subscribe(const std::string& subject, aio::Loop& loop, Handler handler) {
  auto listener = std::make_shared<Listener>(loop, std::move(handler));
  // Freed when the last callback has been.
  auto* const closure = new State::Closure{*state_, listener, state_->callbacks};
  natsSubscription* made = nullptr;
  if (natsConnection_Subscribe(&made, state_->connection.get(), subject.c_str(), State::on_message, closure) !=
      NATS_OK) {
    delete closure;
    log::error("cluster", "A subscription failed", {{"subject", subject}});
    return {};
  }
  natsSubscription_SetOnCompleteCB(made, [](void* data) { delete static_cast<State::Closure*>(data); }, closure);
  natsSubscription_SetPendingLimits(made, -1, static_cast<int>(kMostPendingBytes));
  auto state = std::make_unique<Subscription::State>();
  state->listener = std::move(listener);
  state->subscription.reset(made);
  return Subscription(std::move(state));
}

Bus::Subscription Bus::on_reconnected(aio::Loop& loop, std::function<void()> handler) {
  auto state = std::make_unique<Subscription::State>();
  state->listener = std::make_shared<Listener>(loop, [handler = std::move(handler)](std::string_view) { handler(); });
  auto waiting = *state_->waiting.load();
  std::erase_if(waiting, [](const auto& listener) { return listener->ended.load(); });
  waiting.push_back(state->listener);
  state_->waiting.store(std::make_shared<const State::Listeners>(std::move(waiting)));
  return Subscription(std::move(state));
}

void Bus::stop() {
  state_->publishing.stop();
  natsConnection_Close(state_->connection.get());
  state_->callbacks.reset();
  state_->callbacks_over.wait();
}

}  // namespace grandstand::cluster
