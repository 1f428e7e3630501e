// SPDX-License-Identifier: MIT
// The index of a reel as a disk may give it back: whatever it says, what is taken of it lies within the media, has
// names of plain files, and goes on where it was left.
#include "file_io.hpp"
#include "names.hpp"
#include "reel_contents.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace {

using namespace grandstand;

constexpr std::uint64_t kMediaBytes = 1'000'000;

std::filesystem::path scratch_file() {
  std::string folder = (std::filesystem::temp_directory_path() / "grandstand-fuzz-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) std::abort();
  return std::filesystem::path(folder) / "index";
}

void check(const dvr::ReelContents& contents) {
  for (std::size_t i = 0; i < contents.count; ++i) {
    const auto& entry = contents.at(i);
    if (!dvr::is_plain_name(entry.uri)) std::abort();
    if (!entry.init_uri.empty() && !dvr::is_plain_name(entry.init_uri)) std::abort();
    if (entry.size > 0 && entry.offset + entry.size > kMediaBytes) std::abort();
    if (entry.end() < entry.date) std::abort();
    std::string text;
    dvr::append_leading_lines(text, entry, i == 0 ? nullptr : &contents.at(i - 1));
    dvr::append_segment_lines(text, entry);
    if (dvr::parse_entry(std::string_view(dvr::to_line(entry)).substr(0, dvr::to_line(entry).size() - 1)) != entry)
      std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto file = scratch_file();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!dvr::replace_file(file, text)) std::abort();
  const auto whole = dvr::read_index(file, size, kMediaBytes, nullptr);
  check(*whole);
  if (whole->index_bytes > size) std::abort();
  // Read in two steps it is the same.
  const auto half = dvr::read_index(file, size / 2, kMediaBytes, nullptr);
  const auto rest = dvr::read_index(file, size, kMediaBytes, half);
  if (rest->count != whole->count || rest->index_bytes != whole->index_bytes) std::abort();
  static_cast<void>(dvr::parse_date_range(text));
  static_cast<void>(dvr::parse_reel_name(text));
  static_cast<void>(dvr::number_in(text));
  return 0;
}
