// SPDX-License-Identifier: MIT
#include <grandstand/hls/origin.hpp>

namespace grandstand::hls {
namespace {

constexpr std::size_t kLongestChannel = 64;

}  // namespace

void Origin::add(ChannelId channel, std::shared_ptr<const Packager> packager) {
  auto directory = std::make_shared<Directory>(*directory_.load());
  directory->insert_or_assign(channel.value(), Entry{std::move(packager), {}});
  directory_.store(std::move(directory));
}

void Origin::add_side(const ChannelId& channel, std::shared_ptr<const SideResources> resources) {
  auto directory = std::make_shared<Directory>(*directory_.load());
  if (const auto entry = directory->find(channel.value()); entry != directory->end()) {
    entry->second.sides.push_back(std::move(resources));
  }
  directory_.store(std::move(directory));
}

void Origin::remove(const ChannelId& channel) {
  auto directory = std::make_shared<Directory>(*directory_.load());
  directory->erase(channel.value());
  directory_.store(std::move(directory));
}

Origin::Answer Origin::find(std::string_view path) const {
  const auto slash = path.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash > kLongestChannel) return {Outcome::kNoChannel, nullptr};
  const auto directory = directory_.load();
  const auto channel = directory->find(path.substr(0, slash));
  if (channel == directory->end()) return {Outcome::kNoChannel, nullptr};
  const auto snapshot = channel->second.packager->snapshot();
  const auto rest = path.substr(slash + 1);
  if (auto resource = snapshot->find(rest)) return {Outcome::kFound, std::move(resource)};
  for (const auto& side : channel->second.sides) {
    if (auto resource = side->find(rest)) return {Outcome::kFound, std::move(resource)};
  }
  // The multivariant playlist is there as soon as anything is.
  const bool ready = snapshot->find("index.m3u8") != nullptr;
  return {!ready && rest.ends_with(".m3u8") ? Outcome::kNotReady : Outcome::kNoResource, nullptr};
}

}  // namespace grandstand::hls
