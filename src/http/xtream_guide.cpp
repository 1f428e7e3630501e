// SPDX-License-Identifier: MIT
#include "xtream_guide.hpp"

#include "xtream.hpp"

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

namespace grandstand::http {
namespace {

using Json = nlohmann::ordered_json;

std::string base64(std::string_view text) {
  std::string encoded((text.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  encoded.resize(static_cast<std::size_t>(length));
  return encoded;
}

std::string title_of(const guide::Programme& programme) {
  return programme.subtitle.empty() ? programme.title : programme.title + " - " + programme.subtitle;
}

Json describe(const XtreamGuide& guide, const guide::Programme& programme) {
  const bool past = guide.archive_from && programme.start >= *guide.archive_from && programme.stop <= guide.now;
  return {{"id", xtream_seconds(programme.start)},
          {"epg_id", guide.number},
          {"title", base64(title_of(programme))},
          {"lang", programme.language},
          {"start", xtream_date_time(programme.start)},
          {"end", xtream_date_time(programme.stop)},
          {"description", base64(programme.description)},
          {"channel_id", guide.channel},
          {"start_timestamp", xtream_seconds(programme.start)},
          {"stop_timestamp", xtream_seconds(programme.stop)},
          {"now_playing", programme.start <= guide.now && guide.now < programme.stop ? 1 : 0},
          {"has_archive", past ? 1 : 0}};
}

}  // namespace

std::string write_xtream_guide(const XtreamGuide& guide) {
  Json list = Json::array();
  for (const auto& programme : guide.programmes) list.push_back(describe(guide, *programme));
  return Json{{"epg_listings", std::move(list)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace grandstand::http
