// SPDX-License-Identifier: MIT
#pragma once

#include "segment.hpp"

#include <grandstand/hls/packager.hpp>

#include <vector>

namespace grandstand::hls {

// A sorted table of paths: looking up allocates nothing.
class Snapshot final : public ChannelSnapshot {
 public:
  explicit Snapshot(std::vector<NamedResourcePtr> resources);
  ResourcePtr find(std::string_view path) const override;

 private:
  std::vector<NamedResourcePtr> resources_;
};

}  // namespace grandstand::hls
