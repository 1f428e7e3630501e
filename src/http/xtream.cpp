// SPDX-License-Identifier: MIT
#include "xtream.hpp"

#include "hdhomerun.hpp"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::string> groups_of(std::span<const channels::ChannelStatus> lineup) {
  std::vector<std::string> groups;
  for (const auto& channel : lineup) {
    if (std::ranges::find(groups, channel.group) == groups.end()) groups.push_back(channel.group);
  }
  return groups;
}

std::string category_of(const std::vector<std::string>& groups, const std::string& group) {
  return std::to_string(std::ranges::find(groups, group) - groups.begin() + 1);
}

struct Address {
  std::string scheme;
  std::string host;
  std::string port;
};

Address split(std::string_view base_url) {
  Address address;
  const auto slashes = base_url.find("://");
  address.scheme = base_url.substr(0, slashes);
  const auto authority = base_url.substr(slashes + 3);
  const auto colon = authority.rfind(':');
  const bool has_port = colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
  address.host = authority.substr(0, has_port ? colon : authority.size());
  address.port = has_port ? std::string(authority.substr(colon + 1)) : address.scheme == "https" ? "443" : "80";
  return address;
}

}  // namespace

std::string xtream_seconds(UtcTime time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

std::string xtream_date_time(UtcTime time) {
  auto text = to_rfc3339(time).substr(0, 19);
  text[10] = ' ';
  return text;
}

std::string write_xtream_account(const XtreamServer& server, std::optional<std::string_view> name,
                                 std::string_view password, std::size_t max_connections) {
  Json user;
  user["auth"] = name ? 1 : 0;
  if (name) {
    user["username"] = *name;
    user["password"] = password;
    user["message"] = "";
    user["status"] = "Active";
    user["exp_date"] = nullptr;
    user["is_trial"] = "0";
    user["active_cons"] = "0";
    user["created_at"] = "0";
    user["max_connections"] = std::to_string(max_connections);
    user["allowed_output_formats"] = Json::array({"m3u8", "ts"});
  }
  const auto address = split(server.base_url);
  const bool secure = address.scheme == "https";
  const Json info{{"url", address.host},
                  {"port", secure ? "80" : address.port},
                  {"https_port", secure ? address.port : "443"},
                  {"server_protocol", address.scheme},
                  {"rtmp_port", "1935"},
                  {"timezone", "UTC"},
                  {"timestamp_now", std::stoll(xtream_seconds(server.now))},
                  {"time_now", xtream_date_time(server.now)},
                  {"process", true}};
  return dump({{"user_info", user}, {"server_info", info}});
}

std::string write_xtream_categories(std::span<const channels::ChannelStatus> lineup) {
  Json list = Json::array();
  const auto groups = groups_of(lineup);
  for (const auto& group : groups) {
    list.push_back({{"category_id", category_of(groups, group)},
                    {"category_name", group.empty() ? "Channels" : group},
                    {"parent_id", 0}});
  }
  return dump(list);
}

std::string write_xtream_streams(std::span<const channels::ChannelStatus> lineup, std::span<const int> archive_days,
                                 std::string_view category, std::string_view base_url) {
  Json list = Json::array();
  const auto groups = groups_of(lineup);
  for (std::size_t i = 0; i < lineup.size(); ++i) {
    const auto& channel = lineup[i];
    const auto its_category = category_of(groups, channel.group);
    if (!category.empty() && category != its_category) continue;
    const auto number = std::stoi(hdhomerun_guide_number(lineup, i));
    const bool is_path = channel.logo.starts_with('/');
    list.push_back({{"num", number},
                    {"name", channel.name},
                    {"stream_type", channel.radio ? "radio_streams" : "live"},
                    {"stream_id", number},
                    {"stream_icon", is_path ? std::string(base_url) + channel.logo : channel.logo},
                    {"epg_channel_id", channel.id.value()},
                    {"added", "0"},
                    {"is_adult", "0"},
                    {"category_id", its_category},
                    {"custom_sid", ""},
                    {"tv_archive", archive_days[i] > 0 ? 1 : 0},
                    {"direct_source", ""},
                    {"tv_archive_duration", archive_days[i]}});
  }
  return dump(list);
}

}  // namespace grandstand::http
