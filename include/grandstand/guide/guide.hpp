// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/guide/schedule.hpp>
#include <grandstand/guide/settings.hpp>
#include <grandstand/media/programme_event.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/storage/database.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grandstand::guide {

// How an XMLTV source is doing.
struct SourceReport {
  std::string url;  // without credentials and query values
  std::optional<UtcTime> tried;
  std::optional<UtcTime> succeeded;  // what is shown is of then, or has not changed since
  std::string error;                 // of the last attempt; empty: it went well
  std::size_t programmes = 0;        // taken of the last document
  std::size_t skipped = 0;           // programmes with a fault
  std::size_t foreign = 0;           // programmes of channels that the lineup does not have
  std::vector<std::string> faults;   // the first few: "line 17: a programme without title"
};

// The guide as one XMLTV document.
struct XmltvDocument {
  SharedBytes xml;
  SharedBytes gzip;  // the same, compressed
  std::string etag;  // with quotes; of the content
};

// The programme guide: XMLTV sources, imported on their schedule, and the streams' own EIT feed one schedule per
// channel, in which the newest import wins and nothing overlaps. It is kept in PostgreSQL and, for readers, in memory.
// A source that fails changes nothing: what is known stays.
//
// Series: grandstand_guide_programmes, grandstand_guide_source_up{source}, grandstand_guide_imports_total{outcome},
// grandstand_guide_skipped_programmes_total, grandstand_guide_left_out_total (beyond max_programmes),
// grandstand_guide_events_dropped_total, grandstand_guide_store_errors_total.
//
// Owner: app.   Runs on: threads of its own; every method from any thread, blocking ones as said.   Stops: stop().
class Guide {
 public:
  static std::span<const storage::Migration> migrations();

  struct Context {
    const Clock& clock;
    ops::Metrics& metrics;
    storage::Database& database;
  };
  Guide(Settings settings, Context context);
  ~Guide();
  Guide(const Guide&) = delete;
  Guide& operator=(const Guide&) = delete;

  // Reads what is stored. Blocking; before anything else.
  Status load();

  // The lineup. Sources are read again when a channel comes or takes another XMLTV channel.
  void set_channels(std::vector<GuideChannel> channels);

  // Begins imports that are due, forgets what is too old, makes the document. Call about once a second.
  void tick();

  // A part of a stream's own guide.
  void take(const ChannelId& channel, media::EventInformation information);

  // Reading never waits.
  std::shared_ptr<const Schedule> schedule() const;
  std::shared_ptr<const std::vector<SourceReport>> sources() const;

  // The whole as XMLTV; made anew within seconds of a change, the longer the larger it is. Never null.
  std::shared_ptr<const XmltvDocument> document() const;

  // Waits until what was asked for before is done: for tests and commands. Blocking.
  void settle();

  // Blocking: ends an import under way within a second.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace grandstand::guide
