// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/room/feature.hpp>

#include <string>

namespace grandstand::room {

// In the place of a feature that is not in rooms of this kind (FeatureSpec::rooms).
class AbsentFeature final : public Feature {
 public:
  Result<Outcome> on_command(const Facts& facts, const Command& command) override {
    return Error{ErrorCode::kNotFound, "There is no such command in this room."};
  }
  void apply(const Event& event) override {}
  void restore(std::span<const Event> events) override {}
  std::string snapshot(const Facts& facts) const override { return "null"; }
};

}  // namespace grandstand::room
