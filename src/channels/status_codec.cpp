// SPDX-License-Identifier: MIT
#include <grandstand/channels/catalogue.hpp>

#include <array>

#include <nlohmann/json.hpp>

namespace grandstand::channels {
namespace {

using Json = nlohmann::json;

constexpr std::array kStates{ChannelState::kStarting, ChannelState::kLive, ChannelState::kSlate, ChannelState::kDown};

ChannelState state_of(const std::string& name) {
  for (const auto state : kStates) {
    if (to_string(state) == name) return state;
  }
  throw Json::other_error::create(501, "there is no state " + name, nullptr);
}

Json encode(const ChannelStatus& status) {
  Json sources = Json::array();
  for (const auto& source : status.sources) {
    sources.push_back({{"url", source.url},
                       {"state", source.state},
                       {"reason", source.reason},
                       {"health", source.health},
                       {"on_air", source.on_air},
                       {"chosen", source.chosen}});
  }
  return {{"id", status.id.value()},      {"state", to_string(status.state)},      {"reason", status.reason},
          {"trouble", status.trouble},    {"ladder_failed", status.ladder_failed}, {"switches", status.switches},
          {"sources", std::move(sources)}};
}

ChannelStatus decode(const Json& text, const std::string& node) {
  ChannelStatus status;
  status.id = ChannelId(text.at("id").get<std::string>());
  status.state = state_of(text.at("state"));
  status.reason = text.at("reason");
  status.trouble = text.at("trouble");
  status.ladder_failed = text.value("ladder_failed", false);  // nodes of before do not say so
  status.switches = text.at("switches");
  status.node = node;
  for (const auto& source : text.at("sources")) {
    status.sources.push_back({source.at("url"), source.at("state"), source.at("reason"), source.at("health"),
                              source.at("on_air"), source.at("chosen")});
  }
  return status;
}

}  // namespace

std::string encode_statuses(const std::string& node, const std::vector<ChannelStatus>& statuses) {
  Json message{{"node", node}, {"channels", Json::array()}};
  for (const auto& status : statuses) message["channels"].push_back(encode(status));
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<ChannelStatus> decode_statuses(std::string_view text) {
  std::vector<ChannelStatus> statuses;
  try {
    const auto message = Json::parse(text);
    const std::string node = message.at("node");
    for (const auto& one : message.at("channels")) statuses.push_back(decode(one, node));
  } catch (const Json::exception&) {
    return {};
  }
  return statuses;
}

}  // namespace grandstand::channels
