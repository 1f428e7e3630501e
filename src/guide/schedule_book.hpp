// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ids.hpp>
#include <grandstand/guide/programme.hpp>
#include <grandstand/guide/settings.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace grandstand::guide {

// The schedules of all channels, by the rules of the guide: an import of a channel replaces what the channel has
// between its first start and its last stop; what sticks out of there is cut; nothing overlaps; only so much is kept.
//
// Pure. Owner: Guide.
class ScheduleBook {
 public:
  explicit ScheduleBook(const Settings& settings) : settings_(settings) {}

  // What has changed: everything that overlaps [from, to) goes, `added` comes.
  struct Change {
    ChannelId channel;
    UtcTime from{};
    UtcTime to{};
    Programmes added;
  };

  // Programmes in any order; one whose stop is its start lasts until the next one. Nothing when it changes nothing.
  std::optional<Change> put(const ChannelId& channel, std::vector<Programme> programmes, UtcTime now);

  // What was stored, in order of start.
  void load(const ChannelId& channel, Programmes programmes);

  // Forgets what ended before settings.keep_past; whether something did.
  bool forget_old(UtcTime now);

  std::shared_ptr<const Programmes> of(const ChannelId& channel) const;  // never null
  std::size_t size() const { return size_; }
  std::size_t left_out() const { return left_out_; }  // beyond max_programmes, since the start

 private:
  Programmes arrange(std::vector<Programme> programmes, UtcTime now) const;

  const Settings& settings_;
  std::map<ChannelId, std::shared_ptr<const Programmes>> channels_;
  std::size_t size_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace grandstand::guide
