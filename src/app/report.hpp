// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/config/load.hpp>

#include <vector>

namespace grandstand::app {

// Say on standard error what keeps a command from its work; they return the status that it ends with (sysexits).
int report(const std::vector<config::Fault>& faults);
int report(const Error& error);

}  // namespace grandstand::app
