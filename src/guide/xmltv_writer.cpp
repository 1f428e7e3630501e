// SPDX-License-Identifier: MIT
#include "xmltv_writer.hpp"

#include "xmltv_time.hpp"

#include <grandstand/base/xml.hpp>

#include <array>
#include <string_view>

namespace grandstand::guide {

namespace {

// In the order that the DTD wants.
constexpr std::array<std::string_view, 10> kRoles{"director", "actor",  "writer",    "adapter",     "producer",
                                                  "composer", "editor", "presenter", "commentator", "guest"};

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += ' ';
  out += name;
  out += "=\"";
  append_xml(out, value);
  out += '"';
}

void append_element(std::string& out, std::string_view name, std::string_view text, std::string_view attribute = {},
                    std::string_view value = {}) {
  if (text.empty()) return;
  out += "    <";
  out += name;
  append_attribute(out, attribute, value);
  out += '>';
  append_xml(out, text);
  out += "</";
  out += name;
  out += ">\n";
}

void append_credits(std::string& out, const Programme& programme) {
  if (programme.credits.empty()) return;
  out += "    <credits>\n";
  for (const auto role : kRoles) {
    for (const auto& credit : programme.credits) {
      if (credit.role == role) append_element(out, role, credit.name);
    }
  }
  out += "    </credits>\n";
}

void append_programme(std::string& out, const ChannelId& channel, const Programme& programme) {
  out += "  <programme";
  append_attribute(out, "start", to_xmltv_time(programme.start));
  append_attribute(out, "stop", to_xmltv_time(programme.stop));
  append_attribute(out, "channel", channel.value());
  out += ">\n";
  append_element(out, "title", programme.title, "lang", programme.language);
  append_element(out, "sub-title", programme.subtitle, "lang", programme.language);
  append_element(out, "desc", programme.description, "lang", programme.language);
  append_credits(out, programme);
  append_element(out, "date", programme.date);
  for (const auto& category : programme.categories) append_element(out, "category", category);
  if (!programme.icon.empty()) {
    out += "    <icon";
    append_attribute(out, "src", programme.icon);
    out += "/>\n";
  }
  append_element(out, "episode-num", programme.episode, "system", "onscreen");
  append_element(out, "episode-num", programme.episode_ns, "system", "xmltv_ns");
  const auto append_value = [&out](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out += "    <" + std::string(name) + "><value>";
    append_xml(out, value);
    out += "</value></" + std::string(name) + ">\n";
  };
  append_value("rating", programme.rating);
  append_value("star-rating", programme.star_rating);
  out += "  </programme>\n";
}

void append_channel(std::string& out, const GuideChannel& channel) {
  out += "  <channel";
  append_attribute(out, "id", channel.id.value());
  out += ">\n";
  append_element(out, "display-name", channel.name.empty() ? channel.id.value() : channel.name);
  if (channel.number > 0) append_element(out, "display-name", std::to_string(channel.number));
  if (channel.logo.starts_with("http")) {
    out += "    <icon";
    append_attribute(out, "src", channel.logo);
    out += "/>\n";
  }
  out += "  </channel>\n";
}

}  // namespace

std::string write_xmltv(const Schedule& schedule) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE tv SYSTEM \"xmltv.dtd\">\n"
      "<tv generator-info-name=\"Grandstand\">\n";
  for (const auto& entry : schedule.entries) append_channel(out, entry.channel);
  for (const auto& entry : schedule.entries) {
    for (const auto& programme : *entry.programmes) append_programme(out, entry.channel.id, *programme);
  }
  out += "</tv>\n";
  return out;
}

}  // namespace grandstand::guide
