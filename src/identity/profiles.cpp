// SPDX-License-Identifier: MIT
#include "accounts_state.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/media/portrait.hpp>

namespace grandstand::identity {
namespace {

// "account:17" or "guest:<16 hexadecimal digits>".
bool is_user_id(const UserId& user) {
  constexpr std::string_view kGuest = "guest:";
  const std::string& text = user.value();
  return row_of(user) > 0 || (text.starts_with(kGuest) && text.size() == kGuest.size() + 16 &&
                              text.find_first_not_of("0123456789abcdef", kGuest.size()) == std::string::npos);
}

}  // namespace

aio::Task<Status> Accounts::rename(User user, std::string name) {
  GRANDSTAND_CO_TRY(const std::string shown, normalise_name(name));
  auto renamed = co_await state_->profiles.rename(user.id, shown, name_key(shown));
  if (!renamed.ok() && renamed.error().code == ErrorCode::kConflict) co_return taken(shown);
  if (!renamed.ok()) co_return renamed.error();
  log::info("identity", "account renamed", {{"user", user.id.value()}});
  co_return co_await state_->tell_changed(std::move(*renamed));
}

aio::Task<Result<Profile>> Accounts::profile(UserId account) {
  return state_->profiles.find(std::move(account));
}

aio::Task<Result<std::string>> Accounts::set_picture(UserId account, std::string upload) {
  std::function<Result<SharedBytes>()> work = [upload = std::move(upload)] { return media::make_portrait(upload); };
  auto jpeg = co_await state_->pictures.run<SharedBytes>(std::move(work));
  if (!jpeg.ok()) {
    state_->refused_pictures.add();
    co_return jpeg.error();
  }
  Portrait portrait{digest_of(jpeg->view()).substr(0, 16), std::move(*jpeg)};
  const auto version = portrait.version;
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await state_->profiles.put_picture(account, std::move(portrait)));
  co_return version;
}

aio::Task<Status> Accounts::remove_picture(UserId account) {
  return state_->profiles.remove_picture(std::move(account));
}

aio::Task<Result<Portrait>> Accounts::picture(UserId account) {
  return state_->profiles.picture(std::move(account));
}

aio::Task<Result<std::vector<BlockedUser>>> Accounts::blocked(UserId account) {
  return state_->profiles.blocked(std::move(account));
}

aio::Task<Status> Accounts::block(UserId account, UserId blocked, std::string name) {
  GRANDSTAND_CO_TRY(std::string shown, normalise_name(name));
  if (!is_user_id(blocked) || blocked == account)
    co_return Error{ErrorCode::kInvalidArgument, "whom to block: expected the id of somebody else"};
  co_return co_await state_->profiles.block(account,
                                            BlockedUser{std::move(blocked), std::move(shown), state_->clock.utc()});
}

aio::Task<Status> Accounts::unblock(UserId account, UserId blocked) {
  return state_->profiles.unblock(std::move(account), std::move(blocked));
}

}  // namespace grandstand::identity
