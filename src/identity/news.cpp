// SPDX-License-Identifier: MIT
// What nodes tell each other of accounts, in words between spaces: who says it, what it is, the account, and of ended
// sessions "<id>:<digest>" each.
#include "accounts_state.hpp"

#include <grandstand/base/log.hpp>

#include <charconv>
#include <sstream>

namespace grandstand::identity {
namespace {

std::optional<AccountsStore::Ended> read_ended(const UserId& account, std::istream& words) {
  AccountsStore::Ended ended{account, {}};
  for (std::string word; words >> word;) {
    std::uint64_t id = 0;
    const auto* const end = word.data() + word.size();
    const auto [colon, error] = std::from_chars(word.data(), end, id);
    if (error != std::errc() || colon == end || *colon != ':') return std::nullopt;
    ended.sessions.push_back({id, std::string(colon + 1, end)});
  }
  return ended;
}

}  // namespace

void Accounts::announce_by(std::function<void(std::string)> publish) {
  if (!state_->ledger.try_post([state = state_.get(), publish] { state->publish = publish; }))
    log::error("identity", "Changes of accounts will not reach other nodes");
}

void Accounts::State::announce(std::string_view what, const AccountsStore::Ended& whose) {
  if (!publish) return;
  std::string text = mark + " " + std::string(what) + " " + whose.account.value();
  for (const auto& session : whose.sessions) text += " " + std::to_string(session.id) + ":" + session.digest;
  publish(std::move(text));
}

aio::Task<Status> Accounts::hear(std::string news) {
  const Error not_understood{ErrorCode::kInvalidArgument, "another node's news of accounts was not understood"};
  std::istringstream words(news);
  std::string mark, what, account;
  if (!(words >> mark >> what >> account)) co_return not_understood;
  if (mark == state_->mark) co_return success();
  const UserId id(account);
  if (what == "ended" || what == "disabled") {
    auto ended = read_ended(id, words);
    if (!ended) co_return not_understood;
    if (what == "ended") co_return co_await state_->note_ended(std::move(*ended), State::Source::kAnotherNode);
    co_return co_await state_->note_disabled(std::move(*ended), State::Source::kAnotherNode);
  }
  if (what != "changed") co_return not_understood;
  std::function<Status()> forget = [state = state_.get(), id]() -> Status {
    state->cache.forget(id);
    return success();
  };
  // Before the account is read anew, so that nobody keeps what was read before.
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await state_->ledger.run<std::monostate>(std::move(forget)));
  GRANDSTAND_CO_TRY(auto profile, co_await state_->profiles.find(id));
  co_return co_await state_->note_changed(std::move(profile.user), State::Source::kAnotherNode);
}

aio::Task<Status> Accounts::forget_found() {
  std::function<Status()> forget = [state = state_.get()]() -> Status {
    state->cache.clear();
    return success();
  };
  co_return co_await state_->ledger.run<std::monostate>(std::move(forget));
}

aio::Task<Status> Accounts::check_again(std::vector<LiveSession> sessions) {
  for (bool told = false; !told;) {
    std::function<Result<std::uint64_t>()> look = [state = state_.get()]() -> Result<std::uint64_t> {
      return state->cache.generation();
    };
    GRANDSTAND_CO_TRY(const auto before, co_await state_->ledger.run<std::uint64_t>(std::move(look)));
    GRANDSTAND_CO_TRY(auto found, co_await state_->store.find_live(sessions, state_->clock.utc()));
    std::function<Result<bool>()> tell = [state = state_.get(), before, sessions,
                                          found = std::move(found)]() -> Result<bool> {
      // What has changed since is not to be told as it was: it is looked at again.
      if (state->cache.generation() != before) return false;
      state->tell_found(sessions, found);
      return true;
    };
    GRANDSTAND_CO_TRY(told, co_await state_->ledger.run<bool>(std::move(tell)));
  }
  co_return success();
}

aio::Task<Status> Accounts::look_for_ended(std::vector<LiveSession> sessions) {
  GRANDSTAND_CO_TRY(auto ended, co_await state_->store.find_ended(std::move(sessions), state_->clock.utc()));
  if (ended.empty()) co_return success();
  std::function<Status()> tell = [state = state_.get(), ended = std::move(ended)]() -> Status {
    if (const auto told = state->observer.lock()) {
      for (const auto& [account, session] : ended) told->on_ended(account, {session});
    }
    return success();
  };
  co_return co_await state_->ledger.run<std::monostate>(std::move(tell));
}

void Accounts::State::tell_found(const std::vector<LiveSession>& sessions,
                                 const std::vector<AccountsStore::Live>& found) {
  const auto told = observer.lock();
  if (!told) return;
  const UserId* last = nullptr;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const auto& [account, session] = sessions[i];
    if (found[i].disabled) {
      told->on_disabled(account);
    } else if (!found[i].user) {
      told->on_ended(account, {session});
    } else if (last == nullptr || *last != account) {
      told->on_changed(*found[i].user);
      last = &account;
    }
  }
}

}  // namespace grandstand::identity
