// SPDX-License-Identifier: MIT
#include "snapshot_rules.hpp"

#include <map>

namespace grandstand::hlscheck {
namespace {

// ISO/IEC 13818-1 annex A; 0 over a section that is intact.
std::uint32_t crc32(const std::vector<std::uint8_t>& bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const auto byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte) << 24;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 0x80000000U ? crc << 1 ^ 0x04C11DB7U : crc << 1;
  }
  return crc;
}

std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text) {
  if (!(text.starts_with("0x") || text.starts_with("0X")) || text.size() % 2 != 0 || text.size() < 4)
    return std::nullopt;
  std::vector<std::uint8_t> bytes;
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  for (std::size_t i = 2; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return bytes;
}

// ANSI/SCTE 35 9.6: table id 0xFC, a length that fits, a CRC.
bool is_splice_section(const std::vector<std::uint8_t>& bytes) {
  if (bytes.size() < 15 || bytes[0] != 0xFC) return false;
  const std::size_t length = 3 + (static_cast<std::size_t>(bytes[1] & 0x0F) << 8 | bytes[2]);
  return length == bytes.size() && crc32(bytes) == 0;
}

void check_one(const Playlist& playlist, const Tag& tag, Findings& findings) {
  const auto& attributes = tag.attributes;
  const auto place = playlist.at(tag.line);
  const auto id = attributes.text("ID");
  if (id.empty()) findings.must(10, place, "a date range without ID", "ID");
  const auto start = parse_date(attributes.text("START-DATE"));
  if (attributes.has("START-DATE") && !start) {
    findings.must(10, place, "date range '" + id + "': START-DATE is no date", "START-DATE as ISO 8601");
  }
  const auto end = parse_date(attributes.text("END-DATE"));
  if (attributes.has("END-DATE") && !end) {
    findings.must(10, place, "date range '" + id + "': END-DATE is no date", "END-DATE as ISO 8601");
  }
  if (start && end && end->since_1970 < start->since_1970) {
    findings.must(10, place, "date range '" + id + "' ends before it starts", "END-DATE at or after START-DATE");
  }
  const auto duration = attributes.decimal("DURATION");
  for (const char* name : {"DURATION", "PLANNED-DURATION"}) {
    if (attributes.has(name) && attributes.decimal(name).value_or(-1) < 0) {
      findings.must(10, place, "date range '" + id + "': " + name + " is no duration", "a decimal number of seconds");
    }
  }
  if (start && end && duration && std::abs((end->since_1970 - start->since_1970).count() - *duration) > 0.001) {
    findings.must(10, place, "date range '" + id + "': DURATION and END-DATE disagree",
                  "START-DATE + DURATION = END-DATE");
  }
  if (attributes.yes("END-ON-NEXT") && (!attributes.has("CLASS") || duration || end)) {
    findings.must(10, place, "date range '" + id + "': END-ON-NEXT without CLASS, or with an end",
                  "END-ON-NEXT with CLASS and without DURATION and END-DATE");
  }
  for (const char* name : {"SCTE35-CMD", "SCTE35-OUT", "SCTE35-IN"}) {
    if (!attributes.has(name)) continue;
    const auto bytes = from_hex(attributes.text(name));
    if (!bytes || !is_splice_section(*bytes)) {
      findings.must(10, place, "date range '" + id + "': " + name + " is no splice_info_section with a valid CRC",
                    "0x and the hexadecimal digits of a splice_info_section (SCTE 35 9.6)");
    }
  }
}

}  // namespace

void check_date_ranges(const Playlist& playlist, Findings& findings) {
  std::map<std::string, std::map<std::string, std::string>> known;  // attributes of all tags with one ID
  for (const auto& tag : playlist.date_ranges) {
    check_one(playlist, tag, findings);
    auto& attributes = known[tag.attributes.text("ID")];
    for (const auto& attribute : tag.attributes.all) {
      const auto [found, added] = attributes.emplace(attribute.name, attribute.value);
      if (!added && found->second != attribute.value) {
        findings.must(10, playlist.at(tag.line),
                      "date range '" + attributes["ID"] + "' has two values of " + attribute.name,
                      "the same value of an attribute in all tags of one ID");
      }
    }
  }
  for (const auto& [id, attributes] : known) {
    if (!attributes.contains("START-DATE")) {
      findings.must(10, playlist.at(), "date range '" + id + "' has no START-DATE", "START-DATE");
    }
  }
  bool dated = playlist.date_ranges.empty() || playlist.skipped > 0;
  for (const auto& segment : playlist.segments) dated |= segment.date.has_value();
  if (!dated) {
    findings.must(10, playlist.at(playlist.date_ranges.front().line), "date ranges, but no EXT-X-PROGRAM-DATE-TIME",
                  "EXT-X-PROGRAM-DATE-TIME in a playlist with date ranges");
  }
}

}  // namespace grandstand::hlscheck
