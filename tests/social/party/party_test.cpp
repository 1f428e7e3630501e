// SPDX-License-Identifier: MIT
#include "party.hpp"

#include <gmock/gmock.h>

namespace grandstand::social::party {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr UtcTime kNow{seconds(1'763'712'055)};
const room::User kAda{UserId("guest:ada"), "Ada", room::Role::kGuest};
const room::User kBob{UserId("account:17"), "Bob", room::Role::kViewer};
const room::User kEve{UserId("guest:eve"), "Eve", room::Role::kGuest};
const room::User kRoot{UserId("account:1"), "Root", room::Role::kAdmin};

Programme programme(const char* channel) {
  return {ChannelId(channel), channel, {}, {}};
}

Party party() {
  Party party;
  party.title = "Cup final";
  party.programme = programme("news");
  party.people = {{kAda.id, "Ada", Rank::kHost, kNow}, {kBob.id, "Bob", Rank::kMember, kNow}};
  return party;
}

Party with_co_host() {
  auto with = party();
  with.people[1].rank = Rank::kCoHost;
  return with_person(with, {kEve.id, "Eve", Rank::kMember, kNow});
}

TEST(Party, SaysTheSameAfterTheWire) {
  auto full = with_co_host();
  full.invite = Invite{"k3f9xq2m", kNow + hours(24)};
  full.starts_at = kNow + hours(2);
  full.removed = {UserId("guest:mallory")};
  full.left = {UserId("guest:trent")};
  full.programme = {ChannelId("film"), "The Kid", kNow - hours(3), kNow - hours(2)};
  full = *enqueue(full, kBob, programme("sport"));
  const auto read = decode_party(encode_party(full));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_TRUE(*read == full);
}

TEST(Party, IsChangedByItsHostAndTheServersAdministratorsOnly) {
  Change change;
  change.locked = true;
  EXPECT_TRUE(party::change(party(), kAda, change, kNow)->locked);
  EXPECT_TRUE(party::change(party(), kRoot, change, kNow)->locked);
  EXPECT_EQ(party::change(with_co_host(), kBob, change, kNow).error().code, ErrorCode::kForbidden);
}

TEST(Party, KeepsWhatIsNotChanged) {
  Change change;
  change.control = Control::kEveryone;
  auto expected = party();
  expected.control = Control::kEveryone;
  EXPECT_TRUE(*party::change(party(), kAda, change, kNow) == expected);
}

TEST(Party, IsHandedOverByMakingSomebodyTheHost) {
  const auto handed = appoint(party(), kAda, kBob.id, Rank::kHost);
  EXPECT_EQ(handed->host()->id, kBob.id);
  EXPECT_EQ(rank_of(*handed, kAda), Rank::kCoHost);
  EXPECT_EQ(handed->term, party().term + 1);
  EXPECT_EQ(appoint(party(), kAda, kAda.id, Rank::kMember).error().code, ErrorCode::kInvalidArgument);
}

TEST(Party, FallsToTheSeniorCoHostElseToWhoHasBeenHereLongest) {
  EXPECT_EQ(hand_over(with_co_host(), {kEve.id, kBob.id}).host()->id, kBob.id);
  EXPECT_EQ(hand_over(with_co_host(), {kEve.id}).host()->id, kEve.id);
  EXPECT_EQ(hand_over(party(), {kBob.id}).term, party().term + 1);
  EXPECT_TRUE(hand_over(party(), {}) == party()) << "nobody is here";
}

TEST(Party, RemovesThoseBelowOnly) {
  const auto removed = remove(with_co_host(), kBob, kEve.id);
  EXPECT_EQ(removed->find(kEve.id), nullptr);
  EXPECT_THAT(removed->removed, testing::ElementsAre(kEve.id));
  EXPECT_EQ(remove(with_co_host(), kBob, kAda.id).error().code, ErrorCode::kForbidden);
  EXPECT_EQ(remove(with_co_host(), kEve, kBob.id).error().code, ErrorCode::kForbidden);
}

TEST(Party, LetsGoForGoodAndTakesBackWhoIsInvitedAgain) {
  const auto without = leave(party(), kBob, {});
  EXPECT_EQ(without->find(kBob.id), nullptr);
  EXPECT_THAT(without->left, testing::ElementsAre(kBob.id));
  EXPECT_EQ(leave(*without, kBob, {}).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(with_person(*without, {kBob.id, "Bob", Rank::kMember, kNow}).left.empty());
}

TEST(Party, IsHandedOverByAHostWhoLeaves) {
  EXPECT_EQ(leave(with_co_host(), kAda, {kBob.id, kEve.id})->host()->id, kBob.id) << "the senior co-host";
  EXPECT_EQ(leave(with_co_host(), kAda, {kEve.id})->host()->id, kEve.id) << "who is here";
  EXPECT_EQ(leave(with_co_host(), kAda, {})->host()->id, kBob.id) << "nobody is here";
  EXPECT_EQ(leave(with_co_host(), kAda, {})->term, party().term + 1);
  EXPECT_EQ(leave(with_co_host(), kEve, {kAda.id})->term, party().term) << "the host stays";
}

TEST(Party, IsOverWhenTheLastHasLeft) {
  const auto over = leave(*leave(party(), kAda, {}), kBob, {});
  EXPECT_TRUE(over->ended);
  EXPECT_FALSE(over->invite.has_value());
}

TEST(Party, PlaysWhatMostVotedFor) {
  auto queue = *enqueue(with_co_host(), kAda, programme("sport"));
  queue = *enqueue(queue, kEve, programme("film"));
  queue = *favour(queue, kBob, 2);
  const auto next = next_programme(queue);
  EXPECT_EQ(next->programme.channel, ChannelId("film"));
  EXPECT_EQ(next->queue.size(), 1u);
  EXPECT_EQ(next_programme(party()).error().code, ErrorCode::kConflict);
}

TEST(Party, TakesAVoteBack) {
  auto queue = *enqueue(party(), kAda, programme("sport"));
  EXPECT_TRUE(favour(queue, kAda, 1)->queue[0].votes.empty());
}

TEST(Party, BoundsItsQueue) {
  auto queue = party();
  for (std::size_t i = 0; i < kMostQueued; ++i)
    queue = *enqueue(queue, kBob, programme(("c" + std::to_string(i)).c_str()));
  EXPECT_EQ(enqueue(queue, kBob, programme("more")).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(enqueue(party(), kAda, programme("a"))->queue.size(), 1u);
}

TEST(Party, RefusesProgrammesThatCannotBe) {
  const auto error = [](Programme programme) { return check_programme(programme, kNow).ok(); };
  EXPECT_TRUE(error(programme("news")));
  EXPECT_FALSE(error(programme("../news")));
  EXPECT_FALSE(error(programme("")));
  EXPECT_FALSE(error({ChannelId("news"), "", kNow, {}}));
  EXPECT_FALSE(error({ChannelId("news"), "", kNow - hours(1), kNow - hours(2)}));
  EXPECT_FALSE(error({ChannelId("news"), "", kNow + hours(1), kNow + hours(2)}));
  EXPECT_FALSE(error({ChannelId("news"), "", kNow - hours(48), kNow - hours(1)}));
}

TEST(Party, RefusesTitlesThatNobodyCouldRead) {
  EXPECT_EQ(*check_title("  Cup final "), "Cup final");
  EXPECT_FALSE(check_title("   ").ok());
  EXPECT_FALSE(check_title("a\nb").ok());
  EXPECT_FALSE(check_title(std::string(81, 'a')).ok());
}

TEST(Party, LetsMoveWhomItsControlNames) {
  auto by = with_co_host();
  const auto may = [&](const room::User& user) { return may_move(by, user).ok(); };
  EXPECT_TRUE(may(kAda) && !may(kBob) && !may(kEve));
  by.control = Control::kCoHosts;
  EXPECT_TRUE(may(kAda) && may(kBob) && !may(kEve));
  by.control = Control::kEveryone;
  EXPECT_TRUE(may(kAda) && may(kBob) && may(kEve));
  for (const auto control : {Control::kVote, Control::kTimer}) {
    by.control = control;
    EXPECT_FALSE(may(kAda) || may(kBob) || may(kEve));
  }
}

}  // namespace
}  // namespace grandstand::social::party
