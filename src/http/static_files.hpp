// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/hls/resource.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace grandstand::http {

// The built web application, read into memory once, at start: what is served is what was there, and no request reaches
// the file system. A `.gz` beside a file is its compressed form.
//
// Owner: the site.   Runs on: any loop, read-only.
class StaticFiles {
 public:
  static constexpr std::size_t kMaxFileBytes = 32u << 20;
  static constexpr std::size_t kMaxTotalBytes = 128u << 20;

  StaticFiles() = default;
  // An empty root gives an empty set.
  static Result<StaticFiles> load(const std::filesystem::path& root);

  // `path` begins with '/', decoded. The application's own addresses ("/", "/watch/...", "/tv") give index.html. Null:
  // no such file.
  hls::ResourcePtr find(std::string_view path) const;
  bool empty() const { return files_.empty(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, hls::ResourcePtr, Hash, std::equal_to<>> files_;
};

}  // namespace grandstand::http
