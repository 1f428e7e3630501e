// SPDX-License-Identifier: MIT
#include "compression.hpp"
#include "guide_store.hpp"
#include "schedule_book.hpp"
#include "xmltv_import.hpp"
#include "xmltv_writer.hpp"

#include <grandstand/aio/offload.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/guide/guide.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <set>
#include <utility>

namespace grandstand::guide {

namespace {

// Parts of streams' guides that wait; a section is up to 4 KB.
constexpr std::size_t kQueuedWork = 8'192;
constexpr std::size_t kQueuedImports = 64;
constexpr std::chrono::minutes kFirstRetry{1};
constexpr std::chrono::hours kLastRetry{1};
constexpr std::chrono::hours kForgetEvery{1};
// An import that has not ended by then does not come any more: no thread took its outcome.
constexpr std::chrono::minutes kLostAfter{30};
// Between two makings of the document: at least this, and so many times what the last one took.
constexpr std::chrono::seconds kDocumentEvery{2};
constexpr int kDocumentRest = 20;
constexpr std::size_t kLoggedFaults = 3;
// A document that does not change has programmes beyond keep_future, which comes nearer.
constexpr std::chrono::hours kTakenAnewAfter{24};

Programme programme_of(media::ProgrammeEvent event) {
  Programme programme;
  programme.start = event.start;
  programme.stop = event.start + event.duration;
  programme.title = std::move(event.title);
  programme.subtitle = std::move(event.subtitle);
  programme.description = std::move(event.description);
  programme.language = std::move(event.language);
  if (!event.category.empty()) programme.categories.push_back(std::move(event.category));
  if (event.minimum_age > 0) programme.rating = std::to_string(event.minimum_age);
  programme.source = "eit";
  return programme;
}

std::string etag_of(std::string_view text) {
  const std::uint64_t hash = std::hash<std::string_view>{}(text);
  std::string tag = "\"";
  for (int shift = 60; shift >= 0; shift -= 4) tag += "0123456789abcdef"[hash >> shift & 0x0F];
  return tag + "\"";
}

// A source and how it is doing.
struct Subscription {
  XmltvSource source;
  SourceReport report;
  Validators validators;
  SteadyTime taken_at{};
  SteadyTime due{};
  bool running = false;
  SteadyTime begun{};
  bool again = false;  // the lineup changed meanwhile: all of it is wanted
  unsigned failures = 0;
  ops::Gauge up;
};

}  // namespace

struct Guide::State {
  State(Settings s, Context c)
      : settings(std::move(s)),
        context(c),
        store(c.database),
        book(settings),
        worker("guide", 1, kQueuedWork),
        importer("guide-import", 1, kQueuedImports) {
    auto& metrics = context.metrics;
    programmes = metrics.gauge("grandstand_guide_programmes", "Programmes in the guide");
    const char* const name = "grandstand_guide_imports_total";
    const char* const help = "Looks at XMLTV sources, by what became of them";
    taken = metrics.counter(name, help, {{"outcome", "taken"}});
    unchanged = metrics.counter(name, help, {{"outcome", "unchanged"}});
    failed = metrics.counter(name, help, {{"outcome", "failed"}});
    skipped = metrics.counter("grandstand_guide_skipped_programmes_total", "Programmes of XMLTV left out for a fault");
    left_out = metrics.counter("grandstand_guide_left_out_total", "Programmes beyond guide.max_programmes");
    dropped = metrics.counter("grandstand_guide_events_dropped_total",
                              "Parts of streams' guides dropped because too many waited");
    store_errors = metrics.counter("grandstand_guide_store_errors_total", "Changes of the guide that were not stored");
    for (const auto& source : settings.sources) {
      Subscription subscription;
      subscription.source = source;
      subscription.report.url = log::redact(source.url);
      subscription.up =
          metrics.gauge("grandstand_guide_source_up", "1 while the last look at the XMLTV source went well",
                        {{"source", subscription.report.url}});
      subscriptions.push_back(std::move(subscription));
    }
    publish_reports();
    make_document();
    document_due = {};
  }

  // On the worker's thread.
  void on_channels(std::vector<GuideChannel> list);
  void on_tick();
  void forget_old(SteadyTime now);
  void begin_import(std::size_t index);
  void on_import(std::size_t index, Result<XmltvImport> import);
  void take_import(Subscription& subscription, XmltvImport import);
  void on_event_information(const ChannelId& channel, media::EventInformation information);
  void keep_richer(const ChannelId& channel, Programme& programme);
  void store_changes(const std::vector<ScheduleBook::Change>& changes);
  void make_document();
  void publish();
  void publish_reports();

  // given
  const Settings settings;
  const Context context;

  // state, on the worker's thread only
  GuideStore store;
  ScheduleBook book;
  std::vector<GuideChannel> channels;
  std::vector<Subscription> subscriptions;
  std::uint64_t version = 0;
  std::uint64_t document_version = 0;
  SteadyTime document_due{};
  SteadyTime forgotten_at{};
  std::size_t left_out_told = 0;

