// SPDX-License-Identifier: MIT
#include <grandstand/hls/origin.hpp>

namespace grandstand::hls {
namespace {

constexpr std::size_t kLongestChannel = 64;

}  // namespace

void Origin::set_wake(Wake wake) {
  wake_.store(std::make_shared<const Wake>(std::move(wake)));
  for (const auto& [id, entry] : *directory_.load()) connect(ChannelId{id}, *entry.packager);
}

void Origin::connect(const ChannelId& channel, const Packager& packager) const {
  const auto wake = wake_.load();
  if (!wake) return;
  packager.bell()->connect(
      std::make_shared<const Bell::Wake>([wake, channel](std::size_t loop) { (*wake)(loop, channel); }));
}

void Origin::add(ChannelId channel, std::shared_ptr<const Packager> packager) {
  connect(channel, *packager);
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
  const auto entry = directory->find(channel.value());
  if (entry == directory->end()) return;
  const auto packager = entry->second.packager;
  directory->erase(entry);
  directory_.store(std::move(directory));
  packager->bell()->ring();
}

Origin::Channel Origin::channel(std::string_view id) const {
  const auto directory = directory_.load();
  const auto entry = directory->find(id);
  if (entry == directory->end()) return {};
  return {entry->second.packager->snapshot(), entry->second.packager->bell(), entry->second.sides};
}

Origin::Answer Origin::find(std::string_view path, const Directives& directives) const {
  const auto slash = path.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash > kLongestChannel) return {};
  const auto found = channel(path.substr(0, slash));
  if (!found.snapshot) return {};
  const auto rest = path.substr(slash + 1);
  auto answer = found.snapshot->ask(rest, directives);
  Answer result;
  result.target_duration = found.snapshot->target_duration();
  result.interruptions = found.snapshot->interruptions();
  switch (answer.kind) {
    case hls::Answer::Kind::kFound:
      result.outcome = Outcome::kFound;
      result.resource = std::move(answer.resource);
      return result;
    case hls::Answer::Kind::kLater:
      result.outcome = Outcome::kLater;
      result.bell = found.bell;
      return result;
    case hls::Answer::Kind::kTooFar:
      result.outcome = Outcome::kTooFar;
      return result;
    case hls::Answer::Kind::kNone:
      break;
  }
  for (const auto& side : found.sides) {
    if (auto resource = side->find(rest)) {
      result.outcome = Outcome::kFound;
      result.resource = std::move(resource);
      return result;
    }
  }
  // The multivariant playlist is there as soon as anything is.
  const bool ready = found.snapshot->find("index.m3u8") != nullptr;
  result.outcome = !ready && rest.ends_with(".m3u8") ? Outcome::kNotReady : Outcome::kNoResource;
  return result;
}

}  // namespace grandstand::hls
