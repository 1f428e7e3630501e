// SPDX-License-Identifier: MIT
#include "cue_text.hpp"

#include <grandstand/base/text.hpp>

namespace grandstand::media {
namespace {

// The text behind the fields "ReadOrder,Layer,Style,Name,MarginL,MarginR,MarginV,Effect,".
std::string_view text_field(std::string_view dialogue) {
  for (int fields = 0; fields < 8; ++fields) {
    const auto comma = dialogue.find(',');
    if (comma == std::string_view::npos) return {};
    dialogue.remove_prefix(comma + 1);
  }
  return dialogue;
}

// Without overrides; '\n' for line breaks.
std::string plain_text(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (c == '\\' && next != '\0') {
      ++at;
      if (next == 'N' || next == 'n') {
        plain += '\n';
      } else {
        plain += next == 'h' ? ' ' : next;
      }
    } else if (c == '{') {
      const auto end = text.find('}', at);
      if (end == std::string_view::npos) break;
      at = end;
    } else if (c != '\r') {
      plain += c;
    }
  }
  return plain;
}

void append_escaped(std::string& out, std::string_view line) {
  for (const char c : line) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
}

}  // namespace

std::string cue_text_of_ass(std::string_view dialogue) {
  const std::string plain = plain_text(text_field(dialogue));
  std::string cue;
  std::string_view rest = plain;
  while (!rest.empty()) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    line = trim(line);
    if (line.empty()) continue;
    if (!cue.empty()) cue += '\n';
    append_escaped(cue, line);
  }
  return cue;
}

}  // namespace grandstand::media
