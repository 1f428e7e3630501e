// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>

namespace grandstand::ingest {

// The OpusHead (RFC 7845 5.1) of a stream of 1 to 8 channels in the usual order, which a transport stream does not
// carry. Empty for other numbers.
SharedBytes make_opus_head(int channels);

}  // namespace grandstand::ingest
