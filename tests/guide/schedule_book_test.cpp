// SPDX-License-Identifier: MIT
#include "schedule_book.hpp"

#include <grandstand/guide/schedule.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::guide {
namespace {

using namespace std::chrono_literals;

const UtcTime kNow = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} + 12h;
const ChannelId kOne("one");

Programme show(std::string title, std::chrono::minutes from, std::chrono::minutes to) {
  Programme programme;
  programme.title = std::move(title);
  programme.start = kNow + from;
  programme.stop = kNow + to;
  return programme;
}

// "A 0-30, B 30-60", in minutes from now.
std::string describe(const Programmes& programmes) {
  std::string text;
  for (const auto& p : programmes) {
    const auto minutes = [](UtcTime time) {
      return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(time - kNow).count());
    };
    text += (text.empty() ? "" : ", ") + p->title + " " + minutes(p->start) + "-" + minutes(p->stop);
  }
  return text;
}

struct Book {
  Settings settings;
  ScheduleBook book{settings};
  bool put(std::vector<Programme> programmes) { return book.put(kOne, std::move(programmes), kNow).has_value(); }
  std::string shown() const { return describe(*book.of(kOne)); }
};

TEST(ScheduleBook, PutsProgrammesInOrderWithoutOverlap) {
  Book book;
  EXPECT_TRUE(
      book.put({show("B", 30min, 70min), show("A", 0min, 40min), show("C", 60min, 60min), show("D", 90min, 95min)}));
  EXPECT_EQ(book.shown(), "A 0-30, B 30-60, C 60-90, D 90-95");
}

TEST(ScheduleBook, ALastProgrammeWithoutAnEndIsLeftOut) {
  Book book;
  book.put({show("A", 0min, 0min), show("B", 30min, 30min)});
  EXPECT_EQ(book.shown(), "A 0-30");
}

TEST(ScheduleBook, TheNewestImportWinsAndCutsWhatSticksOut) {
  Book book;
  book.put({show("A", 0min, 60min), show("B", 60min, 120min), show("C", 120min, 180min)});
  EXPECT_TRUE(book.put({show("News", 50min, 70min), show("More", 80min, 130min)}));
  EXPECT_EQ(book.shown(), "A 0-50, News 50-70, More 80-130, C 130-180");
  EXPECT_EQ(book.book.size(), 4u);
}

TEST(ScheduleBook, AProgrammeInTheMiddleOfAnotherLeavesBothItsEnds) {
  Book book;
  book.put({show("Match", 0min, 120min)});
  const auto change = book.book.put(kOne, {show("Flash", 45min, 50min)}, kNow);
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(book.shown(), "Match 0-45, Flash 45-50, Match 50-120");
  EXPECT_EQ(describe(change->added), book.shown());
  EXPECT_EQ(change->from, kNow + 45min);
}

TEST(ScheduleBook, TheSameAgainIsNoChange) {
  Book book;
  EXPECT_TRUE(book.put({show("A", 0min, 30min), show("B", 30min, 60min)}));
  EXPECT_FALSE(book.put({show("A", 0min, 30min), show("B", 30min, 60min)}));
  EXPECT_FALSE(book.put({show("A", 0min, 30min)}));
  EXPECT_FALSE(book.put({}));
}

TEST(ScheduleBook, KeepsOnlyWhatLiesInTheTimeThatIsKept) {
  Book book;
  book.settings.keep_past = 1h;
  book.settings.keep_future = 2h;
  book.put({show("Old", -120min, -90min), show("Past", -90min, -30min), show("Now", -30min, 30min),
            show("Far", 180min, 200min)});
  EXPECT_EQ(book.shown(), "Past -90--30, Now -30-30");
  EXPECT_FALSE(book.book.forget_old(kNow));
  EXPECT_TRUE(book.book.forget_old(kNow + 45min));
  EXPECT_EQ(book.shown(), "Now -30-30");
  EXPECT_EQ(book.book.size(), 1u);
}

TEST(ScheduleBook, TakesNoMoreThanItMay) {
  Book book;
  book.settings.max_programmes = 3;
  book.put({show("A", 0min, 10min), show("B", 10min, 20min), show("C", 20min, 30min), show("D", 30min, 40min)});
  EXPECT_EQ(book.shown(), "A 0-10, B 10-20, C 20-30");
  EXPECT_EQ(book.book.left_out(), 1u);
  EXPECT_FALSE(book.book.put(ChannelId("two"), {show("X", 0min, 10min)}, kNow).has_value());
}

TEST(Schedule, FindsPresentAndFollowing) {
  Book book;
  book.put({show("A", 0min, 30min), show("B", 30min, 60min), show("C", 90min, 95min)});
  const auto& all = *book.book.of(kOne);
  EXPECT_EQ(present_following(all, kNow + 30min).present->title, "B");
  EXPECT_EQ(present_following(all, kNow + 30min).following->title, "C");
  EXPECT_EQ(present_following(all, kNow + 70min).present, nullptr);
  EXPECT_EQ(present_following(all, kNow + 95min).following, nullptr);
  EXPECT_EQ(between(all, kNow + 29min, kNow + 31min).size(), 2u);
  EXPECT_EQ(between(all, kNow + 60min, kNow + 90min).size(), 0u);
}

}  // namespace
}  // namespace grandstand::guide
