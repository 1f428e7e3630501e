// SPDX-License-Identifier: MIT
#include "channel_picture.hpp"

namespace grandstand::http {

std::string picture_version(const Site& site, const std::string& channel) {
  const auto answer = site.parts.origin.find(channel + "/" + std::string(kChannelPicture));
  if (answer.outcome != hls::Origin::Outcome::kFound) return {};
  auto version = answer.resource->etag;
  std::erase(version, '"');
  return "?v=" + version;
}

}  // namespace grandstand::http
