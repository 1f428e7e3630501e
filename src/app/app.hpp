// SPDX-License-Identifier: MIT
#pragma once

#include "channel_spread.hpp"
#include "open_database.hpp"
#include "sequence_keeper.hpp"

#include <grandstand/access/gate.hpp>
#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/channels/catalogue.hpp>
#include <grandstand/cluster/bus.hpp>
#include <grandstand/cluster/leases.hpp>
#include <grandstand/config/server_config.hpp>
#include <grandstand/dvr/archive.hpp>
#include <grandstand/guide/guide.hpp>
#include <grandstand/hls/origin.hpp>
#include <grandstand/http/server.hpp>
#include <grandstand/hub/hub.hpp>
#include <grandstand/identity/accounts.hpp>
#include <grandstand/ingest/rtmp_server.hpp>
#include <grandstand/ops/health.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/room/feature.hpp>
#include <grandstand/sfu/janus.hpp>
#include <grandstand/webhooks/webhooks.hpp>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace grandstand::app {

// The daemon: its members, in start order, are the server. They are stopped in the opposite order.
//
// Owner: main.   Runs on: construct, use and stop on the main thread, which never runs a loop: it supervises.
class App {
 public:
  // Blocks until everything serves. Errors are for people: what cannot be reached, bound or read, and why.
  static Result<std::unique_ptr<App>> start(config::ServerConfig config);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // Applies the lineup file as a difference; an invalid file changes nothing, its first faults are logged.
  Status reload_lineup();

  // Call a few times a second: revives the private PostgreSQL when it died, counts what the log left out, keeps how
  // far playlists have counted.
  void supervise();

  // Whether the loops answered within the last few seconds: what the service manager's watchdog wants to know.
  bool alive() const;

  // Drains viewers, writes what is queued, stops everything.
  void stop();

  std::string address() const;  // "http://localhost:8080"
  const std::filesystem::path& lineup_file() const { return config_.channels_file; }

 private:
  explicit App(config::ServerConfig config);
  void apply(const channels::Lineup& lineup);
  void open_archive(const std::string& segment_secret);
  Status join_cluster();
  void start_cluster();
  void tell_health();
  void watch_loop();
  void on_control_loop(std::function<void()> work);  // runs it on loop 0 and waits

  // given
  config::ServerConfig config_;

  // in start order
  SystemClock clock_;
  ops::Metrics metrics_;
  ops::Health health_;
  OpenDatabase storage_;
  std::unique_ptr<identity::Accounts> accounts_;
  aio::Runtime runtime_;
  std::unique_ptr<access::Gate> gate_;
  std::unique_ptr<guide::Guide> guide_;
  std::unique_ptr<ingest::RtmpServer> rtmp_;
  hls::Origin origin_;
  SequenceKeeper sequence_keeper_;
  std::unique_ptr<dvr::Archive> archive_;  // null: its directory cannot be used
  std::unique_ptr<channels::Catalogue> catalogue_;
  std::unique_ptr<webhooks::Webhooks> webhooks_;  // null: switched off
  std::shared_ptr<sfu::Janus> sfu_;               // null: there is none
  std::unique_ptr<room::FeatureCatalogue> features_;
  std::unique_ptr<cluster::Bus> bus_;  // null, both: this node is alone
  std::unique_ptr<cluster::Leases> leases_;
  std::unique_ptr<cluster::Leases> channel_leases_;  // null, both: every channel runs here
  std::unique_ptr<ChannelSpread> spread_;
  std::unique_ptr<hub::Hub> hub_;
  std::unique_ptr<http::Server> http_;

  // state
  std::unique_ptr<aio::Ticker> heartbeat_;  // of loop 0
  std::unique_ptr<aio::Ticker> expiry_;     // of the archive, on loop 0
  std::atomic<SteadyTime> last_answer_{};
  bool stopped_ = false;
  struct {
    ops::Counter applied, invalid;
  } reloads_;
  ops::Counter log_left_out_;
  std::uint64_t left_out_told_ = 0;
};

}  // namespace grandstand::app
