// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace grandstand::guide {

// Where XMLTV comes from.
struct XmltvSource {
  std::string url;  // http://, https:// or file: with a path; plain, gzip or xz
  std::chrono::milliseconds interval{std::chrono::hours{6}};  // between two looks at it
  friend bool operator==(const XmltvSource&, const XmltvSource&) = default;
};

struct Settings {
  std::vector<XmltvSource> sources;  // a channel that several know has what was read last
  std::chrono::milliseconds keep_past{std::chrono::hours{24 * 7}};     // programmes that ended longer ago are forgotten
  std::chrono::milliseconds keep_future{std::chrono::hours{24 * 14}};  // those that begin later are not taken
  std::size_t max_programmes = 200'000;       // of all channels; further ones are left out. About 1 KB each
  std::size_t max_source_bytes = 256u << 20;  // of one XMLTV document, uncompressed
};

}  // namespace grandstand::guide
