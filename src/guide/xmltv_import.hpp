// SPDX-License-Identifier: MIT
#pragma once

#include "xmltv_reader.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/guide/settings.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace grandstand::guide {

// What a server said of the version that we have, to ask only for another one (RFC 9110 13.1); of a file, its stamp.
struct Validators {
  std::string etag;
  std::string last_modified;
};

struct XmltvImport {
  bool unchanged = false;  // the rest is empty then
  Validators validators;
  XmltvReader::Counts counts;
  std::size_t left_out = 0;                                // beyond settings.max_programmes
  std::map<std::string, std::vector<Programme>> channels;  // by XMLTV id
};

// Fetches and reads one source, of it what the channels in `wanted` have before `until`. Blocking. Errors name what is
// wrong, not the source.
Result<XmltvImport> import_xmltv(const XmltvSource& source, const Settings& settings, const Validators& known,
                                 const std::set<std::string>& wanted, UtcTime until,
                                 const std::function<bool()>& cancelled);

}  // namespace grandstand::guide
