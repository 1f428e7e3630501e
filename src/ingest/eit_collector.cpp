// SPDX-License-Identifier: MIT
#include "eit_collector.hpp"

#include "descriptor_loop.hpp"
#include "eit.hpp"

#include <utility>

namespace grandstand::ingest {

namespace {

std::uint32_t crc_of(std::span<const std::uint8_t> section) {
  const std::size_t at = section.size() - 4;
  return std::uint32_t{read_16_bits(section, at)} << 16 | read_16_bits(section, at + 2);
}

// table_id and section_number
std::pair<std::uint8_t, std::uint8_t> place_of(std::span<const std::uint8_t> section) {
  return {section[0], section[6]};
}

}  // namespace

void EitCollector::follow(std::uint16_t service) {
  if (followed_ == service) return;
  followed_ = service;
  seen_.clear();
}

std::optional<media::EventInformation> EitCollector::take(std::span<const std::uint8_t> section) {
  if (!followed_ || section.size() < 18 || read_16_bits(section, 3) != *followed_) return std::nullopt;
  const auto place = place_of(section);
  const std::uint32_t crc = crc_of(section);
  if (const auto seen = seen_.find(place); seen != seen_.end() && seen->second == crc) return std::nullopt;
  auto eit = parse_eit(section);
  if (!eit) return std::nullopt;
  seen_[place] = crc;
  if (eit->events.empty()) return std::nullopt;
  return media::EventInformation{eit->present_following(), std::move(eit->events)};
}

void EitCollector::give(std::span<const std::uint8_t> section, media::SampleSink& sink) {
  auto information = take(section);
  if (information && !sink.on_event_information(std::move(*information))) seen_.erase(place_of(section));
}

}  // namespace grandstand::ingest
