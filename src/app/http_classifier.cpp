// SPDX-License-Identifier: MIT
#include "http_classifier.hpp"

#include "classifier_codec.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/fetch/fetch.hpp>

#include <utility>

namespace grandstand::app {
namespace {

using Classifications = std::vector<room::Classification>;

constexpr std::size_t kWaiting = 64;
constexpr std::size_t kMostAnswered = 1u << 20;

}  // namespace

HttpClassifier::HttpClassifier(std::string url, std::chrono::milliseconds timeout, ops::Metrics& metrics)
    : url_(std::move(url)),
      timeout_(timeout),
      answered_(metrics.counter("grandstand_classifier_requests_total", "Questions to the classifier, by outcome.",
                                {{"outcome", "answered"}})),
      failed_(metrics.counter("grandstand_classifier_requests_total", "Questions to the classifier, by outcome.",
                              {{"outcome", "failed"}})),
      threads_("classifier", 2, kWaiting) {}

aio::Task<Result<Classifications>> HttpClassifier::classify(std::vector<room::Utterance> utterances) {
  fetch::Request request;
  request.method = "POST";
  request.url = url_;
  request.headers = {"Content-Type: application/json", "Accept: application/json"};
  request.body = encode_question(utterances);
  request.timeout = request.connect_timeout = timeout_;
  request.max_body_bytes = kMostAnswered;
  request.max_redirects = 0;
  std::function<Result<Classifications>()> work = [request = std::move(request),
                                                   count = utterances.size()]() -> Result<Classifications> {
    GRANDSTAND_TRY(const auto response, fetch::perform(request));
    if (response.status != 200)
      return Error{ErrorCode::kUnavailable, "the classifier answered " + std::to_string(response.status)};
    return decode_answer(response.body, count);
  };
  auto classified = co_await threads_.run<Classifications>(std::move(work));
  (classified.ok() ? answered_ : failed_).add();
  const bool failed = !classified.ok();
  if (failed && !failing_.exchange(true))
    log::warning("app", "The classifier does not judge", {{"reason", classified.error().message}});
  if (!failed) failing_ = false;
  co_return classified;
}

}  // namespace grandstand::app
