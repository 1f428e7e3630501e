// SPDX-License-Identifier: MIT
#include "event_streams.hpp"

#include "site.hpp"
#include "stream_connection.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/base/text.hpp>
#include <grandstand/wire/json_text.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <openssl/rand.h>

namespace grandstand::http {
namespace {

constexpr std::chrono::seconds kSilence{15};
constexpr std::size_t kSecretBytes = 16;

std::string make_name(const std::string& node, std::size_t loop) {
  std::array<std::uint8_t, kSecretBytes> secret;
  GRANDSTAND_ASSERT(RAND_bytes(secret.data(), static_cast<int>(secret.size())) == 1);
  return (node.empty() ? "" : node + ".") + std::to_string(loop) + "-" + to_hex(secret);
}

// The text of an unmasked WebSocket frame (RFC 6455 5.2), in which the hub shares its messages.
std::string_view text_of(const SharedBytes& frame) {
  const auto length = frame.data()[1] & 0x7F;
  return frame.view().substr(length < 126 ? 2 : length == 126 ? 4 : 10);
}

std::string close_event(wire::CloseCode code, std::string_view reason) {
  std::string event = "event: close\ndata: {\"code\":" + std::to_string(static_cast<int>(code)) + ",\"reason\":";
  wire::append_json_string(event, reason);
  return event + "}\n\n";
}

}  // namespace

// One client. What it gets is JSON without line breaks: one data line each.
class EventStream final : public hub::Transport {
 public:
  EventStream(EventStreams& owner, aio::Loop& loop, std::string name, std::shared_ptr<BodyStream> stream,
              ClientPlaces::Place place)
      : owner_(owner), loop_(loop), name_(std::move(name)), stream_(std::move(stream)), place_(std::move(place)) {}
  ~EventStream() override {
    stream_->on_gone = nullptr;
    if (session_) session_->on_closed();
    stream_->end();
  }

  void start(Site& site, std::string peer_address, std::string session_token, SteadyTime now) {
    last_ = now;
    stream_->on_gone = [this] { forget_later(); };
    stream_->last_words = close_event(wire::CloseCode::kTooSlow, "too slow");
    write("retry: 3000\nevent: open\ndata: {\"stream\":\"" + name_ + "\"}\n\n", hub::TrafficClass::kControl);
    session_ = site.parts.hub.open(loop_, *this, std::move(peer_address), std::move(session_token));
  }

  void say(std::string_view message) {
    if (!closing_) session_->on_message(message);
  }

  void keep_alive(SteadyTime now) {
    if (now - last_ < kSilence) return;
    last_ = now;
    write(":\n\n", hub::TrafficClass::kControl);
  }

  void send(const SharedBytes& frame, hub::TrafficClass traffic_class) override {
    if (closing_) return;
    const auto text = text_of(frame);
    std::string event;
    event.reserve(text.size() + 8);
    event += "data: ";
    event += text;
    event += "\n\n";
    write(std::move(event), traffic_class);
  }

  void close(wire::CloseCode code, std::string_view reason) override {
    if (std::exchange(closing_, true)) return;
    write(close_event(code, reason), hub::TrafficClass::kControl);
    forget_later();
  }

 private:
  void write(std::string text, hub::TrafficClass traffic_class) {
    stream_->send(SharedBytes(std::move(text)), traffic_class);
  }
  // Not from within: the hub may be the caller.
  void forget_later() {
    closing_ = true;
    loop_.post([&owner = owner_, name = name_] { owner.forget(name); });
  }

  EventStreams& owner_;
  aio::Loop& loop_;
  std::string name_;
  std::shared_ptr<BodyStream> stream_;
  ClientPlaces::Place place_;
  std::unique_ptr<hub::Session> session_;
  SteadyTime last_{};
  bool closing_ = false;
};

EventStreams::EventStreams() = default;
EventStreams::~EventStreams() = default;
EventStreams::EventStreams(EventStreams&&) noexcept = default;

void EventStreams::add(Site& site, aio::Loop& loop, std::shared_ptr<BodyStream> stream, ClientPlaces::Place place,
                       std::string peer_address, std::string session_token) {
  auto name = make_name(site.parts.node, loop.index());
  auto made = std::make_unique<EventStream>(*this, loop, name, std::move(stream), std::move(place));
  auto& begun = *made;
  streams_.emplace(std::move(name), std::move(made));
  begun.start(site, std::move(peer_address), std::move(session_token), site.parts.clock.steady());
}

bool EventStreams::say(std::string_view name, std::string_view message) {
  const auto found = streams_.find(name);
  if (found == streams_.end()) return false;
  found->second->say(message);
  return true;
}

void EventStreams::keep_alive(SteadyTime now) {
  for (const auto& [name, stream] : streams_) stream->keep_alive(now);
}

void EventStreams::forget(const std::string& name) {
  streams_.erase(name);
}

std::string_view node_of_event_stream(std::string_view name) {
  const auto dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

std::optional<std::size_t> loop_of_event_stream(std::string_view name, std::size_t loops) {
  name.remove_prefix(std::min(name.size(), name.find('.') + 1));
  std::size_t loop = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), loop);
  const bool well_formed = error == std::errc{} && end != name.data() + name.size() && *end == '-' && loop < loops;
  return well_formed ? std::optional(loop) : std::nullopt;
}

}  // namespace grandstand::http
