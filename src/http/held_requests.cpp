// SPDX-License-Identifier: MIT
#include "held_requests.hpp"

#include "hls_routes.hpp"
#include "problem.hpp"
#include "site.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::http {
namespace {

constexpr int kHeldTargets = 3;  // target durations, then 503 (6.2.5.2)

}  // namespace

void HeldRequests::hold(Site& site, Exchange& exchange, std::string path, hls::Directives directives,
                        const hls::Origin::Answer& answer) {
  auto channel = path.substr(0, path.find('/'));
  Held held{exchange.defer(answer.target_duration * kHeldTargets), std::move(path), directives, answer.interruptions};
  loop_ = exchange.loop().index();
  answer.bell->listen(loop_);
  auto bell = answer.bell;
  if (try_answer(site, held, bell)) return;
  waiting_[std::move(channel)].push_back(std::move(held));
  count(site);
}

void HeldRequests::wake(Site& site, const ChannelId& channel) {
  const auto entry = waiting_.find(channel.value());
  if (entry == waiting_.end()) return;
  // Moved away: a connection that got its answer may hold its next request at once.
  auto held = std::move(entry->second);
  waiting_.erase(entry);
  std::shared_ptr<hls::Bell> bell;
  std::erase_if(held, [&](const Held& request) { return try_answer(site, request, bell); });
  if (!held.empty()) {
    // Who still waits listens again first, and then looks once more for what came meanwhile.
    if (bell) bell->listen(loop_);
    std::erase_if(held, [&](const Held& request) { return try_answer(site, request, bell); });
  }
  if (!held.empty()) {
    auto& again = waiting_[channel.value()];
    again.insert(again.end(), std::make_move_iterator(held.begin()), std::make_move_iterator(held.end()));
  }
  count(site);
}

// Whether the request need not be held any more.
bool HeldRequests::try_answer(Site& site, const Held& held, std::shared_ptr<hls::Bell>& bell) {
  if (!held.reply->open()) return true;
  auto directives = held.directives;
  auto answer = site.parts.origin.find(held.path, directives);
  if (answer.outcome == hls::Origin::Outcome::kLater) {
    bell = answer.bell;
    if (answer.interruptions == held.interruptions) return false;
    // The media stopped: what there is, is all there is for now. It has not what the address asks for, so that nobody
    // may keep it as the answer to that.
    directives = {};
    answer = site.parts.origin.find(held.path);
    if (answer.outcome == hls::Origin::Outcome::kLater) answer.outcome = hls::Origin::Outcome::kNoResource;
  }
  if (auto* const exchange = held.reply->take()) answer_live(exchange->request(), *exchange, answer, directives);
  return true;
}

void HeldRequests::forget_closed(Site& site) {
  for (auto& [channel, held] : waiting_) {
    std::erase_if(held, [](const Held& request) { return !request.reply->open(); });
  }
  std::erase_if(waiting_, [](const auto& entry) { return entry.second.empty(); });
  count(site);
}

void HeldRequests::release(Site& site) {
  for (auto& [channel, held] : std::exchange(waiting_, {})) {
    for (auto& request : held) {
      request.reply->send(make_problem(503, "unavailable", "the server stops", "Retry-After: 5\r\n"));
    }
  }
  count(site);
}

void HeldRequests::count(Site& site) {
  std::size_t now = 0;
  for (const auto& [channel, held] : waiting_) now += held.size();
  site.metrics.held_requests.add(static_cast<double>(now) - static_cast<double>(counted_));
  counted_ = now;
}

}  // namespace grandstand::http
