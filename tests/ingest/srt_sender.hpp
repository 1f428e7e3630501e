// SPDX-License-Identifier: MIT
#pragma once

#include "av_handles.hpp"
#include "ts_builder.hpp"

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <utility>

namespace grandstand::ingest {

// Waits for a caller by SRT, gives it the bytes, and stays connected until the end.
class SrtSender {
 public:
  SrtSender(std::uint16_t port, std::string options, ByteVector bytes)
      : thread_([this, url = "srt://127.0.0.1:" + std::to_string(port) + "?mode=listener" + options,
                 bytes = std::move(bytes)] { send(url, bytes); }) {}
  ~SrtSender() {
    over_.set_value();
    stopped_ = true;
    thread_.join();
  }

 private:
  void send(const std::string& url, const ByteVector& bytes) {
    const AVIOInterruptCB interrupt{[](void* self) { return static_cast<SrtSender*>(self)->stopped_ ? 1 : 0; }, this};
    AVIOContext* raw = nullptr;
    while (!stopped_ && avio_open2(&raw, url.c_str(), AVIO_FLAG_WRITE, &interrupt, nullptr) < 0) {
    }
    const TransportHandle transport(raw);
    if (!transport) return;
    avio_write(raw, bytes.data(), static_cast<int>(bytes.size()));
    avio_flush(raw);
    over_.get_future().wait();
  }

  std::atomic<bool> stopped_{false};
  std::promise<void> over_;
  std::thread thread_;
};

}  // namespace grandstand::ingest
