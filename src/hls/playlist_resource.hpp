// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/hls/resource.hpp>

#include <string>

namespace grandstand::hls {

// A playlist as HTTP serves it; its entity tag is made of the text, so that it changes only when that does.
ResourcePtr playlist_resource(std::string text);

}  // namespace grandstand::hls
