// SPDX-License-Identifier: MIT
#include "upstream.hpp"

#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/url/parse.hpp>

namespace grandstand::http {
namespace {

using boost::asio::redirect_error;
using boost::asio::use_awaitable;
using boost::asio::ip::tcp;

constexpr std::chrono::seconds kConnectTime{1};
// Less than http.idle_timeout of any sense.
constexpr std::chrono::seconds kMostIdleTime{15};

Error cannot_reach(const std::string& address, const std::string& why) {
  return {ErrorCode::kUnavailable, "the node at " + address + " cannot be reached: " + why};
}

}  // namespace

aio::Task<Result<std::shared_ptr<Upstream>>> UpstreamPool::obtain(aio::Loop& loop, std::string address, SteadyTime now,
                                                                  bool fresh) {
  auto& kept = idle_[address];
  while (!fresh && !kept.empty()) {
    auto upstream = std::move(kept.back());
    kept.pop_back();
    if (now - upstream->idle_since < kMostIdleTime) co_return upstream;
  }
  const auto url = boost::urls::parse_uri(address);
  if (!url || url->scheme() != "http" || url->host().empty()) {
    co_return cannot_reach(address, "it is not a URL like http://10.0.0.5:8080");
  }
  boost::system::error_code error;
  tcp::resolver resolver(loop.context());
  const std::string port = url->has_port() ? std::string(url->port()) : "80";
  const auto places = co_await resolver.async_resolve(url->host_address(), port, redirect_error(use_awaitable, error));
  if (error) co_return cannot_reach(address, error.message());
  auto upstream = std::make_shared<Upstream>(loop);
  upstream->stream.expires_after(kConnectTime);
  co_await upstream->stream.async_connect(places, redirect_error(use_awaitable, error));
  if (error) co_return cannot_reach(address, error.message());
  upstream->stream.socket().set_option(tcp::no_delay(true), error);
  co_return upstream;
}

void UpstreamPool::keep(const std::string& address, std::shared_ptr<Upstream> upstream, SteadyTime now) {
  auto& kept = idle_[address];
  // What has come already would be taken for the next answer.
  if (kept.size() >= kMostIdle || !upstream->stream.socket().is_open() || upstream->buffer.size() > 0) return;
  upstream->used = true;
  upstream->idle_since = now;
  upstream->stream.expires_never();
  kept.push_back(std::move(upstream));
}

}  // namespace grandstand::http
