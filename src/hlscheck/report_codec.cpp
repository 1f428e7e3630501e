// SPDX-License-Identifier: MIT
#include <grandstand/hlscheck/report.hpp>

#include <nlohmann/json.hpp>

namespace grandstand::hlscheck {

std::string to_json(const Report& report) {
  auto findings = nlohmann::ordered_json::array();
  std::size_t must = 0;
  for (const auto& finding : report.findings) {
    must += finding.grade == Grade::kMust ? 1 : 0;
    nlohmann::ordered_json one{{"rule", finding.rule},
                               {"grade", finding.grade == Grade::kMust ? "must" : "should"},
                               {"title", rules()[static_cast<std::size_t>(finding.rule) - 1].title},
                               {"url", finding.url}};
    if (finding.line > 0) one["line"] = finding.line;
    one["wrong"] = finding.wrong;
    one["expected"] = finding.expected;
    one["count"] = finding.count;
    findings.push_back(std::move(one));
  }
  const nlohmann::ordered_json json{{"url", report.url},
                                    {"must", must},
                                    {"should", report.findings.size() - must},
                                    {"findings", std::move(findings)},
                                    {"notes", report.notes},
                                    {"playlists", report.playlists},
                                    {"versions", report.versions},
                                    {"segments", report.segments},
                                    {"requests", report.requests},
                                    {"bytes", report.bytes}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace grandstand::hlscheck
