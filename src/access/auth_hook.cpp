// SPDX-License-Identifier: MIT
#include "auth_hook.hpp"

#include "hook_codec.hpp"

#include <grandstand/base/client_network.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/fetch/fetch.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::access {
namespace {

constexpr std::size_t kThreads = 4;
constexpr std::size_t kMostWaiting = 256;
// Of one client, an IPv4 address or an IPv6 /64: each address of a channel is a new question, so one could make as many
// as all together may. The loops share it, but each lets some wait.
constexpr std::size_t kMostWaitingOfOne = 32;
constexpr std::size_t kLeastOfOneOnALoop = 4;
constexpr std::size_t kMostBody = 64u << 10;  // of the answer, which is not looked at

}  // namespace

AuthHook::AuthHook(std::string url, std::chrono::milliseconds timeout, std::size_t loops, const Clock& clock,
                   ops::Metrics& metrics)
    : url_(std::move(url)),
      timeout_(timeout),
      most_of_one_(std::max(kLeastOfOneOnALoop, kMostWaitingOfOne / loops)),
      clock_(clock),
      threads_("access hook", kThreads, kMostWaiting) {
  const char* const name = "grandstand_access_hook_requests_total";
  const char* const help = "Questions to the auth hook, by what came of them.";
  allowed_ = metrics.counter(name, help, {{"outcome", "allowed"}});
  refused_ = metrics.counter(name, help, {{"outcome", "refused"}});
  down_ = metrics.counter(name, help, {{"outcome", "down"}});
  busy_ = metrics.counter(name, help, {{"outcome", "busy"}});
  seconds_ = metrics.histogram("grandstand_access_hook_seconds", "How long the auth hook took to answer.",
                               {0.01, 0.03, 0.1, 0.3, 1, 3, 10});
}

aio::Task<HookAnswer> AuthHook::ask(HookQuestion question, Waiting& waiting) {
  // From this machine comes everybody, behind a proxy that does not say for whom it asks.
  const auto client = is_local_network(question.ip) ? std::string() : client_network(question.ip);
  if (!client.empty() && waiting[client] >= most_of_one_) {
    busy_.add();
    co_return HookAnswer::kBusy;
  }
  ++waiting[client];
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
  if (const auto place = waiting.find(client); --place->second == 0) waiting.erase(place);
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
