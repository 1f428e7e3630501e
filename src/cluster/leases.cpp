// SPDX-License-Identifier: MIT
#include "cluster_instances_sql.hpp"
#include "cluster_kinds_sql.hpp"
#include "cluster_sql.hpp"
#include "cluster_terms_sql.hpp"
#include "leases_store.hpp"
#include "shared_secrets_sql.hpp"

#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/cluster/leases.hpp>

#include <algorithm>
#include <future>
#include <optional>
#include <set>
#include <utility>

namespace grandstand::cluster {
namespace {

constexpr storage::Migration kMigrations[] = {{"cluster", 1, kClusterSql},
                                              {"cluster", 2, kSharedSecretsSql},
                                              {"cluster", 3, kClusterKindsSql},
                                              {"cluster", 4, kClusterTermsSql},
                                              {"cluster", 5, kClusterInstancesSql}};
// Our own steady clock ends what we believe in this much before the database ends it.
constexpr std::chrono::milliseconds kMargin{500};
constexpr std::chrono::hours kForgetInterval{1};

}  // namespace

struct Leases::State : std::enable_shared_from_this<Leases::State> {
  // What is known, and until when what is ours is ours for certain.
  struct Known {
    LeasesStore::Owners owners;
    std::vector<Node> nodes;
    SteadyTime ours_until{};
    std::string fault;  // of the last round
  };

  State(Kind k, Settings s, std::string i, const storage::Database& shared, const Clock& c, aio::Loop& l,
        ops::Metrics& metrics, std::function<bool()> h)
      : kind(k),
        settings(std::move(s)),
        instance(std::move(i)),
        clock(c),
        loop(l),
        healthy(std::move(h)),
        database(shared.apart(kind_name() + "_leases", 1)),
        store(*database) {
    const ops::Labels labels{{"kind", kind_name()}};
    held = metrics.gauge("grandstand_cluster_leases", "Rooms and channels that this node owns.", labels);
    failures = metrics.counter("grandstand_cluster_rounds_failed_total", "Rounds of leases that the database refused.",
                               labels);
    known.store(std::make_shared<Known>());
  }

  std::string kind_name() const { return kind == Kind::kRooms ? "room" : "channel"; }
  void tick();
  LeasesStore::Identity us() const { return {kind_name(), settings.node, instance, settings.lease}; }
  LeasesStore::Round next_round(SteadyTime now) const;
  static aio::Task<Status> round(std::shared_ptr<State> self, LeasesStore::Round round, SteadyTime began);
  static aio::Task<Status> claim(std::shared_ptr<State> self, std::string name);
  void publish(Known next);
  void forget_own(LeasesStore::Owners& owners) const;
  void let_go();
  bool fit() const { return kind != Kind::kRooms || healthy(); }

  // given
  const Kind kind;
  Settings settings;
  std::string instance;
  const Clock& clock;
  aio::Loop& loop;
  std::function<bool()> healthy;
  std::unique_ptr<storage::Database> database;
  LeasesStore store;
  OnChange on_change;

  // state
  std::vector<std::string> wanted;   // sorted
  std::set<std::string> first_come;  // of them
  std::optional<SteadyTime> began;   // to take part, again after each failure
  SteadyTime forget_from{};          // when old leases are looked for next
  bool asking = false;
  bool stopped = false;
  std::function<void()> on_idle;  // stop() waits for the round that is under way
  std::unique_ptr<aio::Ticker> ticker;
  Published<Known> known;