  ops::Gauge programmes;
  ops::Counter taken, unchanged, failed, skipped, left_out, dropped, store_errors;

  // out
  Published<Schedule> schedule{std::make_shared<const Schedule>()};
  Published<std::vector<SourceReport>> reports;
  Published<XmltvDocument> document;
  std::atomic<bool> stopping{false};

  aio::Offload worker;
  aio::Offload importer;  // must be the last member: it posts to the worker
};

void Guide::State::on_channels(std::vector<GuideChannel> list) {
  const auto wishes = [](const std::vector<GuideChannel>& of) {
    std::set<std::pair<ChannelId, std::string>> found;
    for (const auto& channel : of) found.emplace(channel.id, channel.xmltv_id);
    return found;
  };
  const auto before = wishes(channels);
  const auto after = wishes(list);
  channels = std::move(list);
  if (!std::ranges::includes(before, after)) {
    for (auto& subscription : subscriptions) {
      subscription.validators = {};
      subscription.due = {};
      subscription.again = subscription.running;
    }
  }
  publish();
}

void Guide::State::on_tick() {
  const auto now = context.clock.steady();
  for (std::size_t i = 0; i < subscriptions.size(); ++i) {
    Subscription& subscription = subscriptions[i];
    if (subscription.running && now - subscription.begun > kLostAfter) subscription.running = false;
    if (!subscription.running && now >= subscription.due && !channels.empty()) begin_import(i);
  }
  if (now - forgotten_at >= kForgetEvery) forget_old(now);
  if (document_version != version && now >= document_due) make_document();
}

void Guide::State::forget_old(SteadyTime now) {
  forgotten_at = now;
  const auto utc = context.clock.utc();
  if (!book.forget_old(utc)) return;
  if (const auto status = store.forget(utc - settings.keep_past); !status) store_errors.add();
  publish();
}

void Guide::State::begin_import(std::size_t index) {
  auto& subscription = subscriptions[index];
  const auto now = context.clock.steady();
  const auto taken_anew_after = std::min<std::chrono::milliseconds>(kTakenAnewAfter, settings.keep_future / 2);
  if (now - subscription.taken_at >= taken_anew_after) subscription.validators = {};
  std::set<std::string> wanted;
  for (const auto& channel : channels) wanted.insert(channel.xmltv_id);
  const auto until = context.clock.utc() + settings.keep_future;
  auto job = [this, index, source = subscription.source, known = subscription.validators, wanted = std::move(wanted),
              until] {
    auto import = std::make_shared<Result<XmltvImport>>(
        import_xmltv(source, settings, known, wanted, until, [this] { return stopping.load(); }));
    if (!worker.try_post([this, index, import] { on_import(index, std::move(*import)); })) dropped.add();
  };
  subscription.running = importer.try_post(std::move(job));
  subscription.begun = now;
  subscription.report.tried = context.clock.utc();
}

void Guide::State::on_import(std::size_t index, Result<XmltvImport> import) {
  auto& subscription = subscriptions[index];
  subscription.running = false;
  const auto now = context.clock.steady();
  if (!import) {
    const auto wait = std::min<std::chrono::milliseconds>(
        {kFirstRetry * (1 << std::min(subscription.failures, 10u)), kLastRetry, subscription.source.interval});
    subscription.due = now + wait;
    ++subscription.failures;
    subscription.report.error = import.error().message;
    subscription.up.set(0);
    failed.add();
    log::warning("guide", "An XMLTV source cannot be imported; what is known stays",
                 {{"source", subscription.report.url}, {"reason", import.error().message}});
    return publish_reports();
  }
  subscription.failures = 0;
  subscription.due = now + subscription.source.interval;
  subscription.report.error.clear();
  subscription.report.succeeded = context.clock.utc();
  subscription.up.set(1);
  if (std::exchange(subscription.again, false)) {
    subscription.due = now;
    subscription.validators = {};
  } else {
    subscription.validators = import->validators;
  }
  if (import->unchanged) {
    unchanged.add();
  } else {
    taken.add();
    subscription.taken_at = now;
    take_import(subscription, std::move(*import));
  }
  publish_reports();
}

void Guide::State::take_import(Subscription& subscription, XmltvImport import) {
  subscription.report.programmes = import.counts.taken;
  subscription.report.skipped = import.counts.skipped;
  subscription.report.foreign = import.counts.foreign;
  subscription.report.faults = import.counts.faults;
  skipped.add(static_cast<double>(import.counts.skipped));
  left_out.add(static_cast<double>(import.left_out));
  for (std::size_t i = 0; i < std::min(import.counts.faults.size(), kLoggedFaults); ++i) {
    log::warning("guide", "A programme of an XMLTV source has a fault and was left out",
                 {{"source", subscription.report.url}, {"fault", import.counts.faults[i]}});
  }
  const auto now = context.clock.utc();
  std::vector<ScheduleBook::Change> changes;
  for (const auto& channel : channels) {
    const auto found = import.channels.find(channel.xmltv_id);
    if (found == import.channels.end()) continue;
    if (auto change = book.put(channel.id, found->second, now)) changes.push_back(std::move(*change));
  }
  log::info("guide", "An XMLTV source was imported",
            {{"source", subscription.report.url},
             {"programmes", import.counts.taken},
             {"skipped", import.counts.skipped},
             {"foreign", import.counts.foreign},
             {"channels_changed", changes.size()}});
  if (changes.empty()) return;
  store_changes(changes);
  publish();
}

void Guide::State::on_event_information(const ChannelId& id, media::EventInformation information) {
  if (stopping) return;
  const auto channel = std::ranges::find(channels, id, &GuideChannel::id);
  if (channel == channels.end() || !channel->takes_eit) return;
  std::vector<Programme> events;
  for (auto& event : information.events) {
    if (event.title.empty()) continue;
    events.push_back(programme_of(std::move(event)));
    keep_richer(id, events.back());
  }
  auto change = book.put(id, std::move(events), context.clock.utc());
  if (!change) return;
  store_changes({std::move(*change)});
  publish();
}

// A stream says less of a programme than XMLTV does; where both mean the same one, what XMLTV said stays.
void Guide::State::keep_richer(const ChannelId& channel, Programme& programme) {
  const auto known = book.of(channel);
  for (const auto& other : between(*known, programme.start, programme.stop)) {
    const bool same =
        other->start == programme.start && other->stop == programme.stop && other->title == programme.title;
    if (same && other->source == "xmltv") programme = *other;
  }
}

void Guide::State::store_changes(const std::vector<ScheduleBook::Change>& changes) {
  left_out.add(static_cast<double>(book.left_out() - std::exchange(left_out_told, book.left_out())));
  const auto status = store.apply(changes);
  if (status) return;
  store_errors.add();
  log::warning("guide", "A change of the guide could not be stored; it is lost at the next start",
               {{"reason", status.error().message}});
}

void Guide::State::make_document() {
  const auto began = context.clock.steady();
  auto made = std::make_shared<XmltvDocument>();
  std::string xml = write_xmltv(*schedule.load());
  made->etag = etag_of(xml);
  made->gzip = SharedBytes(gzip(xml));
  made->xml = SharedBytes(std::move(xml));
  document.store(std::move(made));
  document_version = version;
  const auto now = context.clock.steady();
  document_due = now + std::max<SteadyTime::duration>(kDocumentEvery, (now - began) * kDocumentRest);
}

void Guide::State::publish() {
  auto next = std::make_shared<Schedule>();
  next->version = ++version;
  for (const auto& channel : channels) next->entries.push_back({channel, book.of(channel.id)});
  schedule.store(std::move(next));
  programmes.set(static_cast<double>(book.size()));
}

void Guide::State::publish_reports() {
  auto list = std::make_shared<std::vector<SourceReport>>();
  for (const auto& subscription : subscriptions) list->push_back(subscription.report);
  reports.store(std::move(list));
}

std::span<const storage::Migration> Guide::migrations() {
  return GuideStore::migrations();
}

Guide::Guide(Settings settings, Context context) : state_(std::make_shared<State>(std::move(settings), context)) {}

Guide::~Guide() {
  stop();
}

Status Guide::load() {
  GRANDSTAND_TRY(auto stored, state_->store.load());
  for (auto& [channel, programmes] : stored) state_->book.load(channel, std::move(programmes));
  state_->book.forget_old(state_->context.clock.utc());
  return success();
}

void Guide::set_channels(std::vector<GuideChannel> channels) {
  const bool posted = state_->worker.try_post(
      [state = state_.get(), channels = std::move(channels)]() mutable { state->on_channels(std::move(channels)); });
  if (!posted) log::error("guide", "The lineup did not reach the guide: too much work waits");
}

void Guide::tick() {
  static_cast<void>(state_->worker.try_post([state = state_.get()] { state->on_tick(); }));
}

void Guide::take(const ChannelId& channel, media::EventInformation information) {
  const bool posted =
      state_->worker.try_post([state = state_.get(), channel, information = std::move(information)]() mutable {
        state->on_event_information(channel, std::move(information));
      });
  if (!posted) state_->dropped.add();
}

std::shared_ptr<const Schedule> Guide::schedule() const {
  return state_->schedule.load();
}

std::shared_ptr<const std::vector<SourceReport>> Guide::sources() const {
  return state_->reports.load();
}

std::shared_ptr<const XmltvDocument> Guide::document() const {
  return state_->document.load();
}

void Guide::settle() {
  for (auto* thread : {&state_->worker, &state_->importer, &state_->worker}) {
    auto done = std::make_shared<std::promise<void>>();
    auto reached = done->get_future();
    if (thread->try_post([done] { done->set_value(); })) reached.wait();
  }
}

void Guide::stop() {
  if (state_->stopping.exchange(true)) return;
  state_->importer.stop();
  state_->worker.stop();
}

}  // namespace grandstand::guide
