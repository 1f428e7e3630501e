// SPDX-License-Identifier: MIT
#include "ops_routes.hpp"

#include "problem.hpp"

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

constexpr std::int64_t kStuckAfterMs = 15'000;

}  // namespace

void handle_healthz(const std::shared_ptr<Site>& site, const Request&, Exchange& exchange) {
  // This loop answers by answering; the others by having ticked.
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(exchange.now().time_since_epoch()).count();
  for (const auto& desk : site->desks) {
    const auto last = desk.last_tick_ms.load(std::memory_order_relaxed);
    if (last != 0 && now_ms - last > kStuckAfterMs) {
      return exchange.reply(make_problem(503, "unavailable", "an event loop does not answer"));
    }
  }
  Reply reply;
  reply.content_type = "text/plain; charset=utf-8";
  reply.fields = "Cache-Control: no-store\r\n";
  reply.body = "ok\n";
  exchange.reply(std::move(reply));
}

void handle_readyz(const std::shared_ptr<Site>& site, const Request&, Exchange& exchange) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::object();
  bool ready = true;
  for (const auto& [part, check] : site->parts.health.checks()) {
    checks[part]["ok"] = check.ok;
    if (!check.reason.empty()) checks[part]["reason"] = check.reason;
    ready = ready && check.ok;
  }
  nlohmann::ordered_json body;
  body["ready"] = ready;
  body["checks"] = std::move(checks);
  Reply reply;
  reply.status = ready ? 200 : 503;
  reply.content_type = "application/json";
  reply.fields = ready ? "Cache-Control: no-store\r\n" : "Cache-Control: no-store\r\nRetry-After: 2\r\n";
  reply.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  exchange.reply(std::move(reply));
}

void handle_metrics(const std::shared_ptr<Site>& site, const Request&, Exchange& exchange) {
  Reply reply;
  reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
  reply.fields = "Cache-Control: no-store\r\n";
  reply.body = site->parts.metrics.render();
  exchange.reply(std::move(reply));
}

}  // namespace grandstand::http
