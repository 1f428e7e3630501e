// SPDX-License-Identifier: MIT
#include "rtmp_source.hpp"

#include "rtmp_inlet.hpp"

#include <grandstand/aio/ticker.hpp>
#include <grandstand/ingest/rtmp_server.hpp>

namespace grandstand::ingest {

namespace {

constexpr std::chrono::milliseconds kTick{500};

class RtmpSource final : public Source {
 public:
  RtmpSource(const FeedSettings& feed, SourceContext context) : feed_(feed), context_(context) {}
  ~RtmpSource() override { stop(); }

  void start() override {
    if (inlet_) return;
    inlet_ = std::make_shared<RtmpInlet>(feed_, context_);
    inlet_->open();
    context_.rtmp->subscribe(context_.channel, context_.loop, inlet_);
    ticker_ = std::make_unique<aio::Ticker>(context_.loop, kTick, [this] { inlet_->tick(context_.clock.steady()); });
  }

  void stop() override {
    if (!inlet_) return;
    ticker_ = nullptr;
    inlet_->close();
    context_.rtmp->unsubscribe(context_.channel, inlet_);
    inlet_ = nullptr;
  }

 private:
  FeedSettings feed_;
  SourceContext context_;
  std::shared_ptr<RtmpInlet> inlet_;
  std::unique_ptr<aio::Ticker> ticker_;
};

}  // namespace

std::unique_ptr<Source> make_rtmp_source(const FeedSettings& feed, SourceContext context) {
  return std::make_unique<RtmpSource>(feed, context);
}

}  // namespace grandstand::ingest
