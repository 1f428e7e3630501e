// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <memory>
#include <string>
#include <vector>

namespace grandstand::guide {

// One programme of a channel's schedule; texts are UTF-8 without control characters other than line breaks.
struct Programme {
  struct Credit {
    std::string role;  // an element of XMLTV's credits: "director", "actor", "presenter"
    std::string name;
    friend bool operator==(const Credit&, const Credit&) = default;
  };

  UtcTime start{};
  UtcTime stop{};
  std::string title;
  std::string subtitle;
  std::string description;
  std::string language;                 // of the texts, as the source says it: "en", "eng"; may be empty
  std::vector<std::string> categories;  // the most telling first
  std::vector<Credit> credits;
  std::string date;         // of production: "1999" or "19991231"
  std::string icon;         // URL of a picture
  std::string episode;      // as shown: "S01E02"
  std::string episode_ns;   // XMLTV's xmltv_ns: "0.1.0/2", from zero
  std::string rating;       // who may watch, as the source says it: "12", "PG"
  std::string star_rating;  // "3/5"
  std::string source;       // "xmltv" or "eit"

  friend bool operator==(const Programme&, const Programme&) = default;
};

// By start, none overlaps another.
using Programmes = std::vector<std::shared_ptr<const Programme>>;

}  // namespace grandstand::guide
