// SPDX-License-Identifier: MIT
#include "hdhomerun.hpp"

#include <grandstand/base/parse_number.hpp>
#include <grandstand/base/xml.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFirstWithoutNumber = 9001;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The check of libhdhomerun: digits in even places count through a table, and all of them cancel out.
unsigned check_digit(std::uint32_t id) {
  static constexpr std::array<unsigned, 16> kTable{0xA, 0x5, 0xF, 0x6, 0x7, 0xC, 0x1, 0xB,
                                                   0x9, 0x2, 0x8, 0xD, 0x4, 0x3, 0xE, 0x0};
  unsigned check = 0;
  for (int place = 0; place < 8; ++place) {
    const unsigned digit = (id >> (28 - 4 * place)) & 0xF;
    check ^= place % 2 == 0 ? kTable[digit] : digit;
  }
  return check;
}

// FNV-1a: the same name gives the same device after every start.
std::uint32_t hash_of(std::string_view text) {
  std::uint32_t hash = 2'166'136'261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  return hash;
}

std::string xml(std::string_view text) {
  std::string out;
  append_xml(out, text);
  return out;
}

}  // namespace

bool is_hdhomerun_device_id(std::string_view text) {
  const auto id = parse_number<std::uint32_t>(text, 16);
  return text.size() == 8 && id && check_digit(*id) == 0;
}

std::string hdhomerun_device_id(const ClientSettings& settings) {
  if (!settings.hdhomerun_device_id.empty()) return settings.hdhomerun_device_id;
  std::uint32_t id = 0x10000000U | (hash_of(settings.hdhomerun_name) & 0x00FFFFF0U);
  id |= check_digit(id);  // the last digit counts as it is
  char text[9];
  std::snprintf(text, sizeof text, "%08X", id);
  return text;
}

std::string hdhomerun_guide_number(std::span<const channels::ChannelStatus> lineup, std::size_t index) {
  if (lineup[index].number > 0) return std::to_string(lineup[index].number);
  int number = kFirstWithoutNumber;
  for (std::size_t i = 0; i < index; ++i) number += lineup[i].number > 0 ? 0 : 1;
  // Those that the lineup gives are passed over.
  std::vector<int> taken;
  for (const auto& channel : lineup) {
    if (channel.number >= kFirstWithoutNumber) taken.push_back(channel.number);
  }
  std::ranges::sort(taken);
  for (const int one : taken) number += one <= number ? 1 : 0;
  return std::to_string(number);
}

std::optional<ChannelId> find_guide_number(std::span<const channels::ChannelStatus> lineup, std::string_view number) {
  for (std::size_t i = 0; i < lineup.size(); ++i) {
    if (hdhomerun_guide_number(lineup, i) == number) return lineup[i].id;
  }
  return std::nullopt;
}

std::string write_discover(const ClientSettings& settings, std::string_view base_url) {
  const std::string base(base_url);
  return dump({{"FriendlyName", settings.hdhomerun_name},
               {"ModelNumber", "HDHR5-4DT"},
               {"FirmwareName", "grandstand"},
               {"FirmwareVersion", GRANDSTAND_VERSION},
               {"DeviceID", hdhomerun_device_id(settings)},
               {"DeviceAuth", "grandstand"},
               {"BaseURL", base},
               {"LineupURL", base + "/lineup.json"},
               {"TunerCount", settings.hdhomerun_tuners}});
}

std::string write_device_description(const ClientSettings& settings, std::string_view base_url) {
  const auto id = hdhomerun_device_id(settings);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<root xmlns=\"urn:schemas-upnp-org:device-1-0\">\n"
         "<specVersion><major>1</major><minor>0</minor></specVersion>\n"
         "<URLBase>" +
         xml(base_url) +
         "</URLBase>\n"
         "<device>\n"
         "<deviceType>urn:schemas-upnp-org:device:MediaServer:1</deviceType>\n"
         "<friendlyName>" +
         xml(settings.hdhomerun_name) +
         "</friendlyName>\n"
         "<manufacturer>Grandstand</manufacturer>\n"
         "<modelName>HDHR5-4DT</modelName>\n"
         "<modelNumber>HDHR5-4DT</modelNumber>\n"
         "<serialNumber>" +
         id +
         "</serialNumber>\n"
         "<UDN>uuid:67726e64-7374-616e-6400-0000" +
         id +
         "</UDN>\n"
         "</device>\n"
         "</root>\n";
}

std::string write_hdhomerun_lineup(std::span<const channels::ChannelStatus> lineup, std::string_view base_url) {
  Json entries = Json::array();
  for (std::size_t i = 0; i < lineup.size(); ++i) {
    const auto number = hdhomerun_guide_number(lineup, i);
    entries.push_back(
        {{"GuideNumber", number}, {"GuideName", lineup[i].name}, {"URL", std::string(base_url) + "/auto/v" + number}});
  }
  return dump(entries);
}

std::string write_lineup_status() {
  return dump(
      {{"ScanInProgress", 0}, {"ScanPossible", 1}, {"Source", "Cable"}, {"SourceList", Json::array({"Cable"})}});
}

}  // namespace grandstand::http
