// SPDX-License-Identifier: MIT
#pragma once

#include "ts_builder.hpp"

#include <grandstand/base/clock.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace grandstand {

// Sections of the service information (ETSI EN 300 468) for tests.
namespace service_tables {

inline ByteVector descriptor(std::uint8_t tag, const ByteVector& body) {
  ByteVector bytes{tag, static_cast<std::uint8_t>(body.size())};
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

inline void append_text(ByteVector& bytes, const std::string& text) {
  bytes.push_back(static_cast<std::uint8_t>(text.size()));
  bytes.insert(bytes.end(), text.begin(), text.end());
}

inline ByteVector short_event(const std::string& language, const std::string& title, const std::string& text) {
  ByteVector body(language.begin(), language.end());
  append_text(body, title);
  append_text(body, text);
  return descriptor(0x4D, body);
}

inline ByteVector extended_event(std::uint8_t number, std::uint8_t last, const std::string& language,
                                 const std::string& text) {
  ByteVector body{static_cast<std::uint8_t>(number << 4 | last)};
  body.insert(body.end(), language.begin(), language.end());
  body.push_back(0);
  append_text(body, text);
  return descriptor(0x4E, body);
}

inline std::uint8_t bcd(std::int64_t value) {
  return static_cast<std::uint8_t>(value / 10 << 4 | value % 10);
}

struct Event {
  std::uint16_t id = 0;
  UtcTime start{};
  std::chrono::seconds duration{0};
  ByteVector descriptors;
};

inline ByteVector eit(std::uint8_t table, std::uint16_t service, std::uint8_t section, const std::vector<Event>& events,
                      std::uint8_t version = 0) {
  ByteVector body{0x00, 0x07, 0x00, 0x09, section, table};
  for (const Event& event : events) {
    const auto day = std::chrono::floor<std::chrono::days>(event.start);
    const auto mjd = day.time_since_epoch().count() + 40'587;
    const std::chrono::hh_mm_ss start(std::chrono::duration_cast<std::chrono::seconds>(event.start - day));
    const std::chrono::hh_mm_ss length(event.duration);
    for (const std::int64_t byte :
         {event.id >> 8, event.id & 0xFF, static_cast<int>(mjd >> 8), static_cast<int>(mjd & 0xFF)}) {
      body.push_back(static_cast<std::uint8_t>(byte));
    }
    for (const std::int64_t value : {start.hours().count(), start.minutes().count(), start.seconds().count(),
                                     length.hours().count(), length.minutes().count(), length.seconds().count()}) {
      body.push_back(bcd(value));
    }
    body.push_back(static_cast<std::uint8_t>(0x80 | event.descriptors.size() >> 8));
    body.push_back(static_cast<std::uint8_t>(event.descriptors.size()));
    body.insert(body.end(), event.descriptors.begin(), event.descriptors.end());
  }
  return TsBuilder::section(table, service, version, body, section);
}

inline ByteVector sdt(std::uint16_t service, std::uint8_t type, const std::string& provider, const std::string& name) {
  ByteVector inner{type};
  append_text(inner, provider);
  append_text(inner, name);
  const ByteVector loop = descriptor(0x48, inner);
  ByteVector body{0x00,
                  0x09,
                  0xFF,
                  static_cast<std::uint8_t>(service >> 8),
                  static_cast<std::uint8_t>(service),
                  0xFC,
                  static_cast<std::uint8_t>(0x80 | loop.size() >> 8),
                  static_cast<std::uint8_t>(loop.size())};
  body.insert(body.end(), loop.begin(), loop.end());
  return TsBuilder::section(0x42, 7, 0, body);
}

}  // namespace service_tables

}  // namespace grandstand
