// SPDX-License-Identifier: MIT
#include "forward.hpp"

#include "client_address.hpp"
#include "forwarded_answer.hpp"
#include "problem.hpp"
#include "upstream.hpp"

#include <grandstand/aio/ticker.hpp>

#include <algorithm>
#include <string>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace grandstand::http {
namespace {

using boost::asio::redirect_error;
using boost::asio::use_awaitable;

// Longer than a take-over and a first segment last.
constexpr std::chrono::seconds kPatience{12};
constexpr std::chrono::milliseconds kLookAgain{200};
// Of one exchange: longer than a blocking reload is held.
constexpr std::chrono::seconds kExchangeTime{35};
constexpr std::chrono::seconds kAnswerTime{60};
constexpr std::chrono::seconds kAskTime{2};
constexpr std::chrono::seconds kFindTime{10};

struct Forwarded {
  std::string channel = {};  // given up when another node gets it; empty: none
  std::string text;          // the request as it goes out
  bool reads = true;
  bool head_only = false;
  bool only_found = false;
  std::chrono::seconds limit = kExchangeTime;
  Handler again = nullptr;
};

void add(std::string& text, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  text.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string forwarded_text(const Site& site, const Request& request, const Exchange& exchange, std::string_view hop) {
  std::string text(request.method == Method::kPost ? "POST " : "GET ");
  text.append(request.target).append(" HTTP/1.1\r\n");
  add(text, "Host", request.field(FieldName::kHost).empty() ? "localhost" : request.field(FieldName::kHost));
  constexpr std::pair<FieldName, std::string_view> kPassedOn[] = {
      {FieldName::kAcceptEncoding, "Accept-Encoding"},
      {FieldName::kAuthorization, "Authorization"},
      {FieldName::kContentType, "Content-Type"},
      {FieldName::kCookie, "Cookie"},
      {FieldName::kForwardedHost, "X-Forwarded-Host"},
      {FieldName::kForwardedProto, "X-Forwarded-Proto"},
      {FieldName::kIfNoneMatch, "If-None-Match"},
      {FieldName::kIfRange, "If-Range"},
      {FieldName::kOrigin, "Origin"},
      {FieldName::kRange, "Range"},
      {FieldName::kUserAgent, "User-Agent"},
  };
  for (const auto& [name, spelling] : kPassedOn) add(text, spelling, request.field(name));
  add(text, "X-Forwarded-For", client_address(site, request, exchange));
  add(text, "X-Grandstand-Hop", hop);
  if (request.method != Method::kPost) return text += "\r\n";  // a body without a length would be the next request
  add(text, "Content-Length", std::to_string(request.body.size()));
  return text.append("\r\n").append(request.body);
}

namespace {

// The connection by which the text has gone out; kUnavailable when nobody listens there.
aio::Task<Result<std::shared_ptr<Upstream>>> send(std::shared_ptr<Site> site, aio::Loop& loop, std::string address,
                                                  std::string text, bool fresh, std::chrono::seconds limit) {
  auto& pool = site->desks[loop.index()].upstreams;
  GRANDSTAND_CO_TRY(auto upstream, co_await pool.obtain(loop, address, site->parts.clock.steady(), fresh));
  upstream->stream.expires_after(limit);
  boost::system::error_code ignored;  // no answer will come then
  co_await boost::asio::async_write(upstream->stream, boost::asio::buffer(text),
                                    redirect_error(use_awaitable, ignored));
  co_return upstream;
}

// Breaks off when the client has gone, or the channel: nobody has to wait for a node that is dead.
std::unique_ptr<aio::Ticker> watch(std::shared_ptr<Site> site, aio::Loop& loop, std::string channel,
                                   std::string address, std::shared_ptr<LateReply> reply,
                                   std::shared_ptr<Upstream> upstream, std::shared_ptr<bool> streams) {
  return std::make_unique<aio::Ticker>(loop, kLookAgain, [=, channel = std::move(channel)] {
    bool there = channel.empty();
    if (!there) {
      const auto place = site->parts.elsewhere(channel);
      there = place && place->address == address;
    }
    if (there && (reply->open() || *streams)) return;
    boost::system::error_code ignored;
    upstream->stream.socket().close(ignored);
  });
}

// Whether there was an answer.
aio::Task<bool> attempt(std::shared_ptr<Site> site, aio::Loop& loop, std::string address,
                        std::shared_ptr<const Forwarded> asked, std::shared_ptr<LateReply> reply) {
  auto& pool = site->desks[loop.index()].upstreams;
  for (bool fresh = !asked->reads; reply->open(); fresh = true) {
    const auto sent = co_await send(site, loop, address, asked->text, fresh, asked->limit);
    if (!sent.ok()) co_return false;
    const auto upstream = *sent;
    RelayOptions options{.head_only = asked->head_only, .only_found = asked->only_found};
    const auto watching = watch(site, loop, asked->channel, address, reply, upstream, options.streams);
    const auto outcome = co_await relay_answer(loop, upstream, options, reply);
    const bool whole = outcome == Relayed::kWhole || outcome == Relayed::kMisdirected;
    if (whole) pool.keep(address, upstream, site->parts.clock.steady());
    if (outcome == Relayed::kWhole || outcome == Relayed::kGone) co_return true;
    // One that was kept may have been closed by the other side.
    if (outcome != Relayed::kBroken || !upstream->used) co_return false;
  }
  co_return false;
}

void give_up(Site& site, LateReply& reply, std::string why) {
  site.metrics.forwarding_failed.add();
  reply.send(make_problem(503, "unavailable", std::move(why), "Retry-After: 1\r\n"));
}

aio::Task<Status> deliver(std::shared_ptr<Site> site, aio::Loop& loop, std::shared_ptr<const Forwarded> asked,
                          std::shared_ptr<LateReply> reply) {
  const auto until = site->parts.clock.steady() + kPatience;
  boost::asio::steady_timer pause(loop.context());
  while (reply->open()) {
    const auto place = site->parts.elsewhere(asked->channel);
    if (!place) {
      if (auto* const exchange = reply->take()) asked->again(site, exchange->request(), *exchange);
      co_return success();
    }
    if (!place->address.empty()) {
      if (co_await attempt(site, loop, place->address, asked, reply)) {
        site->metrics.forwarded.add();
        co_return success();
      }
      if (!asked->reads) break;
    }
    if (site->parts.clock.steady() >= until) break;
    pause.expires_after(kLookAgain);
    boost::system::error_code ignored;
    co_await pause.async_wait(redirect_error(use_awaitable, ignored));
  }
  give_up(*site, *reply, "the node that runs the channel does not answer; try again");
  co_return success();
}

// At once or not at all: only this node can answer.
aio::Task<Status> deliver_to(std::shared_ptr<Site> site, aio::Loop& loop, std::string address,
                             std::shared_ptr<const Forwarded> asked, std::shared_ptr<LateReply> reply) {
  if (co_await attempt(site, loop, std::move(address), std::move(asked), reply)) {
    site->metrics.forwarded.add();
  } else {
    give_up(*site, *reply, "the node that this is for does not answer; try again");
  }
  co_return success();
}

}  // namespace

bool forward(const std::shared_ptr<Site>& site, std::string_view channel, const Request& request, Exchange& exchange,
             Handler again) {
  if (!site->parts.elsewhere || !site->parts.elsewhere(channel)) return false;
  const auto hop = request.field(FieldName::kGrandstandHop);
  if (hop == kArchiveHop) return false;
  if (!hop.empty()) {
    exchange.reply(make_problem(421, "unavailable", "the channel runs on another node", "Retry-After: 1\r\n"));
    return true;
  }
  auto asked = std::make_shared<Forwarded>();
  asked->channel = channel;
  asked->text = forwarded_text(*site, request, exchange);
  asked->reads = request.method != Method::kPost;
  asked->head_only = request.method == Method::kHead;
  asked->again = again;
  auto reply = exchange.defer(kAnswerTime);
  run(exchange, deliver(site, exchange.loop(), std::move(asked), reply), reply);
  return true;
}

bool forward_to_node(const std::shared_ptr<Site>& site, std::string_view node, const Request& request,
                     Exchange& exchange) {
  if (!site->parts.other_nodes || !request.field(FieldName::kGrandstandHop).empty()) return false;
  const auto others = site->parts.other_nodes();
  const auto found = std::ranges::find(others, node, &Server::Elsewhere::node);
  if (found == others.end()) return false;
  auto asked = std::make_shared<const Forwarded>(Forwarded{
      .text = forwarded_text(*site, request, exchange), .reads = request.method != Method::kPost, .limit = kFindTime});
  auto reply = exchange.defer(kAnswerTime);
  run(exchange, deliver_to(site, exchange.loop(), found->address, std::move(asked), reply), reply);
  return true;
}

aio::Task<Status> find_recorded(std::shared_ptr<Site> site, aio::Loop& loop, std::string text, Error missing,
                                std::shared_ptr<LateReply> reply) {
  const auto asked =
      std::make_shared<const Forwarded>(Forwarded{.text = std::move(text), .only_found = true, .limit = kFindTime});
  for (const auto& node : site->parts.other_nodes()) {
    if (co_await attempt(site, loop, node.address, asked, reply)) co_return success();
  }
  reply->send(make_problem(missing));
  co_return success();
}

aio::Task<Result<std::string>> ask_node(std::shared_ptr<Site> site, aio::Loop& loop, std::string address,
                                        std::string text) {
  GRANDSTAND_CO_TRY(const auto upstream, co_await send(site, loop, address, std::move(text), true, kAskTime));
  co_return co_await read_body(upstream);
}

}  // namespace grandstand::http
