// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace grandstand::media {

// One programme of the schedule that a transport stream carries (event of an EIT, ETSI EN 300 468).
struct ProgrammeEvent {
  std::uint16_t event_id = 0;
  UtcTime start{};
  std::chrono::seconds duration{0};
  std::string language;  // ISO 639-2 of the texts
  std::string title;     // UTF-8, control codes removed
  std::string subtitle;
  std::string description;
  std::string category;  // of the content descriptor, in English: "News", "Sports"; may be empty
  int minimum_age = 0;   // 0: none given

  friend bool operator==(const ProgrammeEvent&, const ProgrammeEvent&) = default;
};

// A part of the schedule: what one table (present/following, or one segment of the schedule) holds now.
struct EventInformation {
  bool present_following = false;
  std::vector<ProgrammeEvent> events;
};

}  // namespace grandstand::media
