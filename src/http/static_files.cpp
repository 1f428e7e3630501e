// SPDX-License-Identifier: MIT
#include "static_files.hpp"

#include <grandstand/base/text.hpp>

#include <array>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include <openssl/sha.h>

namespace grandstand::http {
namespace {

namespace fs = std::filesystem;

std::string_view type_of(std::string_view extension) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".webp", "image/webp"},
      {".avif", "image/avif"},
      {".gif", "image/gif"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".wasm", "application/wasm"},
      {".txt", "text/plain; charset=utf-8"},
      {".mp4", "video/mp4"},
      {".xml", "application/xml"},
  }};
  for (const auto& [ending, type] : kTypes) {
    if (extension == ending) return type;
  }
  return "application/octet-stream";
}

Result<std::vector<std::uint8_t>> read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error{ErrorCode::kUnavailable, "http.web_root: cannot read " + file.string()};
  return std::vector<std::uint8_t>(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

std::string make_etag(std::span<const std::uint8_t> content) {
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(content.data(), content.size(), digest.data());
  return '"' + to_hex(std::span(digest).first(12)) + '"';
}

Result<hls::ResourcePtr> load_file(const fs::path& file, std::string_view path) {
  GRANDSTAND_TRY(auto content, read_file(file));
  auto resource = std::make_shared<hls::Resource>();
  resource->content_type = type_of(file.extension().string());
  resource->etag = make_etag(content);
  // Vite puts a hash of the content into the names under /assets/; everything else may change under its name.
  resource->cache_control = path.starts_with("/assets/") ? "max-age=31536000, immutable" : "no-cache";
  resource->body = SharedBytes(std::move(content));
  auto compressed = file;
  compressed += ".gz";
  std::error_code ignored;
  if (fs::is_regular_file(compressed, ignored)) {
    GRANDSTAND_TRY(auto gzip, read_file(compressed));
    if (gzip.size() < resource->body.size()) resource->gzip_body = SharedBytes(std::move(gzip));
  }
  return hls::ResourcePtr(std::move(resource));
}

bool is_application_address(std::string_view path) {
  return path == "/" || path == "/tv" || path == "/guide" || path == "/monitor" || path == "/link" ||
         path == "/remote" || path == "/party" || path.starts_with("/party/") || path.starts_with("/watch/") ||
         path.starts_with("/tv/") || path.starts_with("/guide/") || path.starts_with("/overlay/");
}

}  // namespace

Result<StaticFiles> StaticFiles::load(const fs::path& root) {
  StaticFiles files;
  if (root.empty()) return files;
  std::error_code error;
  std::size_t total = 0;
  for (auto it = fs::recursive_directory_iterator(root, error); !error && it != fs::recursive_directory_iterator();
       it.increment(error)) {
    if (!it->is_regular_file(error) || it->path().extension() == ".gz") continue;
    const auto size = it->file_size(error);
    if (error) break;
    total += size;
    if (size > kMaxFileBytes || total > kMaxTotalBytes) {
      return Error{ErrorCode::kTooLarge, "http.web_root: " + it->path().string() + " exceeds what is kept in memory (" +
                                             std::to_string(kMaxFileBytes >> 20) + " MiB a file, " +
                                             std::to_string(kMaxTotalBytes >> 20) + " MiB in all)"};
    }
    const auto path = "/" + it->path().lexically_relative(root).generic_string();
    GRANDSTAND_TRY(auto resource, load_file(it->path(), path));
    files.files_.emplace(path, std::move(resource));
  }
  if (error) {
    return Error{ErrorCode::kUnavailable, "http.web_root: cannot read " + root.string() + ": " + error.message()};
  }
  return files;
}

hls::ResourcePtr StaticFiles::find(std::string_view path) const {
  auto found = files_.find(path);
  if (found == files_.end() && is_application_address(path)) found = files_.find("/index.html");
  return found == files_.end() ? nullptr : found->second;
}

}  // namespace grandstand::http
