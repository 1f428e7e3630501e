// SPDX-License-Identifier: MIT
#include "janus_session.hpp"

#include <grandstand/sfu/janus.hpp>

#include <future>
#include <utility>

namespace grandstand::sfu {
namespace {

constexpr std::chrono::seconds kFarewell{6};

// Hops from the room's loop to the session's.
class SessionLine final : public room::Line {
 public:
  SessionLine(aio::Loop& loop, std::shared_ptr<JanusSession> session, std::uint64_t number)
      : loop_(loop), session_(std::move(session)), number_(number) {}
  ~SessionLine() override {
    loop_.post([session = session_, number = number_] { session->close(number); });
  }
  void ask(room::Ask ask) override {
    loop_.post([session = session_, number = number_, ask = std::move(ask)] { session->ask(number, ask); });
  }

 private:
  aio::Loop& loop_;
  std::shared_ptr<JanusSession> session_;
  std::uint64_t number_;
};

}  // namespace

Janus::Janus(Settings settings, aio::Loop& loop, ops::Metrics& metrics, std::chrono::milliseconds sweep_interval)
    : loop_(loop), session_(std::make_shared<JanusSession>(settings, loop, metrics, sweep_interval)) {
  loop_.post([session = session_] { session->start(); });
}

Janus::~Janus() = default;

std::unique_ptr<room::Line> Janus::open(const RoomId&, std::function<void(room::News)> hear) {
  const auto number = ++last_line_;
  loop_.post([session = session_, number, hear = std::move(hear)] { session->open(number, hear); });
  return std::make_unique<SessionLine>(loop_, session_, number);
}

void Janus::stop() {
  auto gone = std::make_shared<std::promise<void>>();
  loop_.post([session = session_, gone] { session->stop([gone] { gone->set_value(); }); });
  gone->get_future().wait_for(kFarewell);
  session_->join();
}

}  // namespace grandstand::sfu
