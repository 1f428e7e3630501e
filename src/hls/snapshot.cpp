// SPDX-License-Identifier: MIT
#include "snapshot.hpp"

#include <algorithm>

namespace grandstand::hls {

Snapshot::Snapshot(std::vector<NamedResourcePtr> resources) : resources_(std::move(resources)) {
  std::sort(resources_.begin(), resources_.end(),
            [](const NamedResourcePtr& a, const NamedResourcePtr& b) { return a->path < b->path; });
}

ResourcePtr Snapshot::find(std::string_view path) const {
  const auto found = std::lower_bound(resources_.begin(), resources_.end(), path,
                                      [](const NamedResourcePtr& a, std::string_view b) { return a->path < b; });
  return found == resources_.end() || (*found)->path != path ? nullptr : (*found)->resource;
}

}  // namespace grandstand::hls
