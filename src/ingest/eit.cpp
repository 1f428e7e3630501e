// SPDX-License-Identifier: MIT
#include "eit.hpp"

#include "descriptor_loop.hpp"
#include "dvb_text.hpp"

#include <grandstand/base/text.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace grandstand::ingest {

namespace {

// content_nibble_level_1 (table 28).
constexpr std::array<std::string_view, 12> kCategories{
    "",          "Movie / Drama",  "News",
    "Show",      "Sports",         "Children",
    "Music",     "Arts / Culture", "Social / Political",
    "Education", "Leisure",        "Special",
};

std::optional<unsigned> read_bcd(std::uint8_t byte) {
  const unsigned tens = byte >> 4;
  const unsigned ones = byte & 0x0F;
  if (tens > 9 || ones > 9) return std::nullopt;
  return tens * 10 + ones;
}

std::optional<std::chrono::seconds> read_bcd_time(std::span<const std::uint8_t> bytes) {
  const auto hours = read_bcd(bytes[0]);
  const auto minutes = read_bcd(bytes[1]);
  const auto seconds = read_bcd(bytes[2]);
  if (!hours || !minutes || !seconds || *minutes > 59 || *seconds > 59) return std::nullopt;
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds);
}

// Modified Julian Date and BCD (annex C); all ones: not defined.
std::optional<UtcTime> read_start(std::span<const std::uint8_t> bytes) {
  constexpr int kMjdOf1970 = 40'587;
  const auto time = read_bcd_time(bytes.subspan(2, 3));
  if (!time || *time >= std::chrono::hours(24)) return std::nullopt;
  return UtcTime{} + std::chrono::days(int{read_16_bits(bytes, 0)} - kMjdOf1970) + *time;
}

std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return std::string(trim(text));
}

std::string language_of(std::span<const std::uint8_t> bytes) {
  std::string language(bytes.begin(), bytes.begin() + 3);
  const bool right =
      std::ranges::all_of(language, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  if (!right) return {};
  for (char& c : language) c = static_cast<char>(c | 0x20);
  return language;
}

// The texts of one event while its descriptors are read: only those of the first language count.
struct Texts {
  std::string language;
  bool begun = false;
  std::string short_text;
  std::string long_text;

  bool takes(const std::string& other) {
    if (!std::exchange(begun, true)) language = other;
    return language == other;
  }
};

void read_short_event(std::span<const std::uint8_t> body, media::ProgrammeEvent& event, Texts& texts) {
  if (body.size() < 5 || !texts.takes(language_of(body)) || !event.title.empty()) return;
  const std::size_t title = body[3];
  if (body.size() < 5 + title) return;
  event.title = one_line(dvb_text_to_utf8(body.subspan(4, title)));
  const std::size_t text = body[4 + title];
  if (body.size() < 5 + title + text) return;
  texts.short_text = dvb_text_to_utf8(body.subspan(5 + title, text));
}

void read_extended_event(std::span<const std::uint8_t> body, Texts& texts) {
  if (body.size() < 6 || !texts.takes(language_of(body.subspan(1)))) return;
  const std::size_t items = body[4];
  if (body.size() < 6 + items) return;
  const std::size_t length = body[5 + items];
  if (body.size() < 6 + items + length) return;
  texts.long_text += dvb_text_to_utf8(body.subspan(6 + items, length));
}

void read_descriptors(std::span<const std::uint8_t> loop, media::ProgrammeEvent& event) {
  Texts texts;
  for_each_descriptor(loop, [&](std::uint8_t tag, std::span<const std::uint8_t> body) {
    if (tag == 0x4D) read_short_event(body, event, texts);
    if (tag == 0x4E) read_extended_event(body, texts);
    if (tag == 0x54 && body.size() >= 2 && event.category.empty() && (body[0] >> 4) < kCategories.size()) {
      event.category = kCategories[body[0] >> 4];
    }
    for (std::size_t at = 0; tag == 0x55 && at + 4 <= body.size(); at += 4) {
      const int rating = body[at + 3];  // 0x01 to 0x0F: minimum age minus 3
      if (rating >= 1 && rating <= 0x0F) event.minimum_age = std::max(event.minimum_age, rating + 3);
    }
  });
  event.language = std::move(texts.language);
  // The short text stands for the description where there is no long one.
  if (texts.long_text.empty()) {
    event.description = trim(texts.short_text);
  } else {
    event.subtitle = one_line(std::move(texts.short_text));
    event.description = trim(texts.long_text);
  }
}

}  // namespace

std::optional<Eit> parse_eit(std::span<const std::uint8_t> section) {
  constexpr std::size_t kHeader = 14;
  if (section.size() < kHeader + 4 || (section[5] & 0x01) == 0) return std::nullopt;
  if (section[0] != 0x4E && (section[0] & 0xF0) != 0x50) return std::nullopt;
  Eit eit;
  eit.table_id = section[0];
  eit.service = read_16_bits(section, 3);
  eit.version = section[5] >> 1 & 0x1F;
  eit.section = section[6];
  eit.last_section = section[7];
  eit.transport_stream = read_16_bits(section, 8);
  eit.original_network = read_16_bits(section, 10);
  auto rest = section.subspan(kHeader, section.size() - kHeader - 4);
  while (rest.size() >= 12) {
    const std::size_t length = read_16_bits(rest, 10) & 0x0FFF;
    if (rest.size() < 12 + length) return std::nullopt;
    media::ProgrammeEvent event;
    event.event_id = read_16_bits(rest, 0);
    const auto start = read_start(rest.subspan(2, 5));
    const auto duration = read_bcd_time(rest.subspan(7, 3));
    if (start && duration && duration->count() > 0) {
      event.start = *start;
      event.duration = *duration;
      read_descriptors(rest.subspan(12, length), event);
      eit.events.push_back(std::move(event));
    }
    rest = rest.subspan(12 + length);
  }
  return eit;
}

}  // namespace grandstand::ingest
