// SPDX-License-Identifier: MIT
#include <grandstand/hls/directives.hpp>

#include <charconv>
#include <string>

namespace grandstand::hls {
namespace {

Status read_number(std::string_view name, std::string_view text, std::optional<std::uint64_t>& into) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return Error{ErrorCode::kInvalidArgument, std::string(name) + ": expected a decimal number"};
  }
  if (into) return Error{ErrorCode::kInvalidArgument, std::string(name) + " is given twice; expected once"};
  into = number;
  return success();
}

}  // namespace

Result<Directives> parse_directives(std::string_view query) {
  Directives directives;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(pair.size() < query.size() ? pair.size() + 1 : query.size());
    const auto name = pair.substr(0, pair.find('='));
    const auto value = name.size() < pair.size() ? pair.substr(name.size() + 1) : std::string_view();
    if (name == "_HLS_msn" || name == "_HLS_part") {
      auto& into = name == "_HLS_msn" ? directives.sequence : directives.part;
      GRANDSTAND_RETURN_IF_ERROR(read_number(name, value, into));
    } else if (name == "_HLS_skip") {
      if (value != "YES" && value != "v2") {
        return Error{ErrorCode::kInvalidArgument, "_HLS_skip: expected YES or v2"};
      }
      if (directives.skip != Directives::Skip::kNothing) {
        return Error{ErrorCode::kInvalidArgument, "_HLS_skip is given twice; expected once"};
      }
      directives.skip = value == "v2" ? Directives::Skip::kSegmentsAndDateRanges : Directives::Skip::kSegments;
    }
  }
  if (directives.part && !directives.sequence) {
    return Error{ErrorCode::kInvalidArgument, "_HLS_part without _HLS_msn; expected both"};
  }
  return directives;
}

}  // namespace grandstand::hls
