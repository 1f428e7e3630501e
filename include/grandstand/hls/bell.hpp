// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/published.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace grandstand::hls {

// Wakes the loops on which somebody waits for a channel's next version. Each loop is woken at most once per ring and
// only when it listens, so that versions nobody waits for cost nothing.
//
// Owner: the packager, and who waits.   Runs on: any thread.
class Bell {
 public:
  static constexpr std::size_t kMostLoops = 64;
  // Called on the ringing thread with the index of a listening loop; must not block.
  using Wake = std::function<void(std::size_t loop)>;

  void connect(std::shared_ptr<const Wake> wake) { wake_.store(std::move(wake)); }

  // The next ring wakes the loop. To miss none: listen first, then look whether what is waited for is there.
  void listen(std::size_t loop) { listening_.fetch_or(std::uint64_t{1} << loop); }

  void ring() {
    if (listening_.load() == 0) return;
    const auto wake = wake_.load();
    if (!wake) return;
    const auto loops = listening_.exchange(0);
    for (std::size_t loop = 0; loop < kMostLoops; ++loop) {
      if ((loops >> loop & 1) != 0) (*wake)(loop);
    }
  }

 private:
  std::atomic<std::uint64_t> listening_{0};
  Published<Wake> wake_;
};

}  // namespace grandstand::hls
