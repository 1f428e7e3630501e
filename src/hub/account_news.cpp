// SPDX-License-Identifier: MIT
#include "account_news.hpp"

#include "core.hpp"
#include "loop_sessions.hpp"

#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/log.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace grandstand::hub {
namespace {

constexpr const char* kNews = "grandstand.accounts";
constexpr const char* kLost = "grandstand.accounts.lost";
// Nodes that come back together look once.
constexpr std::chrono::milliseconds kSettle{500};

}  // namespace

AccountNews::AccountNews(Core& core, cluster::Bus& bus) : core_(core) {
  auto& loop = core.context.runtime.loop(0);
  core.context.accounts.announce_by([&bus](std::string news) { bus.publish(kNews, std::move(news)); });
  news_ = bus.subscribe(kNews, loop, [this](std::string_view news) { hear(news); });
  lost_ = bus.subscribe(kLost, loop, [this](std::string_view) { look_again(); });
  // Of two nodes that did not hear each other maybe only one has noticed.
  reconnected_ = bus.on_reconnected(loop, [this, &bus] {
    bus.publish(kLost, "{}");
    look_again();
  });
}

AccountNews::~AccountNews() {
  core_.context.accounts.announce_by({});
}

void AccountNews::hear(std::string_view news) {
  aio::spawn(core_.context.runtime.loop(0), core_.context.accounts.hear(std::string(news)), [](const Status& heard) {
    if (!heard)
      log::warning("hub", "An account's change on another node is not known", {{"reason", heard.error().message}});
  });
}

void AccountNews::look_again() {
  if (std::exchange(due_, true)) return;
  aio::run_after(core_.context.runtime.loop(0), kSettle, [weak = core_.weak_from_this()] {
    if (const auto core = weak.lock(); core && core->news) core->news->look();
  });
}

void AccountNews::look() {
  due_ = false;
  aio::spawn(core_.context.runtime.loop(0), core_.context.accounts.forget_found(),
             [core = core_.shared_from_this()](const Status&) {
               for (const auto& loop : core->loops) loop->check_again();
             });
}

}  // namespace grandstand::hub
