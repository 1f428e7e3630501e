// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"

#include <grandstand/base/result.hpp>

#include <string>
#include <string_view>

namespace grandstand::http {

// An error as application/problem+json (RFC 9457), never stored by caches. `fields`: further lines.
Reply make_problem(int status, std::string_view code, std::string_view detail, std::string fields = {});
Reply make_problem(const Error& error);

// The same as a page, for people.
Reply make_page(Reply problem, std::string_view heading);

}  // namespace grandstand::http
