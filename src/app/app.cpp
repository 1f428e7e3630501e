// SPDX-License-Identifier: MIT
#include "app.hpp"

#include "http_classifier.hpp"
#include "kept_secrets.hpp"

#include <grandstand/ballots/checkpoint.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/cluster/shared_secrets.hpp>
#include <grandstand/config/load.hpp>
#include <grandstand/social/feature_table.hpp>

#include <algorithm>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

namespace grandstand::app {
namespace {

std::size_t loops_for(const config::ServerConfig& config) {
  if (config.loops > 0) return config.loops;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 4);
}

constexpr std::chrono::milliseconds kExpiryInterval{2'000};
// How long responses under way may take when the daemon stops.
constexpr std::chrono::milliseconds kStopGrace{2'000};
// Fewer than the log lets through of one message in a second.
constexpr std::size_t kFaultsLogged = 10;
// A loop that has not answered for this long hangs.
constexpr std::chrono::milliseconds kLoopPatience{10'000};

// The same on all nodes: that of the first one, if there are several.
Result<std::string> shared(const config::ServerConfig& config, storage::Database& database, const char* name,
                           Result<std::string> own) {
  if (!own.ok() || config.cluster.nats_url.empty()) return own;
  GRANDSTAND_TRY(auto secret, cluster::share_secret(database, name, *own));
  if (secret != *own) log::info("app", "The nodes' common secret is used, not this one's own", {{"name", name}});
  return secret;
}

// What the results of polls are signed with.
Result<std::shared_ptr<const ballots::SigningKey>> make_signing_key(const std::string& seed) {
  GRANDSTAND_TRY(auto key, ballots::SigningKey::from_hex(seed));
  log::info("app", "Results of polls are signed", {{"key", ballots::to_base64(key->public_key())}});
  return key;
}

// Whoever may not watch a channel does not talk there either.
hub::Doorkeeper make_doorkeeper(const access::Gate& gate) {
  return [&gate](const ChannelId& channel, const hub::Visitor& visitor) -> Status {
    const auto verdict =
        gate.may_visit({channel.value(), visitor.address, visitor.token, visitor.user ? &*visitor.user : nullptr});
    if (verdict.allowed()) return success();
    const bool sign_in = verdict.refusal == access::Refusal::kSignInRequired;
    return Error{sign_in ? ErrorCode::kUnauthenticated : ErrorCode::kForbidden,
                 "You may not come into this room: " + verdict.reason + "."};
  };
}

}  // namespace

App::App(config::ServerConfig config)
    : config_(std::move(config)),
      runtime_(loops_for(config_)),
      sequence_keeper_(config_.data_directory / "sequence_numbers", clock_) {
  const char* const name = "grandstand_lineup_reloads_total";
  const char* const help = "Times the lineup was read again, by what became of it.";
  reloads_.applied = metrics_.counter(name, help, {{"outcome", "applied"}});
  reloads_.invalid = metrics_.counter(name, help, {{"outcome", "invalid"}});
  log_left_out_ =
      metrics_.counter("grandstand_log_left_out_total", "Log lines left out because one message came too often.");
}

App::~App() {
  stop();
}

Result<std::unique_ptr<App>> App::start(config::ServerConfig config) {
  auto app = std::unique_ptr<App>(new App(std::move(config)));
  const auto lineup = config::load_lineup(app->config_.channels_file);
  if (const auto* faults = std::get_if<std::vector<config::Fault>>(&lineup)) {
    std::string text = "the lineup is invalid:";
    for (const auto& fault : *faults) text += "\n  " + config::to_string(fault);
    return Error{ErrorCode::kInvalidArgument, text};
  }
  GRANDSTAND_TRY(app->storage_, open_database(app->config_, RunningDaemon::kRefuse, app->metrics_, app->health_));
  auto& database = *app->storage_.database;
  app->accounts_ = std::make_unique<identity::Accounts>(app->config_.identity, database, app->clock_, app->metrics_);
  std::string access_key;
  if (app->config_.access.keys_file.empty()) {
    GRANDSTAND_TRY(access_key,
                   shared(app->config_, database, "access_key", obtain_access_key(app->config_.data_directory)));
  }
  GRANDSTAND_TRY(app->gate_, access::Gate::create(app->config_.access, {app->runtime_, app->clock_, app->metrics_,
                                                                        *app->accounts_, std::move(access_key)}));
  app->guide_ =
      std::make_unique<guide::Guide>(app->config_.guide, guide::Guide::Context{app->clock_, app->metrics_, database});
  GRANDSTAND_RETURN_IF_ERROR(app->guide_->load());
  app->runtime_.start();
  auto& control_loop = app->runtime_.loop(0);

  if (app->config_.rtmp.enabled) {
    GRANDSTAND_TRY(app->rtmp_, ingest::RtmpServer::create(app->config_.rtmp, control_loop, app->clock_, app->metrics_));
  }
  if (app->rtmp_ && app->config_.access.hook_publish && !app->config_.access.hook_url.empty()) {
    app->rtmp_->set_doorkeeper([gate = app->gate_.get(), &control_loop](const ChannelId& channel,
                                                                        const std::string& address,
                                                                        const std::string& key, auto answer) {
      access::Viewing publisher;
      publisher.channel = channel.value();
      publisher.address = address;
      publisher.password = key;
      gate->ask_publish(control_loop, std::move(publisher), "rtmp", std::move(answer));
    });
  }
  GRANDSTAND_TRY(const auto segment_secret,
                 shared(app->config_, database, "segment_secret", obtain_segment_secret(app->config_.data_directory)));
  app->open_archive(segment_secret);
  app->catalogue_ = std::make_unique<channels::Catalogue>(channels::Catalogue::Context{
      app->runtime_, app->clock_, app->metrics_, app->origin_, app->rtmp_.get(), app->config_.hls, app->archive_.get(),
      [guide = app->guide_.get()](const ChannelId& channel, media::EventInformation information) {
        guide->take(channel, std::move(information));
      },
      segment_secret,
      [app = app.get()](const ChannelId& channel) {
        return !app->channel_leases_ || app->channel_leases_->holds(channel.value());
      },
      [app = app.get()](const ChannelId& channel) { return app->sequence_keeper_.at_least(channel); }});
  GRANDSTAND_TRY(const auto seed,
                 shared(app->config_, database, "signing_key", obtain_signing_seed(app->config_.data_directory)));
  GRANDSTAND_TRY(auto signing_key, make_signing_key(seed));
  const auto& hub = app->config_.hub;
  std::shared_ptr<room::Classifier> classifier;
  if (!hub.classifier_url.empty())
    classifier = std::make_shared<HttpClassifier>(hub.classifier_url, hub.classifier_timeout, app->metrics_);
  if (!app->config_.sfu.janus.empty())
    app->sfu_ = std::make_shared<sfu::Janus>(app->config_.sfu, control_loop, app->metrics_);
  if (app->config_.webhooks.enabled) {
    app->webhooks_ = std::make_unique<webhooks::Webhooks>(
        app->config_.webhooks,
        webhooks::Webhooks::Context{control_loop, app->clock_, app->metrics_, database, social::reported_kinds()});
    app->on_control_loop([&] { app->webhooks_->start(); });
  }
  app->features_ = social::make_feature_catalogue(database, std::move(signing_key), std::move(classifier),
                                                  app->webhooks_.get(), app->config_.calls, app->sfu_);
  GRANDSTAND_RETURN_IF_ERROR(app->join_cluster());
  app->hub_ = std::make_unique<hub::Hub>(
      app->config_.hub, hub::Hub::Context{app->runtime_, app->clock_, app->metrics_, *app->accounts_, *app->features_,
                                          app->bus_.get(), app->leases_.get(), make_doorkeeper(*app->gate_)});
  if (app->leases_) app->on_control_loop([&] { app->start_cluster(); });
  std::function<std::optional<http::Server::Elsewhere>(std::string_view)> elsewhere;
  std::function<std::vector<http::Server::Elsewhere>()> other_nodes;
  if (app->spread_) {
    other_nodes = [spread = app->spread_.get()] { return spread->other_nodes(); };
    elsewhere = [spread = app->spread_.get()](std::string_view channel) { return spread->elsewhere(channel); };
  }
  GRANDSTAND_TRY(app->http_,
                 http::Server::create(app->config_.http,
                                      {app->runtime_, app->clock_, app->metrics_, app->health_, app->origin_,
                                       *app->catalogue_, *app->accounts_, *app->hub_, app->config_.clients,
                                       app->guide_.get(), app->gate_.get(), app->archive_.get(), elsewhere,
                                       app->webhooks_.get(), other_nodes, app->leases_ ? app->leases_->node() : ""}));
  app->apply(std::get<channels::Lineup>(lineup));
  app->watch_loop();
  log::info("app", "Serving", {{"address", app->address()}, {"loops", app->runtime_.size()}});
  return app;
}

Status App::join_cluster() {
  auto settings = config_.cluster;
  if (settings.nats_url.empty()) return success();
  if (settings.node.empty()) {
    char host[256] = {};
    ::gethostname(host, sizeof host - 1);
    settings.node = host;
    std::ranges::replace(settings.node, '.', '-');
  }
  GRANDSTAND_TRY(const auto instance, obtain_instance(config_.data_directory));
  GRANDSTAND_TRY(bus_, cluster::Bus::connect(settings.nats_url, settings.node, metrics_));
  using Kind = cluster::Leases::Kind;
  auto& loop = runtime_.loop(0);
  leases_ = std::make_unique<cluster::Leases>(Kind::kRooms, settings, instance, *storage_.database, clock_, loop,
                                              metrics_, [bus = bus_.get()] { return bus->connected(); });
  if (settings.address.empty()) return success();
  channel_leases_ = std::make_unique<cluster::Leases>(Kind::kChannels, std::move(settings), instance,
                                                      *storage_.database, clock_, loop, metrics_, [] { return true; });
  return success();
}

void App::start_cluster() {
  leases_->start(
      [this](const std::string& room, const cluster::Leases::Owner&) { hub_->on_owner_changed(RoomId(room)); });
  if (!channel_leases_) return;
  spread_ = std::make_unique<ChannelSpread>(*channel_leases_, *bus_, *catalogue_, origin_, rtmp_.get(), clock_,
                                            runtime_.loop(0));
  channel_leases_->start([this](const std::string&, const cluster::Leases::Owner&) { spread_->on_owner_changed(); });
}

// Of the other nodes; of the database it tells itself.
void App::tell_health() {
  if (!bus_) return;
  std::string reason;
  if (!bus_->connected()) {
    reason = "NATS does not answer: rooms are left to other nodes, television goes on";
  } else if (!leases_->renewed()) {
    reason = "the leases are not renewed: rooms and channels go to the nodes that PostgreSQL answers";
    if (const auto fault = leases_->fault(); !fault.empty()) reason += " (" + fault + ")";
  }
  health_.set("cluster", reason.empty(), reason);
}

// Live does not depend on a disk: without one, nothing is recorded.
void App::open_archive(const std::string& segment_secret) {
  auto settings = config_.dvr;
  if (settings.directory.empty()) settings.directory = config_.data_directory / "dvr";
  auto opened = dvr::Archive::open(std::move(settings), clock_, metrics_);
  if (opened) {
    archive_ = std::move(*opened);
    archive_->set_segment_secret(segment_secret);
  } else {
    log::error("app", "The archive cannot be used: nothing is recorded until the daemon starts anew",
               {{"reason", opened.error().message}});
  }
}

void App::apply(const channels::Lineup& lineup) {
  // Before the channels themselves, so that none is open for a moment.
  std::vector<std::pair<ChannelId, access::ChannelAccess>> rules;
  for (const auto& channel : lineup.channels) rules.emplace_back(channel.id, channel.access);
  if (const auto read = gate_->apply(std::move(rules)); !read) {
    log::error("app", "What access is decided by cannot be read anew; what was read before holds",
               {{"reason", read.error().message}});
  }
  dvr::Recordings recordings;
  for (const auto& channel : lineup.channels)
    recordings.emplace(channel.id, dvr::Recording{channel.dvr.keep, channel.dvr.quota});
  if (archive_) archive_->set_recordings(std::move(recordings));
  std::vector<RoomId> rooms;
  for (const auto& channel : lineup.channels) rooms.emplace_back("channel:" + channel.id.value());
  channels::Catalogue::Difference difference;
  on_control_loop([&] {
    hub_->set_rooms(std::move(rooms));
    difference = catalogue_->apply(lineup);
    if (!channel_leases_) return;
    std::vector<std::string> names;
    for (const auto& channel : lineup.channels) names.push_back(channel.id.value());
    channel_leases_->want(std::move(names));
  });
  std::vector<guide::GuideChannel> guide_channels;
  for (const auto& channel : lineup.channels) {
    const auto& xmltv_id = channel.guide.xmltv_id.empty() ? channel.id.value() : channel.guide.xmltv_id;
    guide_channels.push_back({channel.id, channel.name, channel.number, channel.logo, xmltv_id, channel.guide.eit});
  }
  guide_->set_channels(std::move(guide_channels));
  log::info("app", "The lineup is applied",
            {{"channels", lineup.channels.size()},
             {"added", difference.added.size()},
             {"removed", difference.removed.size()},
             {"restarted", difference.restarted.size()},
             {"renamed", difference.renamed.size()},
             {"untouched", difference.untouched}});
}

Status App::reload_lineup() {
  const auto lineup = config::load_lineup(config_.channels_file);
  if (const auto* faults = std::get_if<std::vector<config::Fault>>(&lineup)) {
    reloads_.invalid.add();
    for (std::size_t i = 0; i < std::min(faults->size(), kFaultsLogged); ++i)
      log::error("app", "The lineup is invalid and was not applied", {{"fault", config::to_string((*faults)[i])}});
    if (faults->size() > kFaultsLogged)
      log::error("app", "The lineup has more faults: `grandstand check` shows all", {{"faults", faults->size()}});
    return Error{ErrorCode::kInvalidArgument, "the lineup is invalid"};
  }
  reloads_.applied.add();
  apply(std::get<channels::Lineup>(lineup));
  return success();
}

void App::supervise() {
  const auto left_out = log::left_out();
  log_left_out_.add(static_cast<double>(left_out - std::exchange(left_out_told_, left_out)));
  if (storage_.postgres) storage_.postgres->supervise();
  tell_health();
  guide_->tick();
  sequence_keeper_.tick(catalogue_->running());
}

void App::watch_loop() {
  on_control_loop([this] {
    last_answer_ = clock_.steady();
    heartbeat_ = std::make_unique<aio::Ticker>(runtime_.loop(0), std::chrono::milliseconds(1'000),
                                               [this] { last_answer_ = clock_.steady(); });
    if (!archive_) return;
    expiry_ = std::make_unique<aio::Ticker>(runtime_.loop(0), kExpiryInterval, [this] { archive_->tick(); });
  });
}

bool App::alive() const {
  return clock_.steady() - last_answer_.load() < kLoopPatience;
}

std::string App::address() const {
  return "http://localhost:" + std::to_string(http_->port());
}

void App::on_control_loop(std::function<void()> work) {
  std::promise<void> done;
  runtime_.loop(0).post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void App::stop() {
  if (std::exchange(stopped_, true)) return;
  if (http_) http_->stop_accepting();
  if (hub_) hub_->drain();
  if (http_) http_->stop(kStopGrace);
  if (hub_) hub_->stop();
  if (sfu_) sfu_->stop();
  // Only when all is written that others will find.
  if (leases_) leases_->stop();
  if (spread_) on_control_loop([this] { spread_->stop(); });
  if (webhooks_) webhooks_->stop();
  if (bus_) bus_->stop();
  if (catalogue_) on_control_loop([this] { catalogue_->stop(); });
  // Only now may others begin with its channels.
  if (channel_leases_) channel_leases_->stop();
  if (rtmp_) rtmp_->stop();
  if (heartbeat_) {
    on_control_loop([this] {
      heartbeat_.reset();
      expiry_.reset();
    });
  }
  if (gate_) gate_->stop();
  if (archive_) archive_->stop();
  if (guide_) guide_->stop();
  if (accounts_) accounts_->stop();
  if (storage_.database) storage_.database->stop();
  runtime_.stop();
  runtime_.join();
  if (storage_.postgres) storage_.postgres->stop();
  log::info("app", "Stopped");
}

}  // namespace grandstand::app
