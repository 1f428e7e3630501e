// SPDX-License-Identifier: MIT
#pragma once

#include "echo_feature.hpp"
#include "manual_clock.hpp"
#include "on_loop.hpp"
#include "test_database.hpp"

#include <grandstand/access/gate.hpp>
#include <grandstand/channels/catalogue.hpp>
#include <grandstand/hls/packager.hpp>
#include <grandstand/http/server.hpp>
#include <grandstand/hub/hub.hpp>

#include <functional>
#include <optional>

#include <unistd.h>

namespace grandstand::http {

// A server of real parts on a free port: channels "demo" and "quick" (low latency) whose packagers have been fed, a
// channel "news" that waits for its feed, and a hub with the echo feature. The clock stands still until a test moves
// it; the ticks that look at it are real.
class RunningServer {
 public:
  static constexpr std::size_t kSampleBytes = 8'000;

  explicit RunningServer(storage::Database& database, Settings settings = {}, hub::Settings hub_settings = {},
                         guide::Guide* guide = nullptr, const std::optional<access::Settings>& access = {},
                         const dvr::Archive* archive = nullptr,
                         std::function<std::optional<Server::Elsewhere>(std::string_view)> elsewhere = {},
                         std::function<std::vector<Server::Elsewhere>()> other_nodes = {}, std::string node = {})
      : database_(database),
        packager_(std::make_shared<hls::Packager>(ChannelId("demo"), fmp4_only(), clock.utc(), metrics)),
        low_latency_(std::make_shared<hls::Packager>(ChannelId("quick"), hls::Settings{}, clock.utc(), metrics)),
        catalogue_({runtime_, clock, metrics, origin_, nullptr, {}}),
        accounts_({}, database, clock, metrics),
        hub_(hub_settings, {runtime_, clock, metrics, accounts_, *features_.features}) {
    settings.address = "127.0.0.1";
    settings.port = 0;
    origin_.add(ChannelId("demo"), packager_);
    origin_.add(ChannelId("quick"), low_latency_);
    health.set("database", true);
    runtime_.start();
    on_loop([this] {
      const auto tracks = std::make_shared<media::TrackSet>(media::TrackSet{{sound()}});
      if (!packager_->set_tracks(tracks, {}).ok()) std::abort();
      if (!low_latency_->set_tracks(tracks, {}).ok()) std::abort();
      hub_.set_rooms({RoomId("channel:demo"), RoomId("channel:news")});
      channels::Lineup lineup;
      lineup.channels.push_back({ChannelId("news"), "News", 1, "Info", "/logos/news.svg", {}, {}});
      lineup.channels.back().sources.emplace_back();
      lineup.channels.back().sources.back().url = "udp://127.0.0.1:" + std::to_string(20'000 + ::getpid() % 10'000);
      catalogue_.apply(lineup);
    });
    feed(15);
    if (access) gate = access::Gate::create(*access, {runtime_, clock, metrics, accounts_}).value();
    auto created = Server::create(settings, {runtime_,
                                             clock,
                                             metrics,
                                             health,
                                             origin_,
                                             catalogue_,
                                             accounts_,
                                             hub_,
                                             {},
                                             guide,
                                             gate.get(),
                                             archive,
                                             std::move(elsewhere),
                                             nullptr,
                                             std::move(other_nodes),
                                             std::move(node)});
    if (!created.ok()) std::abort();
    server = std::move(*created);
  }

  ~RunningServer() {
    if (server) server->stop(std::chrono::milliseconds{200});
    hub_.stop();
    if (gate) gate->stop();
    on_loop([this] { catalogue_.stop(); });
    accounts_.stop();
    database_.stop();  // its threads post to the loops
    runtime_.stop();
    runtime_.join();
  }

  std::uint16_t port() const { return server->port(); }
  hub::Hub& hub() { return hub_; }
  identity::Accounts& accounts() { return accounts_; }
  aio::Loop& loop() { return runtime_.loop(0); }

  // Packages so many seconds of sound, at once.
  void feed(int seconds) {
    on_loop([this, seconds] {
      for (int i = 0; i < seconds * 48'000 / 1'024; ++i, ++fed_) {
        media::Sample sample;
        sample.track = 1;
        sample.dts = sample.pts = media::MediaTime(fed_ * 1'920);
        sample.duration = media::MediaTime(1'920);
        sample.key = true;
        sample.data = SharedBytes(std::string(kSampleBytes, static_cast<char>('a' + fed_ % 26)));
        const auto date = clock.utc() + std::chrono::microseconds(fed_ * 21'333);
        low_latency_->add(sample, date);
        packager_->add(std::move(sample), date);
      }
    });
  }

  // The feed of the low-latency channel is lost.
  void lose_feed() {
    on_loop([this] { low_latency_->flush(); });
  }
  void remove_low_latency() {
    on_loop([this] { origin_.remove(ChannelId("quick")); });
  }

  void on_loop(const std::function<void()>& work) { grandstand::on_loop(runtime_.loop(0), work); }

  ManualClock clock;
  ops::Metrics metrics;
  ops::Health health;
  std::unique_ptr<access::Gate> gate;  // null: everybody may watch everything
  std::unique_ptr<Server> server;

 private:
  static hls::Settings fmp4_only() {
    hls::Settings settings;
    settings.low_latency = false;
    settings.containers = {hls::Container::kFmp4};
    return settings;
  }
  static media::Track sound() {
    media::Track track;
    track.id = 1;
    track.codec = media::Codec::kAac;
    track.decoder_config = SharedBytes(std::string("\x11\x90"));
    track.sample_rate = 48'000;
    track.channels = 2;
    return track;
  }

  storage::Database& database_;
  aio::Runtime runtime_{2};
  std::shared_ptr<hls::Packager> packager_;
  std::shared_ptr<hls::Packager> low_latency_;
  hls::Origin origin_;
  channels::Catalogue catalogue_;
  echo::Catalogue features_;
  identity::Accounts accounts_;
  hub::Hub hub_;
  std::int64_t fed_ = 0;
};

// The value of a series on the /metrics page; 0 when it is not there.
inline double metric(const ops::Metrics& metrics, const std::string& series) {
  const auto page = metrics.render();
  const auto at = page.find("\n" + series + " ");
  return at == std::string::npos ? 0 : std::stod(page.substr(at + series.size() + 2));
}

// Waits until the condition holds, for at most ten seconds.
inline bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace grandstand::http
