// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ip_network.hpp>
#include <grandstand/base/result.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grandstand::fetch {

// One HTTP or HTTPS exchange with another server (RFC 9110), by libcurl.
struct Request {
  std::string method = "GET";
  std::string url;                            // http:// or https://; file:// only with allow_files
  std::vector<std::string> headers;           // whole lines without CRLF: "Accept: text/vtt"
  std::string body;                           // sent when not empty, with POST or PUT
  std::chrono::milliseconds timeout{10'000};  // for all of it
  std::chrono::milliseconds connect_timeout{5'000};
  std::size_t max_body_bytes = 16u << 20;  // more is an error (kTooLarge)
  int max_redirects = 5;                   // 0: a redirect is an answer like any other
  bool decompress = true;                  // gzip and whatever else libcurl knows; asked for with Accept-Encoding
  bool allow_files = false;                // file:// URLs are read too
  // Asked of each address that is about to be connected to, after the name was resolved; false: kForbidden. Then no
  // proxy is used, which would resolve for itself; connections that the thread keeps open are not asked about again.
  // Empty: everything may be connected to.
  std::function<bool(const IpAddress& address)> may_connect = {};
};

struct Response {
  int status = 0;                                            // 0 for files
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case; of the last answer, in order
  std::string body;
  std::string url;       // where the body came from, after redirects
  std::string protocol;  // "HTTP/1.1", "HTTP/2"
  std::chrono::microseconds time_to_first_byte{0};
  std::chrono::microseconds total_time{0};

  // The first header of that name (in lower case), or nullptr.
  const std::string* header(std::string_view name) const;
};

// Performs the request on the calling thread, which it blocks: never from an event loop (use aio::Offload).
// HTTPS servers must show a certificate of the system's authorities, or of those in the file that SSL_CERT_FILE names.
// Errors: kInvalidArgument for a URL that cannot be one, kUnavailable when the server cannot be reached or breaks off,
// kTimeout, kTooLarge, kCancelled,
// kForbidden (may_connect). A status of 400 and above is a Response, not an error. Messages name the URL without
// its credentials and query. `cancelled`, if given, is asked about once a second and ends it. Safe from any thread;
// connections to the same server are kept open per calling thread.
Result<Response> perform(const Request& request, const std::function<bool()>& cancelled = {});

}  // namespace grandstand::fetch
