// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace grandstand::hls {

// A language as playlists name it.
struct Language {
  std::string tag;   // BCP 47: the shortest code (RFC 5646 2.2.1); empty when unknown
  std::string name;  // in English; the code when it is a rare one
};

// `code`: ISO 639-2, either of its two forms ("ger", "deu"); anything else than three letters is unknown.
Language describe_language(std::string_view code);

}  // namespace grandstand::hls
