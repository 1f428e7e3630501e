// SPDX-License-Identifier: MIT
#include "channel_spread.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/published.hpp>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace grandstand::app {
namespace {

constexpr const char* kSubject = "grandstand.channels";
constexpr std::chrono::milliseconds kTelling{1'000};
constexpr std::size_t kToldAtOnce = 100;  // far below what NATS takes
constexpr std::chrono::milliseconds kLook{100};
constexpr int kLooks = 30;
// How long who asks for a channel that has just come here waits for its first picture.
constexpr std::chrono::seconds kFirstPicture{10};

// Until when their pictures are waited for.
using Newcomers = std::map<std::string, SteadyTime, std::less<>>;

}  // namespace

struct ChannelSpread::State : std::enable_shared_from_this<ChannelSpread::State> {
  State(cluster::Leases& l, cluster::Bus& b, channels::Catalogue& c, const hls::Origin& o, const Clock& k,
        aio::Loop& at)
      : leases(l), bus(b), catalogue(c), origin(o), clock(k), loop(at) {}

  void tell();
  void hear(std::string_view text);
  void place();
  void await_pictures(const std::vector<ChannelId>& added);
  bool awaits_picture(std::string_view channel) const;
  void bring(const ChannelId& channel, const std::string& key, std::function<void()> look_again);
  void await(const ChannelId& channel, int looks, std::function<void()> look_again);

  cluster::Leases& leases;
  cluster::Bus& bus;
  channels::Catalogue& catalogue;
  const hls::Origin& origin;
  const Clock& clock;
  aio::Loop& loop;
  Published<Newcomers> newcomers{std::make_shared<const Newcomers>()};
  bool placing = false;
  cluster::Bus::Subscription inbox;
  std::unique_ptr<aio::Ticker> ticker;
};

void ChannelSpread::State::tell() {
  auto running = catalogue.running();
  for (std::size_t from = 0; from < running.size(); from += kToldAtOnce) {
    const auto until = std::min(running.size(), from + kToldAtOnce);
    bus.publish(kSubject,
                channels::encode_statuses(leases.node(), {running.begin() + static_cast<std::ptrdiff_t>(from),
                                                          running.begin() + static_cast<std::ptrdiff_t>(until)}));
  }
}

void ChannelSpread::State::hear(std::string_view text) {
  for (auto& status : channels::decode_statuses(text)) catalogue.hear(std::move(status));
}

// Once for all that one round of the leases brought.
void ChannelSpread::State::place() {
  if (std::exchange(placing, true)) return;
  loop.post([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->placing = false;
    self->await_pictures(self->catalogue.place().added);
    self->tell();
  });
}

void ChannelSpread::State::await_pictures(const std::vector<ChannelId>& added) {
  auto next = *newcomers.load();
  const auto now = clock.steady();
  std::erase_if(next, [&](const auto& entry) { return entry.second <= now; });
  for (const auto& id : added) next[id.value()] = now + kFirstPicture;
  newcomers.store(std::make_shared<const Newcomers>(std::move(next)));
}

bool ChannelSpread::State::awaits_picture(std::string_view channel) const {
  const auto known = newcomers.load();
  const auto found = known->find(channel);
  if (found == known->end() || found->second <= clock.steady()) return false;
  const auto snapshot = origin.channel(channel).snapshot;
  return !snapshot || !snapshot->find("index.m3u8");
}

void ChannelSpread::State::bring(const ChannelId& channel, const std::string& key, std::function<void()> look_again) {
  if (!catalogue.follows_publisher(channel, key)) return look_again();
  log::info("app", "A publisher brings its channel to this node", {{"channel", channel.value()}});
  leases.claim(channel.value(), [weak = weak_from_this(), channel, look_again](const Status& claimed) {
    const auto self = weak.lock();
    if (!self) return;
    if (!claimed) {
      log::warning("app", "The channel could not be brought here",
                   {{"channel", channel.value()}, {"reason", claimed.error().message}});
      return look_again();
    }
    self->await(channel, kLooks, look_again);
  });
}

// Its source subscribes on a loop of its own, a moment after it runs here.
void ChannelSpread::State::await(const ChannelId& channel, int looks, std::function<void()> look_again) {
  const bool there = !catalogue.runs_elsewhere(channel.value());
  aio::run_after(loop, kLook, [weak = weak_from_this(), channel, looks, there, look_again] {
    const auto self = weak.lock();
    if (!self) return;
    there || looks == 0 ? look_again() : self->await(channel, looks - 1, look_again);
  });
}

ChannelSpread::ChannelSpread(cluster::Leases& leases, cluster::Bus& bus, channels::Catalogue& catalogue,
                             const hls::Origin& origin, ingest::RtmpServer* rtmp, const Clock& clock, aio::Loop& loop)
    : state_(std::make_shared<State>(leases, bus, catalogue, origin, clock, loop)) {
  const std::weak_ptr<State> weak = state_;
  state_->inbox = bus.subscribe(kSubject, loop, [weak](std::string_view text) {
    if (const auto state = weak.lock()) state->hear(text);
  });
  state_->ticker = std::make_unique<aio::Ticker>(loop, kTelling, [state = state_.get()] { state->tell(); });
  if (rtmp == nullptr) return;
  rtmp->set_finder([weak](const ChannelId& channel, const std::string& key, std::function<void()> look_again) {
    if (const auto state = weak.lock()) state->bring(channel, key, std::move(look_again));
  });
}

ChannelSpread::~ChannelSpread() = default;

void ChannelSpread::on_owner_changed() {
  state_->place();
}

void ChannelSpread::stop() {
  state_->ticker.reset();
  state_->inbox = {};
}

std::optional<http::Server::Elsewhere> ChannelSpread::elsewhere(std::string_view channel) const {
  if (!state_->catalogue.runs_elsewhere(channel)) {
    if (state_->awaits_picture(channel)) return http::Server::Elsewhere{};
    return std::nullopt;
  }
  auto owner = state_->leases.owner(channel);
  // It is about to begin here.
  if (owner.node == state_->leases.node()) owner.address.clear();
  return http::Server::Elsewhere{std::move(owner.node), std::move(owner.address)};
}

std::vector<http::Server::Elsewhere> ChannelSpread::other_nodes() const {
  std::vector<http::Server::Elsewhere> others;
  for (auto& [name, address] : state_->leases.nodes()) {
    if (name != state_->leases.node() && !address.empty()) others.push_back({name, address});
  }
  return others;
}

}  // namespace grandstand::app
