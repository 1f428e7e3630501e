// SPDX-License-Identifier: MIT
#include <grandstand/base/log.hpp>
#include <grandstand/base/text.hpp>
#include <grandstand/fetch/fetch.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <memory>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace grandstand::fetch {
namespace {

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// One handle per thread keeps the connections of that thread open between requests.
CURL* thread_handle() {
  static const bool initialised = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  thread_local const std::unique_ptr<CURL, EasyCleanup> easy(initialised ? curl_easy_init() : nullptr);
  return easy.get();
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

struct Transfer {
  const Request& request;
  const std::function<bool()>& cancelled;
  Response response;
  bool too_large = false;
  bool refused = false;  // by may_connect
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& response = static_cast<Transfer*>(user)->response;
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {
    response.headers.clear();  // of a redirect, or of 100 Continue
    response.protocol = std::string(line.substr(0, line.find(' ')));
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    response.headers.emplace_back(lower(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
  }
  return size * count;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const auto bytes = size * count;
  transfer.too_large = bytes > transfer.request.max_body_bytes - transfer.response.body.size();
  if (transfer.too_large) return 0;
  transfer.response.body.append(data, bytes);
  return bytes;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& transfer = *static_cast<Transfer*>(user);
  return transfer.cancelled && transfer.cancelled() ? 1 : 0;
}

// What the name resolved to is what is connected to, so nothing can change in between.
curl_socket_t on_open(void* user, curlsocktype, curl_sockaddr* where) {
  auto& transfer = *static_cast<Transfer*>(user);
  char text[INET6_ADDRSTRLEN] = {};
  const void* raw = nullptr;
  if (where->family == AF_INET) raw = &reinterpret_cast<const sockaddr_in*>(&where->addr)->sin_addr;
  if (where->family == AF_INET6) raw = &reinterpret_cast<const sockaddr_in6*>(&where->addr)->sin6_addr;
  if (raw != nullptr) ::inet_ntop(where->family, raw, text, sizeof text);
  const auto address = IpAddress::parse(text);
  if (!address || !transfer.request.may_connect(*address)) {
    transfer.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(where->family, where->socktype | SOCK_CLOEXEC, where->protocol);
}

void set_options(CURL* easy, Transfer& transfer, curl_slist* headers) {
  const auto& request = transfer.request;
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  // OpenSSL's name for certificate authorities of one's own; libcurl leaves it to its callers.
  if (const char* authorities = std::getenv("SSL_CERT_FILE"); authorities != nullptr && *authorities != '\0') {
    curl_easy_setopt(easy, CURLOPT_CAINFO, authorities);
  }
  const char* const protocols = request.allow_files ? "http,https,file" : "http,https";
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request.max_redirects > 0 ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(request.max_redirects));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "Grandstand/" GRANDSTAND_VERSION);
  if (request.may_connect) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
  }
  if (request.decompress) curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  if (request.method == "HEAD") curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  if (!request.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method != "HEAD" && !(request.method == "GET" && request.body.empty())) {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &transfer);
}

ErrorCode code_of(CURLcode code, const Transfer& transfer) {
  if (transfer.too_large) return ErrorCode::kTooLarge;
  if (transfer.refused) return ErrorCode::kForbidden;
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return ErrorCode::kInvalidArgument;
    case CURLE_OPERATION_TIMEDOUT:
      return ErrorCode::kTimeout;
    case CURLE_ABORTED_BY_CALLBACK:
      return ErrorCode::kCancelled;
    default:
      return ErrorCode::kUnavailable;
  }
}

}  // namespace

const std::string* Response::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [&](const auto& header) { return header.first == name; });
  return found == headers.end() ? nullptr : &found->second;
}

Result<Response> perform(const Request& request, const std::function<bool()>& cancelled) {
  CURL* const easy = thread_handle();
  if (easy == nullptr) return Error{ErrorCode::kInternal, "libcurl cannot be initialised"};
  curl_easy_reset(easy);
  Transfer transfer{.request = request, .cancelled = cancelled, .response = {}};
  std::unique_ptr<curl_slist, ListCleanup> headers;
  for (const auto& line : request.headers) headers.reset(curl_slist_append(headers.release(), line.c_str()));
  set_options(easy, transfer, headers.get());

  const auto outcome = curl_easy_perform(easy);
  if (outcome != CURLE_OK) {
    const auto why = transfer.too_large
                         ? "the answer is longer than " + std::to_string(request.max_body_bytes) + " bytes"
                     : transfer.refused ? "its address may not be connected to"
                                        : std::string(curl_easy_strerror(outcome));
    return Error{code_of(outcome, transfer), log::redact(request.url) + ": " + why};
  }
  auto& response = transfer.response;
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  const char* url = nullptr;
  curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
  if (url != nullptr) response.url = url;
  curl_off_t first_byte = 0;
  curl_off_t total = 0;
  curl_easy_getinfo(easy, CURLINFO_STARTTRANSFER_TIME_T, &first_byte);
  curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &total);
  response.time_to_first_byte = std::chrono::microseconds(first_byte);
  response.total_time = std::chrono::microseconds(total);
  return std::move(response);
}

}  // namespace grandstand::fetch
