// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/guide/schedule.hpp>

#include <string>

namespace grandstand::guide {

// The guide as an XMLTV document that is valid by xmltv.dtd; a channel's id is that of the lineup.
std::string write_xmltv(const Schedule& schedule);

}  // namespace grandstand::guide
