// SPDX-License-Identifier: MIT
#include "gzip.hpp"

#include <grandstand/hls/resource.hpp>

namespace grandstand::hls {

SharedBytes Resource::compressed() const {
  if (!gzip_on_demand) return gzip_body;
  auto made = gzip_on_demand->load();
  if (!made) {
    // Two who ask at once may both do it: cheaper than a lock.
    made = std::make_shared<const SharedBytes>(gzip(body.view()));
    gzip_on_demand->store(made);
  }
  return *made;
}

}  // namespace grandstand::hls
