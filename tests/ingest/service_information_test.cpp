// SPDX-License-Identifier: MIT
#include "eit.hpp"
#include "eit_collector.hpp"
#include "sdt.hpp"
#include "service_tables.hpp"

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using namespace std::chrono_literals;
namespace tables = service_tables;

const UtcTime kEvening = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 19h + 30min;

ByteVector concat(std::initializer_list<ByteVector> parts) {
  ByteVector all;
  for (const ByteVector& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

ByteVector news_section(const std::string& title = "News at Seven") {
  return tables::eit(
      0x4E, 1302, 0,
      {{77, kEvening, 45min,
        concat({tables::short_event("ENG", title, "With the weather"), tables::extended_event(0, 1, "eng", "A long "),
                tables::extended_event(1, 1, "eng", "text"), tables::short_event("fra", "Le journal", ""),
                tables::descriptor(0x54, {0x20, 0x00}), tables::descriptor(0x55, {'G', 'B', 'R', 0x09})})}});
}

TEST(Sdt, ReadsNameAndProvider) {
  const auto sdt = parse_sdt(tables::sdt(1302, 0x02, "Provider",
                                         "Radio \xC2"
                                         "e"));
  ASSERT_TRUE(sdt.has_value());
  ASSERT_EQ(sdt->services.size(), 1u);
  const auto& service = sdt->services.front();
  EXPECT_EQ(service.id, 1302);
  EXPECT_EQ(service.name, "Radio é");
  EXPECT_EQ(service.provider, "Provider");
}

TEST(Eit, ReadsAnEventWithTheTextsOfItsFirstLanguage) {
  const auto eit = parse_eit(news_section());
  ASSERT_TRUE(eit.has_value());
  EXPECT_TRUE(eit->present_following());
  EXPECT_EQ(eit->service, 1302);
  ASSERT_EQ(eit->events.size(), 1u);
  const media::ProgrammeEvent expected{.event_id = 77,
                                       .start = kEvening,
                                       .duration = 45min,
                                       .language = "eng",
                                       .title = "News at Seven",
                                       .subtitle = "With the weather",
                                       .description = "A longtext",
                                       .category = "News",
                                       .minimum_age = 12};
  EXPECT_EQ(eit->events.front().title, expected.title);
  EXPECT_EQ(eit->events.front().start, expected.start);
  EXPECT_EQ(eit->events.front().duration, expected.duration);
  EXPECT_EQ(eit->events.front().language, "eng");
  EXPECT_EQ(eit->events.front().subtitle, expected.subtitle);
  EXPECT_EQ(eit->events.front().description, "A long text");
  EXPECT_EQ(eit->events.front().category, "News");
  EXPECT_EQ(eit->events.front().minimum_age, 12);
}

TEST(Eit, LeavesOutEventsWithoutADefinedTime) {
  auto section = news_section();
  for (std::size_t at = 16; at < 21; ++at) section[at] = 0xFF;
  const auto eit = parse_eit(section);
  ASSERT_TRUE(eit.has_value());
  EXPECT_TRUE(eit->events.empty());
}

TEST(Eit, SectionsOfOtherStreamsOrCutShortAreNone) {
  EXPECT_FALSE(parse_eit(tables::eit(0x4F, 1302, 0, {})).has_value());
  EXPECT_FALSE(parse_eit(tables::eit(0x60, 1302, 0, {})).has_value());
  const auto whole = news_section();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto eit = parse_eit(std::span(whole).first(size));
    if (eit) {
      EXPECT_TRUE(eit->events.empty());
    }
    static_cast<void>(parse_sdt(std::span(whole).first(size)));
  }
}

TEST(EitCollector, TellsEachSectionOnceAndAgainWhenItChanges) {
  EitCollector collector;
  EXPECT_FALSE(collector.take(news_section()).has_value());  // follows nobody yet
  collector.follow(1302);
  const auto first = collector.take(news_section());
  ASSERT_TRUE(first.has_value());
  EXPECT_TRUE(first->present_following);
  EXPECT_FALSE(collector.take(news_section()).has_value());
  const auto changed = collector.take(news_section("Late news"));
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->events.front().title, "Late news");
  EXPECT_FALSE(collector.take(tables::eit(0x4E, 1303, 0, {{1, kEvening, 1h, {}}})).has_value());
}

TEST(EitCollector, TellsTheScheduleSectionBySection) {
  EitCollector collector;
  collector.follow(1302);
  for (std::uint8_t section = 0; section < 8; ++section) {
    const auto part = collector.take(tables::eit(0x50, 1302, section, {{section, kEvening + section * 1h, 1h, {}}}));
    ASSERT_TRUE(part.has_value());
    EXPECT_FALSE(part->present_following);
    EXPECT_EQ(part->events.front().start, kEvening + section * 1h);
  }
}

}  // namespace
}  // namespace grandstand::ingest
