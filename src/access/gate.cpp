// SPDX-License-Identifier: MIT
#include "digest.hpp"
#include "gate_state.hpp"

#include <grandstand/access/gate.hpp>
#include <grandstand/base/client_network.hpp>
#include <grandstand/base/log.hpp>

#include <utility>

namespace grandstand::access {
namespace {

using std::chrono::seconds;

constexpr seconds kAllowedHolds{5};
constexpr seconds kRefusedHolds{1};

std::string key_of(const Viewing& viewing) {
  std::string key;
  for (const auto* piece : {&viewing.channel, &viewing.address, &viewing.token, &viewing.player, &viewing.account_token,
                            &viewing.user_agent, &viewing.user, &viewing.password, &viewing.query}) {
    key += *piece;
    key += '\n';
  }
  key += viewing.entry ? '1' : '0';
  return digest(key);
}

Result<KeyRing> read_keys(const std::filesystem::path& file) {
  auto keys = KeyRing::load(file);
  if (keys) return keys;
  return Error{keys.error().code, "access.keys_file: " + keys.error().message};
}

// Without a file of keys.
Result<KeyRing> make_keys(const std::string& secret) {
  return secret.empty() ? KeyRing::random() : KeyRing({{"kept", secret}});
}

Result<std::shared_ptr<const GeoDatabase>> open_countries(const std::filesystem::path& file) {
  if (file.empty()) return std::shared_ptr<const GeoDatabase>();
  auto database = GeoDatabase::open(file);
  if (database) return database;
  return Error{database.error().code, "access.geo_database: " + database.error().message};
}

void warn_of_unknowable(const RuleBook& book) {
  if (book.countries) return;
  for (const auto& [channel, rule] : book.rules) {
    if (rule.countries.empty()) continue;
    log::error("access", "A channel is for some countries only, but there is no access.geo_database: nobody can watch",
               {{"channel", channel}});
  }
}

}  // namespace

std::string player_name(std::string_view address, std::string_view user_agent) {
  return short_digest(client_network(address) + "\n" + std::string(user_agent));
}

Gate::Gate(std::shared_ptr<State> state) : state_(std::move(state)) {}
Gate::~Gate() = default;

Result<std::unique_ptr<Gate>> Gate::create(Settings settings, Context context) {
  GRANDSTAND_TRY(auto keys, settings.keys_file.empty() ? make_keys(context.secret) : read_keys(settings.keys_file));
  GRANDSTAND_TRY(auto countries, open_countries(settings.geo_database));
  auto state = std::make_shared<State>(std::move(settings), context);
  state->book.store(std::make_shared<const RuleBook>(RuleBook{{}, std::move(keys), std::move(countries), 1}));
  return std::unique_ptr<Gate>(new Gate(std::move(state)));
}

Status Gate::check_files(const Settings& settings) {
  if (!settings.keys_file.empty()) {
    GRANDSTAND_RETURN_IF_ERROR(read_keys(settings.keys_file));
  }
  GRANDSTAND_RETURN_IF_ERROR(open_countries(settings.geo_database));
  return success();
}

Status Gate::apply(std::vector<std::pair<ChannelId, ChannelAccess>> channels) {
  const auto before = state_->book.load();
  auto keys =
      state_->settings.keys_file.empty() ? Result<KeyRing>(before->keys) : read_keys(state_->settings.keys_file);
  auto countries = open_countries(state_->settings.geo_database);
  auto book = std::make_shared<RuleBook>(
      RuleBook{{}, keys ? *keys : before->keys, countries ? *countries : before->countries, before->generation + 1});
  for (const auto& [channel, access] : channels) {
    book->rules.emplace(channel.value(), make_rule(state_->settings, access));
  }
  warn_of_unknowable(*book);
  state_->book.store(std::move(book));
  if (!keys) return keys.error();
  if (!countries) return countries.error();
  return success();
}

bool Gate::open_to_all(std::string_view channel) const {
  const auto book = state_->book.load();
  const auto* const rule = book->find(channel);
  return rule == nullptr || rule->open_to_all();
}

bool Gate::asks_hook(std::string_view channel) const {
  const auto book = state_->book.load();
  const auto* const rule = book->find(channel);
  return rule != nullptr && rule->hook;
}

std::optional<Verdict> Gate::known(const aio::Loop& loop, const Viewing& viewing) const {
  const auto* const decision = state_->memories[loop.index()].decisions.find(key_of(viewing));
  if (decision == nullptr || decision->until <= state_->context.clock.steady()) return std::nullopt;
  if (decision->generation != state_->book.load()->generation) return std::nullopt;
  return decision->verdict;
}

void Gate::ask(aio::Loop& loop, Viewing viewing, std::function<void(Verdict)> done) {
  const auto index = loop.index();
  auto key = key_of(viewing);
  const auto generation = state_->book.load()->generation;
  auto verdict = std::make_shared<Verdict>();
  auto admission = std::make_shared<Admission>();
  auto task = [](std::shared_ptr<State> state, std::size_t at, Viewing asked, std::shared_ptr<Verdict> out,
                 std::shared_ptr<Admission> counted) -> aio::Task<Status> {
    *out = co_await state->consider(at, std::move(asked), *counted);
    co_return success();
  }(state_, index, std::move(viewing), verdict, admission);
  auto finish = [state = state_, index, key = std::move(key), generation,
                 done = std::move(done)](const Verdict& decided) {
    state->settle(index, key, generation, decided);
    done(decided);
  };
  aio::spawn(loop, std::move(task), [&loop, state = state_, verdict, admission, finish](const Status& outcome) {
    if (!outcome) *verdict = refuse(Refusal::kUnavailable, "it cannot be decided now whether you may watch");
    if (!verdict->allowed() || admission->subject.empty()) return finish(*verdict);
    state->context.runtime.loop(0).dispatch([&loop, state, verdict, admission, finish] {
      const auto admitted = state->admit(*admission);
      if (!admitted.allowed()) *verdict = admitted;
      loop.dispatch([verdict, finish] { finish(*verdict); });
    });
  });
}

Verdict Gate::may_visit(const Visit& visit) const {
  return check_visit(*state_->book.load(), visit, state_->context.clock.utc());
}

std::string Gate::make_member_token(std::string_view channel, const identity::User& user) const {
  const auto book = state_->book.load();
  const auto* const rule = book->find(channel);
  if (rule == nullptr || rule->audience != Audience::kMembers || !check_account(*rule, user).allowed()) return {};
  Token token;
  token.channels = {std::string(channel)};
  token.expires = state_->context.clock.utc() + state_->settings.token_lifetime;
  token.subject = user.id.value();
  token.account = user.id.value();
  return book->keys.sign(token);
}

void Gate::ask_publish(aio::Loop& loop, Viewing viewing, std::string protocol, std::function<void(bool)> done) {
  if (!state_->hook || !state_->settings.hook_publish) return loop.post([done = std::move(done)] { done(true); });
  auto allowed = std::make_shared<bool>(false);
  auto task = [](std::shared_ptr<State> state, std::size_t at, Viewing asked, std::string by,
                 std::shared_ptr<bool> out) -> aio::Task<Status> {
    const auto answer = co_await state->hook->ask({.user = std::move(asked.user),
                                                   .password = std::move(asked.password),
                                                   .token = std::move(asked.token),
                                                   .ip = std::move(asked.address),
                                                   .action = "publish",
                                                   .path = std::move(asked.channel),
                                                   .protocol = std::move(by),
                                                   .id = {},
                                                   .query = std::move(asked.query),
                                                   .user_agent = std::move(asked.user_agent)},
                                                  state->memories[at].waiting);
    *out = answer == HookAnswer::kAllowed || (answer == HookAnswer::kDown && state->settings.hook_fail_open);
    co_return success();
  }(state_, loop.index(), std::move(viewing), std::move(protocol), allowed);
  aio::spawn(loop, std::move(task), [allowed, done = std::move(done)](const Status&) { done(*allowed); });
}

void Gate::stop() {
  if (state_->hook) state_->hook->stop();
}

Gate::State::State(Settings s, Context c)
    : settings(std::move(s)), context(c), memories(c.runtime.size()), sessions(settings.session_timeout, 65'536) {
  for (std::size_t i = 0; i < decided.size(); ++i) {
    decided[i] = c.metrics.counter("grandstand_access_decisions_total",
                                   "Decisions whether somebody may watch, by what came of them.",
                                   {{"outcome", std::string(to_string(static_cast<Refusal>(i)))}});
  }
  forgotten = c.metrics.counter("grandstand_access_sessions_forgotten_total",
                                "Players that are not counted any more because too many were to be counted.");
  if (settings.hook_url.empty()) return;
  hook = std::make_unique<AuthHook>(settings.hook_url, settings.hook_timeout, c.runtime.size(), c.clock, c.metrics);
}

void Gate::State::settle(std::size_t loop, const std::string& key, std::uint64_t generation, const Verdict& verdict) {
  decided[static_cast<std::size_t>(verdict.refusal)].add();
  const auto holds = verdict.allowed() ? kAllowedHolds : kRefusedHolds;
  memories[loop].decisions.put(key, {verdict, generation, context.clock.steady() + holds});
}

}  // namespace grandstand::access
