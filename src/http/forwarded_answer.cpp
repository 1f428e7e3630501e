// SPDX-License-Identifier: MIT
#include "forwarded_answer.hpp"

#include "stream_connection.hpp"

#include <array>
#include <cstdio>
#include <string>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace grandstand::http {
namespace {

namespace beast = boost::beast;
using boost::asio::redirect_error;
using boost::asio::use_awaitable;
using HeadParser = beast::http::response_parser<beast::http::empty_body>;

constexpr std::uint64_t kMostBody = std::uint64_t{64} << 20;  // larger than any segment
constexpr std::size_t kSlice = std::size_t{64} << 10;
// A stream of which nothing comes for this long has ended.
constexpr std::chrono::seconds kSilence{30};

std::string_view view_of(beast::string_view text) {
  return {text.data(), text.size()};
}

// The fields that concern the client; the others are this connection's, or come from our own table of routes.
template <class Head>
void pass_on(const Head& head, ResponseHead& answer) {
  static constexpr std::array kPassedOn{"Accept-Ranges",    "Cache-Control", "Content-Encoding", "Content-Range",
                                        "Content-Type",     "ETag",          "Last-Modified",    "Location",
                                        "Retry-After",      "Set-Cookie",    "WWW-Authenticate", "X-Accel-Buffering",
                                        "X-HDHomeRun-Error"};
  for (const auto* const name : kPassedOn) {
    const auto [begin, end] = head.equal_range(name);
    for (auto field = begin; field != end; ++field) answer.field(name, view_of(field->value()));
  }
  if (view_of(head["Vary"]) == "Accept-Encoding") answer.field("Vary", "Accept-Encoding");
}

aio::Task<Relayed> relay_whole(std::shared_ptr<Upstream> upstream, std::shared_ptr<HeadParser> head,
                               std::shared_ptr<LateReply> reply) {
  beast::http::response_parser<beast::http::string_body> parser(std::move(*head));
  boost::system::error_code error;
  co_await beast::http::async_read(upstream->stream, upstream->buffer, parser, redirect_error(use_awaitable, error));
  if (error) co_return Relayed::kBroken;
  auto& message = parser.get();
  const int status = static_cast<int>(message.result_int());
  reply->answer([&](Exchange& exchange) {
    pass_on(message.base(), exchange.begin(status));
    if (status == 204 || status == 304) return exchange.send_without_body();
    exchange.send(SharedBytes(std::move(message.body())));
  });
  co_return parser.keep_alive() ? Relayed::kWhole : Relayed::kGone;
}

// Waits until the client has taken what it was sent; false when it has gone.
aio::Task<bool> drain(aio::Loop& loop, std::shared_ptr<BodyStream> stream) {
  if (!stream->open()) co_return false;
  if (stream->drained()) co_return true;
  auto timer =
      std::make_shared<boost::asio::steady_timer>(loop.context(), boost::asio::steady_timer::time_point::max());
  stream->on_drained = stream->on_gone = [timer] { timer->cancel(); };
  boost::system::error_code ignored;
  co_await timer->async_wait(redirect_error(use_awaitable, ignored));
  stream->on_drained = stream->on_gone = nullptr;
  co_return stream->open();
}

bool send_slice(BodyStream& stream, std::string_view bytes, bool chunked) {
  if (bytes.empty()) return stream.open();
  std::string text;
  if (chunked) {  // RFC 9112 7.1
    char size[24];
    text.assign(size, static_cast<std::size_t>(std::snprintf(size, sizeof size, "%zx\r\n", bytes.size())));
  }
  text.append(bytes);
  if (chunked) text += "\r\n";
  return stream.send(SharedBytes(std::move(text)));
}

aio::Task<Relayed> relay_stream(aio::Loop& loop, std::shared_ptr<Upstream> upstream, std::shared_ptr<HeadParser> head,
                                RelayOptions options, std::shared_ptr<LateReply> reply) {
  auto* const exchange = reply->take();
  if (exchange == nullptr) co_return Relayed::kGone;
  beast::http::response_parser<beast::http::buffer_body> parser(std::move(*head));
  parser.body_limit(boost::none);
  const bool chunked = parser.chunked() && exchange->request().version >= 11;
  auto& answer = exchange->begin(static_cast<int>(parser.get().result_int()));
  pass_on(parser.get().base(), answer);
  if (chunked) answer.field("Transfer-Encoding", "chunked");
  if (options.head_only) {
    exchange->send_without_body();
    co_return Relayed::kGone;
  }
  *options.streams = true;
  const auto stream = exchange->begin_stream(Exchange::kMediaQueue);
  std::string slice(kSlice, '\0');
  while (!parser.is_done()) {
    if (!co_await drain(loop, stream)) co_return Relayed::kGone;
    parser.get().body() = {slice.data(), slice.size(), true};
    upstream->stream.expires_after(kSilence);
    boost::system::error_code error;
    co_await beast::http::async_read_some(upstream->stream, upstream->buffer, parser,
                                          redirect_error(use_awaitable, error));
    if (error == beast::http::error::need_buffer) error = {};
    const auto read = slice.size() - parser.get().body().size;
    if (!send_slice(*stream, std::string_view(slice).substr(0, read), chunked)) co_return Relayed::kGone;
    if (!error) continue;
    if (stream->open()) stream->end();
    co_return Relayed::kGone;
  }
  if (chunked && stream->open()) stream->send(SharedBytes(std::string("0\r\n\r\n")));
  if (stream->open()) stream->end();
  co_return Relayed::kGone;
}

}  // namespace

aio::Task<Result<std::string>> read_body(std::shared_ptr<Upstream> upstream) {
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(kMostBody);
  boost::system::error_code error;
  co_await beast::http::async_read(upstream->stream, upstream->buffer, parser, redirect_error(use_awaitable, error));
  if (error) co_return Error{ErrorCode::kUnavailable, "another node does not answer: " + error.message()};
  if (parser.get().result_int() != 200) {
    co_return Error{ErrorCode::kUnavailable, "another node answered " + std::to_string(parser.get().result_int())};
  }
  co_return std::move(parser.get().body());
}

aio::Task<Relayed> relay_answer(aio::Loop& loop, std::shared_ptr<Upstream> upstream, RelayOptions options,
                                std::shared_ptr<LateReply> reply) {
  const auto head = std::make_shared<HeadParser>();
  head->body_limit(kMostBody);
  boost::system::error_code error;
  co_await beast::http::async_read_header(upstream->stream, upstream->buffer, *head,
                                          redirect_error(use_awaitable, error));
  if (error) co_return reply->open() ? Relayed::kBroken : Relayed::kGone;
  const auto status = head->get().result_int();
  if (status == 421 || (options.only_found && status == 404)) {
    beast::http::response_parser<beast::http::string_body> rest(std::move(*head));
    co_await beast::http::async_read(upstream->stream, upstream->buffer, rest, redirect_error(use_awaitable, error));
    if (error || !rest.keep_alive()) upstream->stream.close();
    co_return Relayed::kMisdirected;
  }
  const bool empty = status == 204 || status == 304;
  if (empty || head->content_length()) co_return co_await relay_whole(std::move(upstream), head, reply);
  co_return co_await relay_stream(loop, std::move(upstream), head, std::move(options), reply);
}

}  // namespace grandstand::http
