// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ids.hpp>
#include <grandstand/guide/programme.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace grandstand::guide {

// A channel of the lineup as the guide knows it.
struct GuideChannel {
  ChannelId id;
  std::string name;
  int number = 0;
  std::string logo;
  std::string xmltv_id;   // of the programmes in XMLTV sources that are this channel's
  bool takes_eit = true;  // whether the stream's own guide is taken
  friend bool operator==(const GuideChannel&, const GuideChannel&) = default;
};

// The whole guide at one moment, in lineup order. Immutable.
struct Schedule {
  struct Entry {
    GuideChannel channel;
    std::shared_ptr<const Programmes> programmes;  // never null
  };
  std::uint64_t version = 0;
  std::vector<Entry> entries;

  const Entry* find(const ChannelId& id) const;
};

// Those of which a part lies in [from, to).
std::span<const std::shared_ptr<const Programme>> between(const Programmes& programmes, UtcTime from, UtcTime to);

// What runs at `at` and what comes next; null where there is none.
struct PresentFollowing {
  std::shared_ptr<const Programme> present;
  std::shared_ptr<const Programme> following;
};
PresentFollowing present_following(const Programmes& programmes, UtcTime at);

}  // namespace grandstand::guide
