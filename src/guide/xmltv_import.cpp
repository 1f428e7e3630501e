// SPDX-License-Identifier: MIT
#include "xmltv_import.hpp"

#include "compression.hpp"

#include <grandstand/fetch/fetch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace grandstand::guide {

namespace {

constexpr std::string_view kFile = "file:";

struct Document {
  bool unchanged = false;
  Validators validators;
  std::string bytes;
};

Result<Document> read_file(std::filesystem::path path, std::size_t limit, const Validators& known) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return Error{ErrorCode::kUnavailable, "the file cannot be read: " + error.message()};
  if (size > limit)
    return Error{ErrorCode::kTooLarge,
                 "the file has " + std::to_string(size) + " bytes; allowed are " + std::to_string(limit)};
  const auto written = std::filesystem::last_write_time(path, error).time_since_epoch().count();
  Document document;
  document.validators.etag = std::to_string(size) + "-" + std::to_string(written);
  document.unchanged = document.validators.etag == known.etag;
  if (document.unchanged) return document;
  std::ifstream file(path, std::ios::binary);
  document.bytes.assign(std::istreambuf_iterator<char>(file), {});
  if (!file) return Error{ErrorCode::kUnavailable, "the file cannot be read"};
  return document;
}

Result<Document> fetch_document(const std::string& url, std::size_t limit, const Validators& known,
                                const std::function<bool()>& cancelled) {
  fetch::Request request;
  request.url = url;
  request.timeout = std::chrono::minutes{5};
  request.max_body_bytes = limit;
  request.headers = {"Accept: application/xml, text/xml, application/gzip, */*"};
  if (!known.etag.empty()) request.headers.push_back("If-None-Match: " + known.etag);
  if (!known.last_modified.empty()) request.headers.push_back("If-Modified-Since: " + known.last_modified);
  GRANDSTAND_TRY(auto response, fetch::perform(request, cancelled));
  Document document;
  document.unchanged = response.status == 304;
  document.validators = known;
  if (document.unchanged) return document;
  if (response.status != 200) {
    return Error{ErrorCode::kUnavailable, "the server answered " + std::to_string(response.status) + "; expected 200"};
  }
  const auto* etag = response.header("etag");
  const auto* modified = response.header("last-modified");
  document.validators = {etag != nullptr ? *etag : "", modified != nullptr ? *modified : ""};
  document.bytes = std::move(response.body);
  return document;
}

}  // namespace

Result<XmltvImport> import_xmltv(const XmltvSource& source, const Settings& settings, const Validators& known,
                                 const std::set<std::string>& wanted, UtcTime until,
                                 const std::function<bool()>& cancelled) {
  const std::size_t limit = settings.max_source_bytes;
  auto fetched = source.url.starts_with(kFile) ? read_file(source.url.substr(kFile.size()), limit, known)
                                               : fetch_document(source.url, limit, known, cancelled);
  GRANDSTAND_TRY(const auto document, std::move(fetched));
  XmltvImport import;
  import.unchanged = document.unchanged;
  import.validators = document.validators;
  if (import.unchanged) return import;
  std::size_t kept = 0;
  XmltvReader reader([&wanted](const std::string& channel) { return wanted.contains(channel); },
                     [&](const std::string& channel, Programme programme) {
                       if (programme.start >= until) return;
                       if (kept >= settings.max_programmes) {
                         ++import.left_out;
                         return;
                       }
                       ++kept;
                       import.channels[channel].push_back(std::move(programme));
                     });
  GRANDSTAND_RETURN_IF_ERROR(unpack(document.bytes, limit, [&](std::string_view piece) -> Status {
    if (cancelled && cancelled()) return Error{ErrorCode::kCancelled, "stopped"};
    return reader.push(piece);
  }));
  GRANDSTAND_RETURN_IF_ERROR(reader.finish());
  import.counts = reader.counts();
  return import;
}

}  // namespace grandstand::guide
