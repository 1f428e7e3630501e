// SPDX-License-Identifier: MIT
#pragma once

#include "signal_channel.hpp"

#include <chrono>
#include <cstdint>
#include <random>
#include <utility>

namespace grandstand::channels {

// A source to which, by chance, everything happens that headend.md 5.1 lists, one after the other. The same seed gives
// the same history. Some time stamps of it lie, so that dates run ahead and are set right at a discontinuity: by less
// than kStepBack, for media/timeline lets them run ahead by no more than 2 s.
class FaultHistory {
 public:
  static constexpr double kStepBack = 2.5;

  explicit FaultHistory(unsigned seed, stimulus::Shape shape = {}) : shape_(shape), encoder_(shape), random_(seed) {}

  // Plays so much media, faults included.
  void play(SignalChannel& channel, std::chrono::milliseconds length) {
    while (length.count() > 0) {
      const auto stretch = std::min<std::chrono::milliseconds>(length, std::chrono::seconds(4 + random_() % 20));
      play_stretch(channel, stretch);
      length -= stretch;
    }
  }
  // Plays without a fault.
  void recover(SignalChannel& channel, std::chrono::milliseconds length) {
    auto& shape = encoder_.change();
    shape.audio = true;
    ++shape.version;
    channel.play(encoder_, length);
  }
  std::uint64_t faults() const { return faults_; }

 private:
  static constexpr unsigned kKinds = 15;

  void play_stretch(SignalChannel& channel, std::chrono::milliseconds length) {
    if (random_() % 2 == 0) return channel.play(encoder_, length);
    ++faults_;
    const unsigned kind = random_() % kKinds;
    if (kind < 5) {
      change(kind);
      return channel.play(encoder_, length);
    }
    if (kind == 5) {
      const std::chrono::milliseconds silence(40 * (1 + random_() % 500));
      channel.be_silent(silence);
      encoder_.jump(silence.count() * 90);
      return;
    }
    if (kind == 6) {
      const auto spoilt = SignalChannel::feeder(encoder_);
      return channel.run(length, {[&](std::chrono::milliseconds step) {
                           return rtp_.wrap(stimulus::reordered(stimulus::doubled(spoilt(step)), 4, random_()));
                         }});
    }
    channel.play(encoder_, length, [&](ByteVector bytes) { return spoil(std::move(bytes), kind); });
  }

  // What the encoder does.
  void change(unsigned kind) {
    switch (kind) {
      case 0:
        encoder_.jump(static_cast<std::int64_t>(random_()) * (random_() % 2 == 0 ? 1 : -1));
        return;
      case 1:
        encoder_.jump(static_cast<std::int64_t>(random_() % 10'000'000));
        return encoder_.announce_discontinuity();
      case 2:
        encoder_.change().hevc = !encoder_.change().hevc;
        break;
      case 3:
        encoder_.change().wide = !encoder_.change().wide;
        break;
      default:
        encoder_.change().video_pid ^= 0x300;
        break;
    }
    auto& shape = encoder_.change();
    shape.version = static_cast<std::uint8_t>((shape.version + 1) % 32);
    encoder_.begin_with_a_key_picture();
  }

  // What happens on the way.
  ByteVector spoil(ByteVector bytes, unsigned kind) {
    const auto now_and_then = [this](const std::uint8_t*, std::size_t) { return random_() % 50 == 0; };
    switch (kind) {
      case 7:
        return stimulus::without(std::move(bytes), now_and_then);
      case 8:
        return stimulus::repeated(std::move(bytes), now_and_then, 2);
      case 9:
        stimulus::set_transport_error(bytes, now_and_then);
        return bytes;
      case 10:
        stimulus::scramble(bytes,
                           [](const std::uint8_t* packet, std::size_t) { return stimulus::pid_of(packet) > 0x100; });
        return bytes;
      case 11:
        return stimulus::without(std::move(bytes), stimulus::of_pid(shape_.audio_pid));
      case 12:
        return stimulus::stuffed(std::move(bytes), 2);
      case 13:
        stimulus::for_each_packet(bytes, [this](std::uint8_t* packet, std::size_t) {
          if (random_() % 20 == 0) packet[random_() % 188] ^= 0xFF;
        });
        return bytes;
      default:
        return stimulus::with_stride(std::move(bytes), 0, 16);
    }
  }

  stimulus::Shape shape_;
  stimulus::Encoder encoder_;
  stimulus::RtpSender rtp_;
  std::mt19937 random_;
  std::uint64_t faults_ = 0;
};

}  // namespace grandstand::channels
