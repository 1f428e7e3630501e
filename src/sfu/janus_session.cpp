// SPDX-License-Identifier: MIT
#include "janus_session.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::sfu {
namespace {

constexpr std::chrono::seconds kKeepAlive{2};
constexpr std::chrono::milliseconds kFirstWait{1'000}, kLongestWait{10'000};
constexpr std::size_t kMostJobs = 10'000;
constexpr std::size_t kMostLeftBehind = 1'000;

std::string path_of(std::uint64_t session) {
  return "/" + std::to_string(session);
}

}  // namespace

JanusSession::JanusSession(const Settings& settings, aio::Loop& loop, ops::Metrics& metrics,
                           std::chrono::milliseconds sweep_interval)
    : loop_(loop),
      sweep_interval_(sweep_interval),
      api_(settings, metrics),
      reachable_(metrics.gauge("grandstand_sfu_reachable", "1: the SFU of calls answers.")),
      calls_(metrics.gauge("grandstand_sfu_calls", "Calls that go through the SFU.")),
      seats_(metrics.gauge("grandstand_sfu_seats", "Seats in these calls.")),
      back_off_(kFirstWait, kLongestWait, static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(this))) {}

void JanusSession::start() {
  push([this] { return connect(); });
  ticker_ = std::make_unique<aio::Ticker>(loop_, kKeepAlive, [this] {
    // What is under way tells as well.
    if (up_ && !working_) push([this] { return keep_alive(); });
  });
  sweeper_ = std::make_unique<aio::Ticker>(loop_, sweep_interval_, [this] {
    if (up_) push([this] { return sweep(); });
  });
}

void JanusSession::push(Job job) {
  if (jobs_.size() >= kMostJobs) return fail(session_, {ErrorCode::kUnavailable, "Janus is too slow"});
  jobs_.push_back(std::move(job));
  run();
}

void JanusSession::run() {
  if (working_ || jobs_.empty()) return;
  working_ = true;
  aio::spawn(loop_, work(), [self = shared_from_this()](const Status& status) { self->on_worked(status); });
}

aio::Task<Status> JanusSession::work() {
  while (!jobs_.empty() && !fault_) {
    const auto job = std::move(jobs_.front());
    jobs_.pop_front();
    GRANDSTAND_CO_RETURN_IF_ERROR(co_await job());
    count();
  }
  co_return success();
}

void JanusSession::on_worked(const Status& status) {
  working_ = false;
  if (auto fault = std::exchange(fault_, std::nullopt)) {
    give_up(*fault);
  } else if (!status.ok()) {
    give_up(status.error());
  }
  if (stopped_ && jobs_.empty() && then_) std::exchange(then_, {})();
  run();
}

// Of what happens beside the work.
void JanusSession::fail(std::uint64_t session, const Error& error) {
  if (session != session_ || session == 0) return;
  if (working_) {
    fault_ = error;
  } else {
    give_up(error);
  }
}

void JanusSession::give_up(const Error& error) {
  if (over_) *over_ = true;
  up_ = false;
  reachable_.set(0);
  for (auto& [number, line] : lines_) {
    if (!line.call) continue;
    if (line.call->room() != 0 && left_behind_.size() < kMostLeftBehind) left_behind_.push_back(line.call->room());
    line.call.reset();
    line.hear(encode_reachable(false));
  }
  count();
  if (stopped_) return;
  if (!std::exchange(told_, true)) {
    log::warning("sfu", "Janus cannot be used: calls have four seats until it can", {{"reason", error.message}});
  }
  aio::run_after(loop_, back_off_.next(), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && !self->stopped_) self->push([raw = self.get()] { return raw->connect(); });
  });
}

// It is good when it makes rooms: with wrong secrets, nothing else would tell.
aio::Task<Status> JanusSession::connect() {
  const auto& secrets = api_.secrets();
  const auto old = std::exchange(session_, 0);
  GRANDSTAND_CO_TRY(const auto session, co_await api_.demand("", encode_request(secrets, "create")));
  session_ = session.id;
  GRANDSTAND_CO_TRY(const auto control, co_await api_.demand(path_of(session_), encode_attach(secrets)));
  control_ = control.id;
  const auto path = path_of(session_) + path_of(control_);
  GRANDSTAND_CO_TRY(const auto trial, co_await api_.demand(path, encode_create_room(secrets, "trial", 1)));
  left_behind_.push_back(trial.room);
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await clear_away(old));
  over_ = std::make_shared<std::atomic<bool>>(false);
  aio::spawn(loop_, listen(session_, over_), [self = shared_from_this()](const Status&) {});
  back_off_.reset();
  up_ = true;
  reachable_.set(1);
  log::info("sfu", std::exchange(told_, false) ? "Janus can be used again" : "Janus can be used");
  for (auto& [number, line] : lines_) {
    line.call = std::make_unique<JanusCall>(api_, session_, control_, line.hear);
    line.hear(encode_reachable(true));
  }
  co_return success();
}

