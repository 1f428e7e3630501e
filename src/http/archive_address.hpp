// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/dvr/archive.hpp>

#include <optional>
#include <string_view>

namespace grandstand::http {

// What an address of the archive asks for.
struct ArchiveRequest {
  dvr::Question question;
  bool continuous = false;  // the segments of `question.stretch` one after the other as one MPEG-TS
};

// `place` is what follows "/live/" (or "/" for Flussonic's): "news/archive.m3u8", "news/fmp4/dvr.m3u8",
// "news/index-1763712055-3600.m3u8". Nothing when it is no address of the archive; kInvalidArgument when it is a wrong
// one, with what was expected.
std::optional<Result<ArchiveRequest>> parse_archive_address(std::string_view place, std::string_view query,
                                                            UtcTime now);

// Whether a query asks for the past of the live address that it is appended to ("shift"): "utc=1763712055&lutc=...".
bool is_shifted(std::string_view query);

// Whether a path is one of Flussonic's, which have no "/live": "/news/index-1763712055-3600.m3u8".
bool is_flussonic_path(std::string_view path);

}  // namespace grandstand::http
