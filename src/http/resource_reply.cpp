// SPDX-License-Identifier: MIT
#include "resource_reply.hpp"

#include "byte_range.hpp"
#include "negotiation.hpp"
#include "problem.hpp"

#include <string>

namespace grandstand::http {
namespace {

ByteRange wanted_range(const Request& request, const hls::Resource& resource) {
  const auto range = request.field(FieldName::kRange);
  const ByteRange whole{ByteRange::Kind::kWhole, 0, resource.body.size()};
  if (range.empty() || request.method != Method::kGet) return whole;  // RFC 9110 14.2: for GET only
  const auto if_range = request.field(FieldName::kIfRange);
  if (!if_range.empty() && if_range != resource.etag) return whole;
  return parse_range(range, resource.body.size());
}

void add_validators(ResponseHead& head, const hls::Resource& resource, bool compressed,
                    std::string_view cache_control) {
  if (!resource.etag.empty()) {
    // The compressed form is another sequence of bytes: only weakly the same (RFC 9110 8.8.1).
    if (compressed) head.lines("ETag: W/").lines(resource.etag).lines("\r\n");
    if (!compressed) head.field("ETag", resource.etag);
  }
  if (!cache_control.empty()) head.field("Cache-Control", cache_control);
  if (resource.compressible()) head.lines("Vary: Accept-Encoding\r\n");
}

}  // namespace

void send_resource(const Request& request, Exchange& exchange, const hls::Resource& resource, std::string_view lines,
                   std::string_view cache_control) {
  if (cache_control.empty()) cache_control = resource.cache_control;
  const auto range = wanted_range(request, resource);
  const bool compressed = range.kind == ByteRange::Kind::kWhole && resource.compressible() &&
                          accepts_gzip(request.field(FieldName::kAcceptEncoding));
  const auto if_none_match = request.field(FieldName::kIfNoneMatch);
  if (!if_none_match.empty() && !resource.etag.empty() && matches_etag(if_none_match, resource.etag)) {
    add_validators(exchange.begin(304).lines(lines), resource, compressed, cache_control);
    return exchange.send_without_body();
  }
  if (range.kind == ByteRange::Kind::kUnsatisfiable) {
    return exchange.reply(make_problem(416, "invalid_argument", "the range lies outside of the resource",
                                       "Content-Range: bytes */" + std::to_string(resource.body.size()) + "\r\n"));
  }
  const bool partial = range.kind == ByteRange::Kind::kPart;
  auto& head = exchange.begin(partial ? 206 : 200).lines(lines).field("Content-Type", resource.content_type);
  add_validators(head, resource, compressed, cache_control);
  if (compressed) {
    head.lines("Content-Encoding: gzip\r\n");
    return exchange.send(resource.compressed());
  }
  head.lines("Accept-Ranges: bytes\r\n");
  if (partial) {
    head.field("Content-Range", "bytes " + std::to_string(range.offset) + "-" +
                                    std::to_string(range.offset + range.length - 1) + "/" +
                                    std::to_string(resource.body.size()));
  }
  exchange.send(resource.body, range.offset, range.length);
}

}  // namespace grandstand::http
