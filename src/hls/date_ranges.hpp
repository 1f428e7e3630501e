// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/hls/date_range_list.hpp>
#include <grandstand/media/splice_cue.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::hls {

// Makes date ranges of splice cues (draft-pantos-hls-rfc8216bis 4.4.5.1.1) and keeps them as long as media that they
// map to is listed.
//
// Owner: Packager.   Runs on: the channel's loop.   Pure: time is given.
class DateRanges {
 public:
  // `date`: of the splice point; `now`: of the newest media. The same event again, a little earlier or later (another
  // source tells of it after a failover), changes nothing.
  void add(const media::SpliceCue& cue, UtcTime date, UtcTime now);
  // Media before `first` is listed no more; whether that changed anything.
  bool expire(UtcTime first, UtcTime now);

  std::shared_ptr<const DateRangeList> list() const;
  bool empty() const { return ranges_.empty(); }

 private:
  struct Range {
    std::string id;
    std::uint32_t event_id = 0;
    media::SpliceCue::Kind kind = media::SpliceCue::Kind::kOther;
    bool open = false;  // waits for its cue-in
    UtcTime start{};
    std::optional<UtcTime> end;  // unknown: it lasts
    UtcTime listed{};
    std::string lines;
  };
  void close(Range& range, const media::SpliceCue& cue, UtcTime date, UtcTime now);
  void remove(std::size_t index, UtcTime now);

  std::deque<Range> ranges_;
  std::deque<DateRangeList::Removed> removed_;
};

}  // namespace grandstand::hls
