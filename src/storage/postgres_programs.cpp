// SPDX-License-Identifier: MIT
#include "postgres_programs.hpp"

#include <charconv>
#include <fstream>
#include <string>

#include <unistd.h>

namespace grandstand::storage {
namespace {

std::optional<int> parse_version(const std::string& text) {
  int version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc{} || end != text.data() + text.size() || version <= 0) return std::nullopt;
  return version;
}

}  // namespace

Result<PostgresPrograms> find_postgres(std::optional<int> version, const std::filesystem::path& root) {
  std::optional<PostgresPrograms> best;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(root, ignored)) {
    const auto found = parse_version(entry.path().filename().string());
    if (!found || (version && *found != *version)) continue;
    PostgresPrograms programs{*found, entry.path() / "bin"};
    if (::access(programs.initdb().c_str(), X_OK) != 0 || ::access(programs.postgres().c_str(), X_OK) != 0) continue;
    if (!best || programs.version > best->version) best = programs;
  }
  if (best) return *best;
  const std::string wanted = version ? "PostgreSQL " + std::to_string(*version) : "PostgreSQL";
  std::string why = wanted + " is not installed (looked in " + root.string() + "/<version>/bin)";
  if (version)
    why += ", and the existing database was made by that version: install postgresql-" + std::to_string(*version);
  else
    why += ": install the package postgresql";
  return Error{ErrorCode::kNotFound, why + ", or set database.url to a PostgreSQL that runs already"};
}

std::optional<int> cluster_version(const std::filesystem::path& cluster) {
  std::ifstream file(cluster / "PG_VERSION");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return parse_version(line);
}

}  // namespace grandstand::storage
