// SPDX-License-Identifier: MIT
#pragma once

#include "shelf.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/dvr/archive.hpp>

namespace grandstand::dvr {

// The segment at the playhead. Blocking, from any thread; see Archive::read.
// `secret`: of encrypted channels; empty: those cannot be read.
Result<Piece> read_piece(const ChannelShelf& channel, Playhead head, UtcTime now, const std::string& secret);

}  // namespace grandstand::dvr
