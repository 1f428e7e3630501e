// SPDX-License-Identifier: MIT
#include <grandstand/hlscheck/report.hpp>

#include <algorithm>

namespace grandstand::hlscheck {
namespace {

std::string count_of(std::size_t count, std::string_view singular) {
  return std::to_string(count) + " " + std::string(singular) + (count == 1 ? "" : "s");
}

void append(std::string& text, const Finding& finding) {
  text += "  rule " + std::to_string(finding.rule) + "  " + finding.url;
  if (finding.line > 0) text += ":" + std::to_string(finding.line);
  if (finding.count > 1) text += "  (" + std::to_string(finding.count) + " times)";
  text += "\n    found     " + finding.wrong + "\n    expected  " + finding.expected + "\n";
}

}  // namespace

bool Report::has_must() const {
  return std::ranges::any_of(findings, [](const Finding& finding) { return finding.grade == Grade::kMust; });
}

std::string to_text(const Report& report) {
  std::string text;
  std::size_t counts[2] = {0, 0};
  for (const auto grade : {Grade::kMust, Grade::kShould}) {
    auto& count = counts[static_cast<std::size_t>(grade)];
    for (const auto& finding : report.findings) {
      if (finding.grade != grade) continue;
      if (++count == 1) text += std::string(to_string(grade)) + "\n";
      append(text, finding);
    }
  }
  for (const auto& note : report.notes) text += "note: " + note + "\n";
  text += report.url + ": " + std::to_string(counts[0]) + " Must, " + std::to_string(counts[1]) + " Should, in " +
          count_of(report.versions, "version") + " of " + count_of(report.playlists, "media playlist") + " and " +
          count_of(report.segments, "segment") + " (" + count_of(report.requests, "request") + ")\n";
  return text;
}

}  // namespace grandstand::hlscheck
