// SPDX-License-Identifier: MIT
#include "http_classifier.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/fetch/fetch.hpp>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::app {
namespace {

using nlohmann::json;
using Classifications = std::vector<room::Classification>;

constexpr std::size_t kWaiting = 64;
constexpr std::size_t kMostAnswered = 1u << 20;
constexpr std::size_t kLongestCategory = 40;

std::string question(const std::vector<room::Utterance>& utterances) {
  json messages = json::array();
  for (const auto& one : utterances) {
    messages.push_back({{"id", std::to_string(messages.size())},
                        {"room", one.room.value()},
                        {"user", one.user.value()},
                        {"name", one.name},
                        {"text", one.text}});
  }
  return json{{"messages", std::move(messages)}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

// The worst of its categories.
room::Classification read(const json& categories) {
  room::Classification worst;
  for (const auto& [category, severity] : categories.items()) {
    if (!severity.is_number_integer() || severity <= worst.severity) continue;
    worst = {std::min(4, severity.get<int>()), category.substr(0, kLongestCategory)};
  }
  return worst;
}

}  // namespace

HttpClassifier::HttpClassifier(std::string url, std::chrono::milliseconds timeout, ops::Metrics& metrics)
    : url_(std::move(url)),
      timeout_(timeout),
      answered_(metrics.counter("grandstand_classifier_requests_total", "Questions to the classifier, by outcome.",
                                {{"outcome", "answered"}})),
      failed_(metrics.counter("grandstand_classifier_requests_total", "Questions to the classifier, by outcome.",
                              {{"outcome", "failed"}})),
      threads_("classifier", 2, kWaiting) {}

Result<Classifications> HttpClassifier::parse_answer(std::string_view body, std::size_t count) {
  const Error unreadable{ErrorCode::kUnavailable, "the classifier's answer cannot be read"};
  const auto answer = json::parse(body, nullptr, false);
  if (!answer.is_object()) return unreadable;
  const auto messages = answer.find("messages");
  if (messages == answer.end() || !messages->is_array()) return unreadable;
  Classifications all(count);
  std::size_t known = 0;
  for (const auto& one : *messages) {
    if (!one.is_object()) return unreadable;
    const auto id = one.find("id"), categories = one.find("categories");
    if (id == one.end() || categories == one.end() || !categories->is_object()) return unreadable;
    for (std::size_t i = 0; i < count; ++i) {
      if (*id != std::to_string(i)) continue;
      all[i] = read(*categories);
      ++known;
    }
  }
  if (known != count) return Error{ErrorCode::kUnavailable, "the classifier did not answer for every message"};
  return all;
}

aio::Task<Result<Classifications>> HttpClassifier::classify(std::vector<room::Utterance> utterances) {
  fetch::Request request;
  request.method = "POST";
  request.url = url_;
  request.headers = {"Content-Type: application/json", "Accept: application/json"};
  request.body = question(utterances);
  request.timeout = request.connect_timeout = timeout_;
  request.max_body_bytes = kMostAnswered;
  request.max_redirects = 0;
  std::function<Result<Classifications>()> work = [request = std::move(request),
                                                   count = utterances.size()]() -> Result<Classifications> {
    GRANDSTAND_TRY(const auto response, fetch::perform(request));
    if (response.status != 200)
      return Error{ErrorCode::kUnavailable, "the classifier answered " + std::to_string(response.status)};
    return parse_answer(response.body, count);
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