// What a Janus that hung, or only could not be reached, still has of ours.
aio::Task<Status> JanusSession::clear_away(std::uint64_t old_session) {
  for (const auto room : std::exchange(left_behind_, {})) {
    GRANDSTAND_CO_RETURN_IF_ERROR(
        co_await api_.ask(path_of(session_) + path_of(control_), encode_destroy_room(api_.secrets(), room)));
  }
  // That it is unknown is no fault of the new one.
  if (old_session != 0) (void)co_await api_.ask(path_of(old_session), encode_request(api_.secrets(), "destroy"));
  co_return success();
}

// Destroys what daemons left behind that crashed: this one before, or other nodes. The room of a living call is empty
// once only, until its first seat is there, and that does not take from one sweep to the next.
aio::Task<Status> JanusSession::sweep() {
  if (!up_) co_return success();
  const auto path = path_of(session_) + path_of(control_);
  const auto listed = co_await api_.ask(path, encode_list_rooms(api_.secrets()));
  // Whether Janus is lost is for what calls need to find out: the list may only be too long.
  if (!listed.ok() || listed->refused) co_return success();
  const auto before = std::exchange(empty_, {listed->empty.begin(), listed->empty.end()});
  for (const auto room : listed->empty) {
    if (!before.contains(room)) continue;
    GRANDSTAND_CO_TRY(const auto gone, co_await api_.ask(path, encode_destroy_room(api_.secrets(), room)));
    if (!gone.refused) log::info("sfu", "Destroyed a room of a call that a daemon had left behind in Janus");
  }
  co_return success();
}

aio::Task<Status> JanusSession::listen(std::uint64_t session, std::shared_ptr<std::atomic<bool>> over) {
  while (!*over) {
    const auto came = co_await api_.listen(session, over);
    if (*over) break;
    if (!came.ok()) {
      fail(session, came.error());
      break;
    }
    for (const auto& happening : *came) {
      if (happening.kind == "timeout") {
        fail(session, {ErrorCode::kUnavailable, "Janus has ended our session"});
      } else {
        push([this, happening] { return take(happening); });
      }
    }
  }
  co_return success();
}

aio::Task<Status> JanusSession::take(Happening happening) {
  for (const auto& [number, line] : lines_) {
    if (line.call && line.call->has(happening.handle)) co_return co_await line.call->take(std::move(happening));
  }
  co_return success();
}

aio::Task<Status> JanusSession::keep_alive() {
  if (!up_) co_return success();
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await api_.demand(path_of(session_), encode_request(api_.secrets(), "keepalive")));
  co_return success();
}

void JanusSession::open(std::uint64_t number, std::function<void(room::News)> hear) {
  if (stopped_) return;
  auto& line = lines_[number];
  line.hear = std::move(hear);
  if (!up_) return;
  line.call = std::make_unique<JanusCall>(api_, session_, control_, line.hear);
  line.hear(encode_reachable(true));
}

void JanusSession::ask(std::uint64_t line, room::Ask ask) {
  if (!stopped_) push([this, line, ask = std::move(ask)] { return carry_out(line, ask); });
}

aio::Task<Status> JanusSession::carry_out(std::uint64_t number, room::Ask ask) {
  const auto found = lines_.find(number);
  if (found == lines_.end() || !found->second.call) co_return success();
  auto& call = *found->second.call;
  if (ask.name == "seats") {
    auto wanted = decode_wanted(ask.body);
    if (wanted.ok()) co_return co_await call.want(*std::move(wanted));
  } else if (ask.name == "signal") {
    auto said = decode_said(ask.body);
    if (said.ok()) co_return co_await call.say(*std::move(said));
  }
  co_return success();
}

void JanusSession::close(std::uint64_t line) {
  if (!stopped_) push([this, line] { return hang_up(line); });
}

aio::Task<Status> JanusSession::hang_up(std::uint64_t number) {
  const auto line = lines_.extract(number);
  if (!line || !line.mapped().call) co_return success();
  auto& call = *line.mapped().call;
  const auto room = call.room();
  const auto ended = co_await call.end();
  if (!ended.ok() && room != 0) left_behind_.push_back(room);
  co_return ended;
}

void JanusSession::stop(std::function<void()> then) {
  stopped_ = true;
  if (over_) *over_ = true;
  then_ = std::move(then);
  ticker_.reset();
  sweeper_.reset();
  jobs_.clear();
  push([this] { return part(); });
}

aio::Task<Status> JanusSession::part() {
  for (const auto& [number, line] : lines_) {
    if (!line.call) continue;
    GRANDSTAND_CO_RETURN_IF_ERROR(co_await line.call->end());
  }
  if (up_) (void)co_await api_.ask(path_of(session_), encode_request(api_.secrets(), "destroy"));
  co_return success();
}

void JanusSession::count() {
  std::size_t calls = 0, seats = 0;
  for (const auto& [number, line] : lines_) {
    if (!line.call || line.call->seats() == 0) continue;
    ++calls;
    seats += line.call->seats();
  }
  calls_.set(static_cast<double>(calls));
  seats_.set(static_cast<double>(seats));
}

}  // namespace grandstand::sfu
