// SPDX-License-Identifier: MIT
// Sections of SCTE 35, SDT and EIT, and texts of service information.
#include "dvb_text.hpp"
#include "eit_collector.hpp"
#include "sdt.hpp"
#include "splice_info.hpp"

#include <grandstand/base/text.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace grandstand;
  const std::span<const std::uint8_t> bytes(data, size);
  if (!is_valid_utf8(ingest::dvb_text_to_utf8(bytes))) std::abort();
  ingest::SpliceCues cues;
  const auto unwrap = [](std::uint64_t stamp) { return media::MediaTime{static_cast<std::int64_t>(stamp)}; };
  for (int i = 0; i < 2; ++i) {
    const auto taken = cues.take(bytes, unwrap, std::nullopt);
    if (i == 1 && taken.ok() && !taken->empty()) std::abort();
  }
  if (const auto sdt = ingest::parse_sdt(bytes)) {
    for (const auto& service : sdt->services)
      if (!is_valid_utf8(service.name) || !is_valid_utf8(service.provider)) std::abort();
  }
  ingest::EitCollector collector;
  collector.follow(size > 5 ? static_cast<std::uint16_t>(data[3] << 8 | data[4]) : 1);
  if (const auto information = collector.take(bytes)) {
    for (const auto& event : information->events) {
      if (!is_valid_utf8(event.title) || !is_valid_utf8(event.description)) std::abort();
      if (event.duration.count() <= 0) std::abort();
    }
  }
  return 0;
}
