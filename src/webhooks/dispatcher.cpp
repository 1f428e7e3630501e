// SPDX-License-Identifier: MIT
#include "dispatcher.hpp"

#include "private_networks.hpp"
#include "signature.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>
#include <charconv>
#include <future>
#include <utility>

namespace grandstand::webhooks {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTick{250};
constexpr unsigned kIdleTicks = 8;   // between two looks when nothing is expected
constexpr unsigned kTidyTicks = 40;  // between two tidyings
constexpr milliseconds kSlow{1'000};
constexpr milliseconds kLongestRest{60'000};
constexpr std::chrono::hours kLaneMemory{1};  // of a receiver in trouble that is asked no more
constexpr std::size_t kMostAnswer = 64 << 10;
constexpr std::size_t kMostError = 200;
constexpr std::size_t kThreadQueue = 256;

ops::Counter outcomes(ops::Metrics& metrics, const char* outcome) {
  return metrics.counter("grandstand_webhook_deliveries_total",
                         "Attempts to deliver: delivered, failed (tried again), parked (given up), or refused because "
                         "the address may not be connected to.",
                         {{"outcome", outcome}});
}

// Whether the receiver itself is in trouble, not only with this delivery.
bool is_in_trouble(const Attempt& attempt) {
  return attempt.state != DeliveryState::kDelivered && !attempt.is_gone &&
         (attempt.status == 0 || attempt.status == 429 || attempt.status >= 500);
}

std::optional<milliseconds> retry_after(const fetch::Response& response) {
  const auto* const field = response.header("retry-after");
  if (field == nullptr) return std::nullopt;
  int seconds = 0;
  const auto [end, fault] = std::from_chars(field->data(), field->data() + field->size(), seconds);
  if (fault != std::errc() || end != field->data() + field->size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, 3'600));
}

}  // namespace

milliseconds retry_delay(const Settings& settings, std::size_t attempts, std::minstd_rand& random) {
  auto delay = settings.retry_first;
  for (std::size_t i = 1; i < attempts && delay < settings.retry_longest; ++i) delay *= 2;
  delay = std::min(delay, settings.retry_longest);
  std::uniform_int_distribution<std::int64_t> shorter(0, delay.count() / 4);
  return delay - milliseconds(shorter(random));
}

Dispatcher::Dispatcher(Settings settings, Context context)
    : settings_(settings),
      context_(context),
      node_(make_name(16)),
      random_(static_cast<std::uint32_t>(std::stoul(node_.substr(0, 8), nullptr, 16))),
      delivered_(outcomes(context.metrics, "delivered")),
      failed_(outcomes(context.metrics, "failed")),
      parked_(outcomes(context.metrics, "parked")),
      refused_(outcomes(context.metrics, "refused")),
      waiting_(context.metrics.gauge("grandstand_webhook_waiting", "Deliveries that wait to be made.")),
      threads_("webhooks", settings.connections, kThreadQueue) {}

void Dispatcher::start() {
  ticker_ = std::make_unique<aio::Ticker>(context_.loop, kTick, [this] { tick(); });
}

void Dispatcher::stop() {
  if (stopped_.exchange(true)) return;
  if (!context_.loop.runs_here() && ticker_) {
    std::promise<void> done;
    context_.loop.post([&] {
      ticker_.reset();
      done.set_value();
    });
    done.get_future().wait();
  }
  threads_.stop();
}

// Whether to look now: at each tick while something is expected, now and then otherwise.
bool Dispatcher::begin_round_due() {
  ++ticks_;
  const bool watchful = woken_ > 0;
  if (watchful) --woken_;
  return watchful || ticks_ % kIdleTicks == 0;
}

void Dispatcher::tick() {
  if (!in_round_ && begin_round_due()) look();
}

void Dispatcher::look() {
  if (stopped_) return;
  looks_again_ = in_round_;
  if (in_round_) return;
  in_round_ = true;
  aio::spawn(context_.loop, run_round(), [self = shared_from_this()](const Status& outcome) {
    self->in_round_ = false;
    if (std::exchange(self->looks_again_, false)) self->look();
    // The database says of itself when it is gone.
    if (!outcome.ok() && outcome.error().code != ErrorCode::kUnavailable)
      log::warning("webhooks", "What is due could not be read", {{"reason", outcome.error().message}});
  });
}

aio::Task<Status> Dispatcher::run_round() {
  const auto now = context_.clock.steady();
  std::vector<std::uint64_t> under_way(under_way_.begin(), under_way_.end()), resting;
  for (auto lane = lanes_.begin(); lane != lanes_.end();) {
    if (lane->second.rests_until > now || !has_room(lane->second)) resting.push_back(lane->first);
    const bool is_well = lane->second.failures == 0 && !lane->second.is_slow;
    const bool is_forgotten = lane->second.under_way == 0 && (is_well || lane->second.answered + kLaneMemory < now);
    lane = is_forgotten ? lanes_.erase(lane) : std::next(lane);
  }
  GRANDSTAND_CO_TRY(auto round, co_await context_.store.begin_round(node_, context_.clock.utc(), kLaneWidth,
                                                                    std::move(under_way), std::move(resting)));
  if (stopped_ || !round.is_ours) co_return success();
  if (!round.due.empty()) wake();
  for (auto& due : round.due) begin(std::move(due));
  if (ticks_ - tidied_ < kTidyTicks) co_return success();
  tidied_ = ticks_;
  GRANDSTAND_CO_TRY(const auto waiting,
                    co_await context_.store.tidy(settings_.queue_limit, context_.clock.utc() - settings_.keep));
  waiting_.set(static_cast<double>(waiting));
  co_return success();
}

bool Dispatcher::has_room(const Lane& lane) const {
  if (under_way_.size() >= settings_.connections) return false;
  if (!lane.is_slow) return lane.under_way < kLaneWidth;
  return lane.under_way == 0 && slow_under_way_ < std::max<std::size_t>(1, settings_.connections / 2);
}

void Dispatcher::begin(DueDelivery due) {
  auto& lane = lanes_[due.webhook];
  if (!has_room(lane) || !under_way_.insert(due.id).second) return;
  ++lane.under_way;
  const bool on_slow_lane = lane.is_slow;
  if (on_slow_lane) ++slow_under_way_;
  aio::spawn(context_.loop, deliver(std::move(due), on_slow_lane), [self = shared_from_this()](const Status& outcome) {
    if (!outcome.ok())
      log::warning("webhooks", "A delivery was not noted and will come again", {{"reason", outcome.error().message}});
  });
}

fetch::Request Dispatcher::make_request(const DueDelivery& due) const {
  const std::string id = "msg_" + std::to_string(due.id);
  const auto seconds = to_unix_ms(context_.clock.utc()) / 1'000;
  std::string signatures;
  for (const auto& secret : due.secrets)
    signatures += (signatures.empty() ? "" : " ") + sign(secret, id, seconds, due.body);
  fetch::Request request;
  request.method = "POST";
  request.url = due.url;
  request.headers = {"Content-Type: application/json", "webhook-id: " + id,
                     "webhook-timestamp: " + std::to_string(seconds), "webhook-signature: " + signatures, "Expect:"};
  request.body = due.body;
  request.timeout = settings_.timeout;
  request.connect_timeout = std::min<milliseconds>(settings_.timeout, milliseconds(5'000));
  request.max_body_bytes = kMostAnswer;
  request.max_redirects = 0;
  if (!settings_.private_networks) request.may_connect = is_public;
  return request;
}

aio::Task<Status> Dispatcher::deliver(DueDelivery due, bool on_slow_lane) {
  const auto self = shared_from_this();
  const auto began = context_.clock.steady();
  std::function<Result<fetch::Response>()> work = [this, request = make_request(due)]() -> Result<fetch::Response> {
    return fetch::perform(request, [this] { return stopped_.load(); });
  };
  const auto response = co_await threads_.run<fetch::Response>(std::move(work));
  Status noted = success();
  bool delivered = false;
  const bool cancelled = stopped_ || (!response.ok() && response.error().code == ErrorCode::kCancelled);
  if (!cancelled) {
    const auto attempt = judge(due, response);
    finish(due, attempt, std::chrono::duration_cast<milliseconds>(context_.clock.steady() - began));
    noted = co_await context_.store.record(attempt);
    delivered = noted.ok() && attempt.state == DeliveryState::kDelivered;
  }
  auto& lane = lanes_[due.webhook];
  --lane.under_way;
  lane.answered = context_.clock.steady();
  if (on_slow_lane) --slow_under_way_;
  under_way_.erase(due.id);
  wake();
  if (delivered) look();  // a receiver that takes what it gets waits for no tick
  co_return noted;
}

Attempt Dispatcher::judge(const DueDelivery& due, const Result<fetch::Response>& response) {
  Attempt attempt;
  attempt.delivery = due.id;
  attempt.at = context_.clock.utc();
  attempt.status = response.ok() ? response->status : 0;
  if (response.ok() && response->status >= 200 && response->status < 300) {
    attempt.state = DeliveryState::kDelivered;
    return attempt;
  }
  attempt.error =
      response.ok() ? "the receiver answered " + std::to_string(response->status) : response.error().message;
  // Why it failed stands behind the address, which may be long.
  if (attempt.error.size() > kMostError) attempt.error.erase(0, attempt.error.size() - kMostError);
  attempt.is_refused = !response.ok() && response.error().code == ErrorCode::kForbidden;
  attempt.is_gone = attempt.status == 410;
  auto delay = retry_delay(settings_, due.attempts + 1, random_);
  if (response.ok()) delay = std::max(delay, retry_after(*response).value_or(delay));
  attempt.due_at = attempt.at + delay;
  // Addresses do not become public by waiting, but names may point elsewhere one day: it is tried as all else is.
  if (attempt.is_gone || attempt.at - due.since >= settings_.give_up_after) attempt.state = DeliveryState::kParked;
  return attempt;
}

void Dispatcher::finish(const DueDelivery& due, const Attempt& attempt, milliseconds took) {
  auto& lane = lanes_[due.webhook];
  const bool in_trouble = is_in_trouble(attempt);
  lane.is_slow = in_trouble || took >= kSlow;
  if (in_trouble) {
    lane.failures = std::min(lane.failures + 1, 10);
    const milliseconds rest = std::min(kLongestRest, milliseconds(500) * (1 << lane.failures));
    lane.rests_until = context_.clock.steady() + std::min(rest, settings_.retry_first);
  } else {
    lane.failures = 0;
  }
  if (attempt.state == DeliveryState::kDelivered) return delivered_.add();
  if (attempt.is_refused) refused_.add();
  if (attempt.state == DeliveryState::kParked) {
    parked_.add();
    log::warning("webhooks", "A delivery was given up",
                 {{"webhook", due.webhook}, {"delivery", due.id}, {"reason", attempt.error}});
  } else {
    failed_.add();
  }
}

}  // namespace grandstand::webhooks
