// SPDX-License-Identifier: MIT
#include "acceptor.hpp"
#include "site.hpp"
#include "worker.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/http/server.hpp>

#include <future>
#include <vector>

namespace grandstand::http {
namespace {

class RunningServer final : public Server {
 public:
  RunningServer(std::vector<std::shared_ptr<Worker>> workers, std::vector<std::shared_ptr<Acceptor>> acceptors)
      : workers_(std::move(workers)), acceptors_(std::move(acceptors)), port_(acceptors_.front()->port()) {
    for (auto& worker : workers_) {
      worker->loop().post([worker] { worker->start(); });
    }
    for (auto& acceptor : acceptors_) acceptor->start();
  }
  ~RunningServer() override {
    if (!workers_.empty()) stop(std::chrono::milliseconds{0});
  }

  std::uint16_t port() const override { return port_; }

  void stop_accepting() override {
    for (auto& acceptor : acceptors_) acceptor->stop();
  }

  void stop(std::chrono::milliseconds grace) override {
    stop_accepting();
    std::vector<std::future<void>> ends;
    for (auto& worker : workers_) {
      auto ended = std::make_shared<std::promise<void>>();
      ends.push_back(ended->get_future());
      worker->loop().post([worker, grace, ended] { worker->stop(grace, [ended] { ended->set_value(); }); });
    }
    for (auto& end : ends) {
      // Cut connections are gone at the next tick; longer only when a loop does not run any more.
      if (end.wait_for(grace + std::chrono::seconds{3}) != std::future_status::ready) {
        log::warning("http", "Connections were left behind when the server stopped");
      }
    }
    workers_.clear();
    acceptors_.clear();
  }

 private:
  std::vector<std::shared_ptr<Worker>> workers_;
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
  std::uint16_t port_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::create(Settings settings, Context context) {
  GRANDSTAND_TRY(auto files, StaticFiles::load(settings.web_root));
  auto site = std::make_shared<Site>(std::move(settings), context, std::move(files));
  context.origin.set_wake([weak = std::weak_ptr(site)](std::size_t loop, const ChannelId& channel) {
    const auto woken = weak.lock();
    if (!woken) return;
    woken->parts.runtime.loop(loop).post([woken, loop, channel] {
      woken->desks[loop].held.wake(*woken, channel);
      woken->desks[loop].viewers.wake(*woken, channel);
    });
  });
  std::vector<std::shared_ptr<Worker>> workers;
  for (std::size_t i = 0; i < context.runtime.size(); ++i) {
    workers.push_back(std::make_shared<Worker>(site, context.runtime.loop(i)));
  }
  const auto& given = site->settings;
  std::vector<std::shared_ptr<Acceptor>> acceptors;
  GRANDSTAND_TRY(auto main, Acceptor::open("http.address", given.address, given.port, Door::kMain, workers));
  acceptors.push_back(std::move(main));
  if (!given.metrics_address.empty()) {
    GRANDSTAND_TRY(auto operators, Acceptor::open("http.metrics_address", given.metrics_address, given.metrics_port,
                                                  Door::kOperators, workers));
    acceptors.push_back(std::move(operators));
  }
  return std::unique_ptr<Server>(std::make_unique<RunningServer>(std::move(workers), std::move(acceptors)));
}

}  // namespace grandstand::http
