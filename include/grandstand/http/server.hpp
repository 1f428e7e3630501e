// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/access/gate.hpp>
#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/channels/catalogue.hpp>
#include <grandstand/dvr/archive.hpp>
#include <grandstand/guide/guide.hpp>
#include <grandstand/hls/origin.hpp>
#include <grandstand/http/client_settings.hpp>
#include <grandstand/http/settings.hpp>
#include <grandstand/hub/hub.hpp>
#include <grandstand/identity/accounts.hpp>
#include <grandstand/ops/health.hpp>
#include <grandstand/ops/metrics.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::webhooks {
class Webhooks;
}

namespace grandstand::http {

// HTTP/1.1 and WebSocket on one port: web application, /live, /playlist.m3u, /api/v1, /ws, /metrics, /healthz, /readyz.
//
// Behind a proxy: X-Forwarded-Proto and -Host (when sane) make the URLs of /playlist.m3u, the Secure of cookies and the
// own origin; X-Forwarded-For is believed from settings.trusted_proxies.
//
// Series: grandstand_http_requests_total{route,status}, grandstand_http_bytes_sent_total, grandstand_http_connections,
// grandstand_http_refused_total{reason}, grandstand_websocket_connections, grandstand_websocket_dropped_total (passing
// state that slow readers were spared), grandstand_websocket_closed_total{reason}.
//
// Owner: app.   Runs on: all loops; each connection stays on one.   Stops: stop_accepting(), then stop().
class Server {
 public:
  struct Elsewhere {
    std::string node;
    std::string address;  // of its HTTP: "http://10.0.0.5:8080"; empty: no node runs it for the moment
  };
  struct Context {
    aio::Runtime& runtime;
    const Clock& clock;
    ops::Metrics& metrics;
    ops::Health& health;
    hls::Origin& origin;
    channels::Catalogue& catalogue;
    identity::Accounts& accounts;
    hub::Hub& hub;
    ClientSettings clients;
    guide::Guide* guide = nullptr;          // none: /epg.xml and /api/v1/guide are not there
    access::Gate* gate = nullptr;           // none: everybody may watch everything
    const dvr::Archive* archive = nullptr;  // null: nothing is recorded
    // Where a channel of the lineup runs when that is not here; none: all run here. Any thread.
    std::function<std::optional<Elsewhere>(std::string_view channel)> elsewhere = {};
    webhooks::Webhooks* webhooks = nullptr;  // null: other systems are not told of anything
    // The nodes that are alive beside this one: what was recorded, or whoever listens, may be on any of them. Any
    // thread.
    std::function<std::vector<Elsewhere>()> other_nodes = {};
    std::string node = {};  // this one's name among them; empty: it is alone
  };
  // Binds; kUnavailable when the address is taken.
  static Result<std::unique_ptr<Server>> create(Settings settings, Context context);
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;  // the bound one (settings.port 0: any)
  virtual void stop_accepting() = 0;
  // Closes what is open; responses under way get up to `grace` to finish. Blocking; not from a loop.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace grandstand::http
