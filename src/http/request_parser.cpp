// SPDX-License-Identifier: MIT
#include "request_parser.hpp"

#include <functional>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace grandstand::http {
namespace {

namespace beast = boost::beast;
using Field = beast::http::field;
using GrammarError = beast::http::error;

// A range of the buffer, which may move while the body is awaited.
struct Place {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  std::string_view in(std::string_view buffer) const { return buffer.substr(offset, length); }
};

Method to_method(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
      return Method::kGet;
    case beast::http::verb::head:
      return Method::kHead;
    case beast::http::verb::post:
      return Method::kPost;
    case beast::http::verb::put:
      return Method::kPut;
    case beast::http::verb::patch:
      return Method::kPatch;
    case beast::http::verb::delete_:
      return Method::kDelete;
    case beast::http::verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

FieldName to_field_name(Field field, std::string_view name) {
  switch (field) {
    case Field::accept:
      return FieldName::kAccept;
    case Field::accept_encoding:
      return FieldName::kAcceptEncoding;
    case Field::authorization:
      return FieldName::kAuthorization;
    case Field::content_type:
      return FieldName::kContentType;
    case Field::cookie:
      return FieldName::kCookie;
    case Field::expect:
      return FieldName::kExpect;
    case Field::host:
      return FieldName::kHost;
    case Field::if_none_match:
      return FieldName::kIfNoneMatch;
    case Field::if_range:
      return FieldName::kIfRange;
    case Field::origin:
      return FieldName::kOrigin;
    case Field::range:
      return FieldName::kRange;
    case Field::sec_websocket_key:
      return FieldName::kSecWebSocketKey;
    case Field::sec_websocket_protocol:
      return FieldName::kSecWebSocketProtocol;
    case Field::sec_websocket_version:
      return FieldName::kSecWebSocketVersion;
    case Field::upgrade:
      return FieldName::kUpgrade;
    case Field::user_agent:
      return FieldName::kUserAgent;
    case Field::unknown:
      if (name.size() < 14 || (name[0] != 'X' && name[0] != 'x')) return FieldName::kCount;
      if (beast::iequals(name, "x-original-uri")) return FieldName::kOriginalUri;
      if (beast::iequals(name, "x-forwarded-for")) return FieldName::kForwardedFor;
      if (beast::iequals(name, "x-forwarded-host")) return FieldName::kForwardedHost;
      if (beast::iequals(name, "x-forwarded-proto")) return FieldName::kForwardedProto;
      if (beast::iequals(name, "x-grandstand-hop")) return FieldName::kGrandstandHop;
      return FieldName::kCount;
    default:
      return FieldName::kCount;
  }
}

// Two of these would let two servers believe different things.
bool must_be_single(FieldName name) {
  return name == FieldName::kHost || name == FieldName::kOrigin || name == FieldName::kAuthorization ||
         name == FieldName::kSecWebSocketKey || name == FieldName::kSecWebSocketVersion;
}

class FieldRecorder final : public beast::http::basic_parser<true> {
 public:
  explicit FieldRecorder(RequestParser::Limits limits) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    body_limit(limits.body_bytes);
  }

  std::string_view buffer;  // what is being parsed
  Method method = Method::kOther;
  int version = 11;
  Place target;
  std::array<Place, static_cast<std::size_t>(FieldName::kCount)> places{};
  std::uint32_t present = 0;
  std::string body;
  std::string forwarded_for;  // all of its lines as one
  std::optional<Refusal> refusal;

  bool has(FieldName name) const { return (present >> static_cast<unsigned>(name)) & 1U; }

 private:
  std::optional<Place> place_of(beast::string_view text) const {
    if (text.empty()) return Place{};
    const std::less<const char*> before;
    if (before(text.data(), buffer.data()) || !before(text.data(), buffer.data() + buffer.size())) return std::nullopt;
    return Place{static_cast<std::uint32_t>(text.data() - buffer.data()), static_cast<std::uint32_t>(text.size())};
  }

  void refuse(int status, std::string reason, beast::error_code& error) {
    refusal = Refusal{status, std::move(reason)};
    error = GrammarError::bad_value;
  }

  void on_request_impl(beast::http::verb verb, beast::string_view, beast::string_view uri, int http_version,
                       beast::error_code&) override {
    method = to_method(verb);
    version = http_version;
    target = place_of(uri).value_or(Place{});
  }

  void on_field_impl(Field field, beast::string_view name, beast::string_view value,
                     beast::error_code& error) override {
    // RFC 9112 5.2: a folded field (unfolded by the grammar into a buffer of its own) is answered with 400.
    const auto place = place_of(value);
    if (!place) return refuse(400, "a header field is folded over several lines", error);
    // Beast 1.81 aborts on some malformed chunks (an assertion in parse_chunk_header, found by http_fuzz), and nobody
    // who speaks with us needs them: RFC 9112 6.3 lets a server ask for a length.
    if (field == Field::transfer_encoding) {
      const bool chunked = beast::iequals(value, "chunked");
      return refuse(chunked ? 411 : 501, "Transfer-Encoding is not understood: send a Content-Length", error);
    }
    const FieldName known = to_field_name(field, {name.data(), name.size()});
    if (known == FieldName::kCount) return;
    if (has(known)) {
      if (must_be_single(known)) refuse(400, std::string(name) + " is given twice", error);
      // Of several lines the last is what the nearest proxy says; the first may be the client's own.
      if (known == FieldName::kForwardedFor) forwarded_for += ", " + std::string(value);
      return;
    }
    if (known == FieldName::kForwardedFor) forwarded_for = value;
    present |= 1U << static_cast<unsigned>(known);
    places[static_cast<std::size_t>(known)] = *place;
  }

  void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
  void on_header_impl(beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(beast::string_view text, beast::error_code&) override {
    body.append(text.data(), text.size());
    return text.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, beast::error_code&) override { return 0; }
  void on_finish_impl(beast::error_code&) override {}
};

Refusal explain(const beast::error_code& error, std::string_view bytes, RequestParser::Limits limits) {
  if (error == GrammarError::header_limit) {
    if (bytes.find('\n') == std::string_view::npos) return {414, "the request line is too long"};
    return {431, "the header is longer than " + std::to_string(limits.header_bytes) + " bytes"};
  }
  if (error == GrammarError::body_limit) {
    return {413, "the body is longer than " + std::to_string(limits.body_bytes) + " bytes"};
  }
  if (error == GrammarError::bad_version) {
    const auto line = bytes.substr(0, bytes.find('\n'));
    if (line.find(" HTTP/") != std::string_view::npos) return {505, "HTTP/1.1 and HTTP/1.0 are spoken here"};
  }
  return {400, "the request is malformed: " + error.message()};
}

}  // namespace

struct RequestParser::Grammar {
  std::optional<FieldRecorder> recorder;
};

RequestParser::RequestParser(Limits limits) : limits_(limits), grammar_(std::make_unique<Grammar>()) {
  reset();
}
RequestParser::~RequestParser() = default;

void RequestParser::reset() {
  grammar_->recorder.emplace(limits_);
  skipped_ = fed_ = consumed_ = 0;
}

bool RequestParser::header_complete() const {
  return grammar_->recorder->is_header_done();
}

bool RequestParser::expects_continue() const {
  const auto& recorder = *grammar_->recorder;
  if (!recorder.is_header_done() || recorder.is_done() || !recorder.body.empty()) return false;
  const auto& place = recorder.places[static_cast<std::size_t>(FieldName::kExpect)];
  return beast::iequals(place.in(recorder.buffer), "100-continue");
}

RequestParser::Progress RequestParser::refuse(int status, std::string reason) {
  refusal_ = {status, std::move(reason)};
  return Progress::kRefused;
}

// The grammar applies its limit to what one call sees of the header; fields that come one by one would never reach it.
RequestParser::Progress RequestParser::refuse_header(std::string_view message) {
  refusal_ = explain(make_error_code(GrammarError::header_limit), message, limits_);
  return Progress::kRefused;
}

RequestParser::Progress RequestParser::want_more(std::string_view message) {
  if (header_complete() || message.size() <= limits_.header_bytes) return Progress::kNeedMore;
  return refuse_header(message);
}

RequestParser::Progress RequestParser::parse(std::string_view bytes) {
  auto& recorder = *grammar_->recorder;
  // RFC 9112 2.2: empty lines before the request line are ignored (a few).
  while (fed_ == 0 && skipped_ < 8 && skipped_ < bytes.size() && (bytes[skipped_] == '\r' || bytes[skipped_] == '\n')) {
    ++skipped_;
  }
  const auto message = bytes.substr(skipped_);
  recorder.buffer = message;
  while (!recorder.is_done()) {
    if (fed_ >= message.size()) return want_more(message);
    const bool in_header = !recorder.is_header_done();
    beast::error_code error;
    fed_ += recorder.put(boost::asio::buffer(message.data() + fed_, message.size() - fed_), error);
    if (error == GrammarError::need_more) return want_more(message);
    if (error) {
      refusal_ = recorder.refusal ? *recorder.refusal : explain(error, message, limits_);
      return Progress::kRefused;
    }
    if (in_header && recorder.is_header_done() && fed_ > limits_.header_bytes) return refuse_header(message);
  }
  return finish(message);
}

RequestParser::Progress RequestParser::finish(std::string_view message) {
  auto& recorder = *grammar_->recorder;
  consumed_ = skipped_ + fed_;
  request_.method = recorder.method;
  request_.version = recorder.version;
  request_.keep_alive = recorder.keep_alive();
  request_.upgrade = recorder.upgrade();
  for (std::size_t i = 0; i < recorder.places.size(); ++i) request_.fields[i] = recorder.places[i].in(message);
  request_.fields[static_cast<std::size_t>(FieldName::kForwardedFor)] = recorder.forwarded_for;
  request_.body = recorder.body;
  if (request_.version >= 11 && !recorder.has(FieldName::kHost)) return refuse(400, "the Host field is missing");

  auto target = recorder.target.in(message);
  // RFC 9112 3.2.2: the absolute form must be accepted, its authority replaces Host (which nothing is routed by).
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size() || !beast::iequals(target.substr(0, scheme.size()), scheme)) continue;
    const auto slash = target.find_first_of("/?", scheme.size());
    target = slash == std::string_view::npos || target[slash] == '?' ? std::string_view("/") : target.substr(slash);
    break;
  }
  if (target == "*" && request_.method == Method::kOptions) target = "/";
  if (!target.starts_with('/')) return refuse(400, "the request target is neither a path nor an http URL");
  const auto question = target.find('?');
  request_.target = target;
  request_.path = target.substr(0, question);
  request_.query = question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
  return Progress::kComplete;
}

}  // namespace grandstand::http
