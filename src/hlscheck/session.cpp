// SPDX-License-Identifier: MIT
#include "session.hpp"

#include <algorithm>

namespace grandstand::hlscheck {
namespace {

constexpr std::size_t kMaxRoundTrips = 1'000;
constexpr std::size_t kMaxNotes = 50;
constexpr std::size_t kMaxBody = std::size_t{64} << 20;

}  // namespace

Result<fetch::Response> Session::get(const std::string& url, const Ask& ask) {
  if (stopped()) return Error{ErrorCode::kCancelled, "the check has reached its limit of requests or bytes"};
  fetch::Request request;
  request.method = ask.method;
  request.url = url;
  request.headers = ask.headers;
  request.headers.push_back("Origin: http://player.invalid");  // without it servers need not send CORS headers
  if (ask.range) {
    request.headers.push_back("Range: bytes=" + std::to_string(ask.range->offset) + "-" +
                              std::to_string(ask.range->offset + ask.range->length - 1));
  }
  request.timeout = ask.timeout;
  request.max_body_bytes = kMaxBody;
  request.decompress = ask.decompress;
  request.allow_files = options_.url.starts_with("file:");
  ++report_.requests;
  auto response = world_.fetch(request);
  if (response) {
    report_.bytes += response->body.size();
    if (round_trips_.size() < kMaxRoundTrips && ask.timeout <= Ask{}.timeout) {
      round_trips_.push_back(response->time_to_first_byte);
    }
  }
  return response;
}

bool Session::stopped() const {
  return world_.cancelled() || report_.requests >= options_.max_requests || report_.bytes >= options_.max_bytes;
}

std::optional<Seconds> Session::round_trip() const {
  if (round_trips_.empty()) return std::nullopt;
  auto sorted = round_trips_;
  std::ranges::sort(sorted);
  return sorted[sorted.size() * 95 / 100];
}

void Session::note(const std::string& text) {
  if (report_.notes.size() < kMaxNotes && std::ranges::find(report_.notes, text) == report_.notes.end()) {
    report_.notes.push_back(text);
  }
}

bool is_success(const fetch::Response& response) {
  return response.status == 200 || response.status == 206 || response.status == 0;
}

}  // namespace grandstand::hlscheck
