// SPDX-License-Identifier: MIT
// Televisions that are let in on a phone.
#include "accounts_state.hpp"

#include <grandstand/base/log.hpp>

#include <sodium.h>

namespace grandstand::identity {
namespace {

// RFC 8628 6.1: no vowels, so that no words come out.
constexpr std::string_view kLetters = "BCDFGHJKLMNPQRSTVWXZ";
constexpr std::size_t kCodeLength = 8;

std::string with_dash(std::string code) {
  return code.insert(kCodeLength / 2, "-");
}

std::string make_user_code() {
  std::string code;
  for (std::size_t i = 0; i < kCodeLength; ++i) code += kLetters[randombytes_uniform(kLetters.size())];
  return with_dash(std::move(code));
}

// As people type it: small letters, other punctuation. What is none is nobody's.
std::string tidied_code(std::string_view typed) {
  std::string code;
  for (char c : typed) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (kLetters.find(c) != std::string_view::npos) code += c;
  }
  return code.size() == kCodeLength ? with_dash(std::move(code)) : std::string();
}

}  // namespace

aio::Task<Result<DeviceCode>> Accounts::begin_device(Device device) {
  constexpr int kAttempts = 3;
  device = tidied(std::move(device));
  for (int attempt = 1;; ++attempt) {
    DeviceCode code{random_text(), make_user_code()};
    const auto now = state_->clock.utc();
    const auto inserted = co_await state_->devices.insert(digest_of(code.secret),
                                                          {code.user_code, device, now, now + DeviceCode::kLifetime});
    if (inserted.ok()) co_return code;
    if (inserted.error().code != ErrorCode::kConflict || attempt == kAttempts) co_return inserted.error();
  }
}

aio::Task<Result<WaitingDevice>> Accounts::waiting_device(std::string user_code) {
  return state_->devices.find(tidied_code(user_code), state_->clock.utc());
}

aio::Task<Status> Accounts::decide_device(std::string user_code, User by, bool allow) {
  if (by.is_bot()) co_return Error{ErrorCode::kForbidden, "bots let no televisions in"};
  const auto who = by.id;
  GRANDSTAND_CO_RETURN_IF_ERROR(
      co_await state_->devices.decide(tidied_code(user_code), std::move(by), allow, state_->clock.utc()));
  log::info("identity", allow ? "a television was let in" : "a television was sent away", {{"by", who.value()}});
  co_return success();
}

aio::Task<Result<DevicePoll>> Accounts::poll_device(std::string secret, Device device) {
  std::string token = make_session_token();
  GRANDSTAND_CO_TRY(auto heard, co_await state_->devices.poll(digest_of(secret),
                                                              state_->make_session(token, tidied(std::move(device)))));
  DevicePoll poll{heard.answer, {}, std::move(heard.guest_name)};
  if (heard.user) {
    state_->signed_in.add();
    poll.sign_in = SignIn{std::move(*heard.user), std::move(token)};
  }
  co_return poll;
}

}  // namespace grandstand::identity
