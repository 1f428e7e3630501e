// SPDX-License-Identifier: MIT
#include "accounts_state.hpp"

#include <grandstand/media/emote.hpp>

namespace grandstand::identity {
namespace {

Status check_name(const std::string& name) {
  const bool plain = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  if (plain && name.size() >= 2 && name.size() <= kLongestEmoteName) return success();
  return Error{ErrorCode::kInvalidArgument, "an emote's name: expected 2 to " + std::to_string(kLongestEmoteName) +
                                                " of the letters a to z, digits and _"};
}

}  // namespace

aio::Task<Result<std::string>> Accounts::set_emote(ChannelId channel, std::string name, std::string upload) {
  GRANDSTAND_CO_RETURN_IF_ERROR(check_name(name));
  std::function<Result<SharedBytes>()> work = [upload = std::move(upload)] { return media::make_emote(upload); };
  auto png = co_await state_->pictures.run<SharedBytes>(std::move(work));
  if (!png.ok()) {
    state_->refused_pictures.add();
    co_return png.error();
  }
  Emote emote{digest_of(png->view()).substr(0, 16), std::move(*png)};
  auto version = emote.version;
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await state_->emotes.put(std::move(channel), std::move(name), std::move(emote)));
  co_return version;
}

aio::Task<Status> Accounts::remove_emote(ChannelId channel, std::string name) {
  return state_->emotes.remove(std::move(channel), std::move(name));
}

aio::Task<Result<Emote>> Accounts::emote(ChannelId channel, std::string name) {
  return state_->emotes.find(std::move(channel), std::move(name));
}

}  // namespace grandstand::identity
