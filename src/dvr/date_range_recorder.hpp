// SPDX-License-Identifier: MIT
#pragma once

#include "shelf.hpp"

#include <filesystem>

namespace grandstand::dvr {

// Keeps the date ranges of a channel in a file beside its renditions: few, so that it is written anew with each change.
//
// Owner: the channel's recorder.   Runs on: the writer's thread.
class DateRangeRecorder {
 public:
  DateRangeRecorder(std::filesystem::path file, ChannelShelfPtr shelf)
      : file_(std::move(file)), shelf_(std::move(shelf)) {}

  // What lies in the file; lines that are not whole and ours are left out.
  void take_over();
  // What is listed live now; null: nothing.
  void record(const std::shared_ptr<const hls::DateRangeList>& listed);
  // What was over before leaves.
  void forget(UtcTime before);

 private:
  void keep(std::vector<hls::DateRangeList::Entry> ranges);

  std::filesystem::path file_;
  ChannelShelfPtr shelf_;
  std::shared_ptr<const hls::DateRangeList> seen_;
};

// When it is over; one that nobody ended counts for some hours.
UtcTime end_of(const hls::DateRangeList::Entry& range);
// The tags of what touches [from, until).
std::string date_range_lines(const std::vector<hls::DateRangeList::Entry>& ranges, UtcTime from, UtcTime until);

}  // namespace grandstand::dvr
