// SPDX-License-Identifier: MIT
#include "file_routes.hpp"

#include "problem.hpp"
#include "resource_reply.hpp"
#include "uri_text.hpp"

namespace grandstand::http {
namespace {

// No script, style or connection but our own; pictures may come from anywhere over https, because channel logos do.
// Cameras and microphones are for calls.
constexpr std::string_view kSecurityLines =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data: blob: https:; media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'; "
    "manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(self), display-capture=(), geolocation=(), hid=(), microphone=(self), midi=(), "
    "payment=(), "
    "serial=(), usb=()\r\n"
    "Referrer-Policy: strict-origin-when-cross-origin\r\n"
    "X-Frame-Options: DENY\r\n";

constexpr std::string_view kNotBuilt =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Grandstand</title>"
    "<h1>Grandstand is running</h1>"
    "<p>The web application is not installed. Build it with <code>npm ci &amp;&amp; npm run build</code> in "
    "<code>src/webui</code> and set <code>http.web_root</code> to its <code>dist</code> folder.</p>"
    "<p>Players: <a href=\"/playlist.m3u\">/playlist.m3u</a>. API: <a "
    "href=\"/api/v1/channels\">/api/v1/channels</a>.</p>";

}  // namespace

void handle_file(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  const auto path = percent_decode(request.path);
  if (!path) return exchange.reply(make_problem(400, "invalid_argument", "the path is not well percent-encoded UTF-8"));
  if (const auto resource = site->files.find(*path)) {
    return send_resource(request, exchange, *resource, kSecurityLines);
  }
  if (*path == "/" && site->files.empty()) {
    Reply reply;
    reply.content_type = "text/html; charset=utf-8";
    reply.fields = "Cache-Control: no-cache\r\n" + std::string(kSecurityLines);
    reply.body = kNotBuilt;
    return exchange.reply(std::move(reply));
  }
  exchange.reply(make_problem(404, "not_found", "there is nothing here", std::string(kSecurityLines)));
}

}  // namespace grandstand::http
