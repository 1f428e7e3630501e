// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace grandstand::guide {

// Gives `take` the content of a document piece by piece, unpacked when it is gzip (RFC 1952) or xz, told by its first
// bytes, until `take` fails. Errors: what `take` said, kInvalidArgument for a broken packing, kTooLarge beyond `limit`
// bytes of content.
Status unpack(std::string_view document, std::size_t limit, const std::function<Status(std::string_view)>& take);

std::string gzip(std::string_view text);

}  // namespace grandstand::guide
