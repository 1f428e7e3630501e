// SPDX-License-Identifier: MIT
#include "janus_api.hpp"

#include <grandstand/base/percent_encoding.hpp>
#include <grandstand/fetch/fetch.hpp>

#include <chrono>
#include <functional>
#include <utility>

namespace grandstand::sfu {
namespace {

constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::seconds kLongPoll{40};  // Janus answers within 30 s, with nothing if need be
constexpr std::size_t kWaiting = 1'000;
constexpr std::size_t kLongestAnswer = 4u << 20;
constexpr int kNoSession = 458, kUnauthorized = 403;

Result<std::string> exchange(const fetch::Request& request, const std::function<bool()>& cancelled = {}) {
  GRANDSTAND_TRY(auto response, fetch::perform(request, cancelled));
  if (response.status != 200)
    return Error{ErrorCode::kUnavailable, "Janus answered " + std::to_string(response.status)};
  return std::move(response.body);
}

ops::Counter counter(ops::Metrics& metrics, const char* outcome) {
  return metrics.counter("grandstand_sfu_requests_total", "Requests to the SFU, by outcome.", {{"outcome", outcome}});
}

}  // namespace

JanusApi::JanusApi(const Settings& settings, ops::Metrics& metrics)
    : url_(settings.janus.substr(0, settings.janus.find_last_not_of('/') + 1)),
      secrets_{settings.janus_api_secret, settings.janus_admin_key},
      answered_(counter(metrics, "answered")),
      refused_(counter(metrics, "refused")),
      failed_(counter(metrics, "failed")),
      requests_("sfu", 1, kWaiting),
      events_("sfu-events", 1, 2) {}

aio::Task<Result<Answer>> JanusApi::ask(std::string path, std::string body) {
  fetch::Request request{.method = "POST",
                         .url = url_ + path,
                         .headers = {"Content-Type: application/json"},
                         .body = std::move(body),
                         .timeout = kPatience,
                         .connect_timeout = kPatience,
                         .max_body_bytes = kLongestAnswer,
                         .max_redirects = 0};
  std::function<Result<Answer>()> work = [request = std::move(request)]() -> Result<Answer> {
    GRANDSTAND_TRY(const auto text, exchange(request));
    return decode_answer(text);
  };
  auto answer = co_await requests_.run<Answer>(std::move(work));
  if (answer.ok() && answer->refused && (answer->code == kNoSession || answer->code == kUnauthorized)) {
    answer = Error{ErrorCode::kUnavailable, "Janus refuses: " + answer->reason};
  }
  (!answer.ok() ? failed_ : answer->refused ? refused_ : answered_).add();
  co_return answer;
}

aio::Task<Result<Answer>> JanusApi::demand(std::string path, std::string body) {
  auto answer = co_await ask(std::move(path), std::move(body));
  if (answer.ok() && answer->refused) co_return Error{ErrorCode::kUnavailable, "Janus refuses: " + answer->reason};
  co_return answer;
}

aio::Task<Result<std::vector<Happening>>> JanusApi::listen(std::uint64_t session,
                                                           std::shared_ptr<std::atomic<bool>> over) {
  fetch::Request request{.url = url_ + "/" + std::to_string(session) + "?maxev=10",
                         .timeout = kLongPoll,
                         .connect_timeout = kPatience,
                         .max_body_bytes = kLongestAnswer,
                         .max_redirects = 0};
  if (!secrets_.api.empty()) request.url += "&apisecret=" + percent_encode(secrets_.api);
  std::function<Result<std::vector<Happening>>()> work = [request = std::move(request),
                                                          over]() -> Result<std::vector<Happening>> {
    GRANDSTAND_TRY(const auto text, exchange(request, [over] { return over->load(); }));
    return decode_happenings(text);
  };
  co_return co_await events_.run<std::vector<Happening>>(std::move(work));
}

void JanusApi::stop() {
  requests_.stop();
  events_.stop();
}

}  // namespace grandstand::sfu
