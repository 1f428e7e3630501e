// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>

#include <cstdint>
#include <span>

namespace grandstand::hls {

// The packets that let `following` be sent behind transport packets whose clock it does not continue: for each of its
// streams one without payload that announces the discontinuity (ISO/IEC 13818-1 2.4.3.5). `lost`: counters do not
// continue either, and that is announced for the tables, too; some readers of tables complain of such packets.
SharedBytes make_seam(std::span<const std::uint8_t> following, bool lost);

}  // namespace grandstand::hls