  // out
  ops::Gauge held;
  ops::Counter failures;
};

void Leases::State::tick() {
  const auto now = clock.steady();
  // What ran out, or is about to be given up, is nobody's for us, whatever the database says.
  if (!fit() || (kind == Kind::kRooms && now >= known.load()->ours_until)) let_go();
  if (asking || stopped) return;
  asking = true;
  if (!began) began = now;
  aio::spawn(loop, round(shared_from_this(), next_round(now), now));
}

void Leases::State::forget_own(LeasesStore::Owners& owners) const {
  std::erase_if(owners, [&](const auto& owner) { return owner.second.node == settings.node; });
}

void Leases::State::let_go() {
  auto next = *known.load();
  forget_own(next.owners);
  publish(std::move(next));
}

LeasesStore::Round Leases::State::next_round(SteadyTime now) const {
  LeasesStore::Round next{us(),       settings.address,  wanted,
                          {},         healthy(),         began && now - *began >= settings.settling,
                          first_come, now >= forget_from};
  for (const auto& [name, owner] : known.load()->owners) {
    if (owner.node == settings.node) next.held.push_back(name);
  }
  return next;
}

aio::Task<Status> Leases::State::round(std::shared_ptr<State> self, LeasesStore::Round round, SteadyTime began) {
  auto view = co_await self->store.run(std::move(round));
  self->asking = false;
  if (const auto idle = std::exchange(self->on_idle, nullptr)) idle();
  if (self->stopped) co_return success();
  if (view.ok()) {
    if (!self->fit()) self->forget_own(view->owners);
    self->publish({std::move(view->owners), std::move(view->nodes), began + self->settings.lease - kMargin, {}});
    if (began >= self->forget_from) self->forget_from = began + kForgetInterval;
  } else {
    // Others may have been cut off, too: what is free now may be about to be renewed.
    self->began = std::nullopt;
    self->failures.add();
    auto known = *self->known.load();
    known.fault = view.error().message;
    self->known.store(std::make_shared<Known>(std::move(known)));
    log::warning("cluster", "The leases could not be renewed",
                 {{"kind", self->kind_name()}, {"reason", view.error().message}});
  }
  co_return success();
}

aio::Task<Status> Leases::State::claim(std::shared_ptr<State> self, std::string name) {
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await self->store.claim(self->us(), std::move(name)));
  self->tick();
  co_return success();
}

void Leases::State::publish(Known known_now) {
  const auto before = known.load();
  held.set(static_cast<double>(
      std::ranges::count_if(known_now.owners, [&](const auto& owner) { return owner.second.node == settings.node; })));
  auto next = std::make_shared<Known>(std::move(known_now));
  known.store(next);
  if (!on_change) return;
  for (const auto& name : wanted) {
    const auto was = before->owners.find(name);
    const auto is = next->owners.find(name);
    const auto owner = is == next->owners.end() ? Owner{} : is->second;
    if ((was == before->owners.end() ? Owner{} : was->second) != owner) on_change(name, owner);
  }
}

Leases::Leases(Kind kind, Settings settings, std::string instance, const storage::Database& database,
               const Clock& clock, aio::Loop& loop, ops::Metrics& metrics, std::function<bool()> healthy)
    : state_(std::make_shared<State>(kind, std::move(settings), std::move(instance), database, clock, loop, metrics,
                                     std::move(healthy))) {}

Leases::~Leases() = default;

std::span<const storage::Migration> Leases::migrations() {
  return kMigrations;
}

void Leases::start(OnChange on_change) {
  state_->on_change = std::move(on_change);
  state_->ticker =
      std::make_unique<aio::Ticker>(state_->loop, state_->settings.renewal, [state = state_.get()] { state->tick(); });
}

void Leases::want(std::vector<std::string> everywhere, std::vector<std::string> here) {
  state_->first_come = {here.begin(), here.end()};
  std::ranges::move(here, std::back_inserter(everywhere));
  std::ranges::sort(everywhere);
  state_->wanted = std::move(everywhere);
  state_->tick();
}

void Leases::claim(std::string name, std::function<void(Status)> done) {
  aio::spawn(state_->loop, State::claim(state_, std::move(name)), std::move(done));
}

const std::string& Leases::node() const {
  return state_->settings.node;
}

bool Leases::holds(std::string_view name) const {
  const auto known = state_->known.load();
  if (state_->kind == Kind::kRooms && state_->clock.steady() >= known->ours_until) return false;
  const auto found = known->owners.find(name);
  return found != known->owners.end() && found->second.node == state_->settings.node;
}

Leases::Owner Leases::owner(std::string_view name) const {
  const auto known = state_->known.load();
  const auto found = known->owners.find(name);
  return found == known->owners.end() ? Owner{} : found->second;
}

std::vector<Leases::Node> Leases::nodes() const {
  return state_->known.load()->nodes;
}

bool Leases::renewed() const {
  return state_->clock.steady() < state_->known.load()->ours_until;
}

std::string Leases::fault() const {
  return state_->known.load()->fault;
}

void Leases::tick() {
  state_->tick();
}

void Leases::stop() {
  std::promise<void> ended;
  state_->loop.dispatch([&] {
    state_->stopped = true;
    state_->ticker.reset();
    state_->on_change = nullptr;
    state_->let_go();
    state_->on_idle = [&] { ended.set_value(); };
    if (!state_->asking) std::exchange(state_->on_idle, nullptr)();
  });
  ended.get_future().wait();
  if (const auto released = state_->store.release_blocking(state_->us()); !released.ok()) {
    log::warning("cluster", "The leases run out by themselves", {{"reason", released.error().message}});
  }
}

}  // namespace grandstand::cluster
