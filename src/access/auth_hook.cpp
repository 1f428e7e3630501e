// SPDX-License-Identifier: MIT
#include "auth_hook.hpp"

#include "hook_codec.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/fetch/fetch.hpp>

#include <utility>

namespace grandstand::access {
namespace {

constexpr std::size_t kThreads = 4;
constexpr std::size_t kMostWaiting = 256;
constexpr std::size_t kMostBody = 64u << 10;  // of the answer, which is not looked at

}  // namespace

AuthHook::AuthHook(std::string url, std::chrono::milliseconds timeout, const Clock& clock, ops::Metrics& metrics)
    : url_(std::move(url)), timeout_(timeout), clock_(clock), threads_("access hook", kThreads, kMostWaiting) {
  const char* const name = "grandstand_access_hook_requests_total";
  const char* const help = "Questions to the auth hook, by what came of them.";
  allowed_ = metrics.counter(name, help, {{"outcome", "allowed"}});
  refused_ = metrics.counter(name, help, {{"outcome", "refused"}});
  down_ = metrics.counter(name, help, {{"outcome", "down"}});
  seconds_ = metrics.histogram("grandstand_access_hook_seconds", "How long the auth hook took to answer.",
                               {0.01, 0.03, 0.1, 0.3, 1, 3, 10});
}

aio::Task<HookAnswer> AuthHook::ask(HookQuestion question) {
  fetch::Request request;
  request.method = "POST";
  request.url = url_;
  request.headers = {"Content-Type: application/json"};
  request.body = encode_question(question);
  request.timeout = request.connect_timeout = timeout_;
  request.max_body_bytes = kMostBody;
  request.max_redirects = 0;
  const auto began = clock_.steady();
  std::function<Result<int>()> work = [request = std::move(request), stopping = stopping_]() -> Result<int> {
    GRANDSTAND_TRY(const auto response, fetch::perform(request, [stopping] { return stopping->load(); }));
    return response.status;
  };
  const auto status = co_await threads_.run(std::move(work));
  seconds_.observe(std::chrono::duration<double>(clock_.steady() - began).count());
  if (!status || *status >= 500) {
    down_.add();
    log::warning("access", "The auth hook does not answer",
                 {{"reason", status ? "status " + std::to_string(*status) : status.error().message}});
    co_return HookAnswer::kDown;
  }
  const bool allowed = *status >= 200 && *status < 300;
  (allowed ? allowed_ : refused_).add();
  co_return allowed ? HookAnswer::kAllowed : HookAnswer::kRefused;
}

void AuthHook::stop() {
  stopping_->store(true);
  threads_.stop();
}

}  // namespace grandstand::access
