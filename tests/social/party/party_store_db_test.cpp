// SPDX-License-Identifier: MIT
#include "party_clock.hpp"
#include "run_task.hpp"
#include "test_database.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::party {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const room::User kAda{UserId("guest:ada"), "Ada", room::Role::kGuest};
const room::User kBob{UserId("account:17"), "Bob", room::Role::kViewer};

class PartyStoreTest : public testing::Test {
 protected:
  template <class T>
  Result<T> run(aio::Task<Result<T>> task) {
    return run_task(runtime_.loop(0), std::move(task));
  }
  UtcTime now() const { return std::chrono::time_point_cast<UtcTime::duration>(std::chrono::system_clock::now()); }
  Result<json> found(json body = {{"programme", {{"channel", "news"}, {"title", "News"}}}}) {
    GRANDSTAND_TRY(const auto text, run(store_->found_room(body.dump(), kAda, now())));
    return json::parse(text);
  }
  std::vector<room::Event> load(const RoomId& room) { return *run(store_->load_newest(room, 2)); }
  Party party_of(const RoomId& room) { return *decode_party(load(room).at(0).body); }
  Result<std::string> commit(const RoomId& room, const char* kind, std::string body) {
    room::StoredEvent stored{room, {}};
    stored.event.kind = kind;
    stored.event.body = std::move(body);
    auto events = std::make_shared<const std::vector<room::StoredEvent>>(std::vector{stored});
    return run(store_->commit(std::move(events)))->at(0);
  }
  Result<std::string> ask(const char* query, const std::string& code, std::optional<room::User> asker = {}) {
    return run(store_->query(RoomId(""), query, {{"code", code}}, std::move(asker)));
  }

  aio::Runtime runtime_{1};  // outlives the threads that post to it
  TestDatabase db_{std::vector<storage::Migration>(kSpec.migrations.begin(), kSpec.migrations.end())};
  std::unique_ptr<room::FeatureStore> store_ = make_store(db_.database());
};

TEST_F(PartyStoreTest, FoundsAPartyWithItsFounderAsHost) {
  const auto founded = found();
  ASSERT_TRUE(founded.ok()) << founded.error().message;
  const RoomId room((*founded)["room"].get<std::string>());
  const auto party = party_of(room);
  EXPECT_EQ(party.host()->id, kAda.id);
  EXPECT_EQ(party.title, "News");
  EXPECT_EQ(party.invite->code, (*founded)["invite"].get<std::string>());
  EXPECT_TRUE(*run(store_->has_room(room)));
  EXPECT_FALSE(*run(store_->has_room(RoomId("party:other"))));
  EXPECT_EQ(decode_motion(load(room).at(1).body)->rate, 0);
}

TEST_F(PartyStoreTest, RefusesAPartyThatCannotBe) {
  EXPECT_EQ(found(json::object()).error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(found({{"programme", {{"channel", "a b"}}}}).ok());
  EXPECT_FALSE(found({{"programme", {{"channel", "news"}}}, {"starts_at", 253'000'000'000'000}}).ok());
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(found().ok());
  EXPECT_EQ(found().error().code, ErrorCode::kTooLarge);
}

TEST_F(PartyStoreTest, TellsWhoHoldsTheCodeWhatItInvitesTo) {
  const auto founded = *found();
  const auto code = founded["invite"].get<std::string>();
  const auto told = json::parse(*ask("invite", code));
  EXPECT_EQ(told["room"], founded["room"]);
  EXPECT_EQ(told["host"], "Ada");
  EXPECT_EQ(told["programme"]["channel"], "news");
  EXPECT_FALSE(told.contains("queue"));
  EXPECT_EQ(ask("invite", "nonesuch").error().code, ErrorCode::kNotFound);
  const RoomId room(founded["room"].get<std::string>());
  auto party = party_of(room);
  party.invite->expires = now() - 1min;
  ++party.revision;
  ASSERT_TRUE(commit(room, "party.state", encode_party(party)).ok());
  EXPECT_EQ(ask("invite", code).error().code, ErrorCode::kNotFound);
}

TEST_F(PartyStoreTest, KeepsTheNewestOfTwoOwners) {
  const RoomId room((*found())["room"].get<std::string>());
  auto party = party_of(room);
  party.revision = 5;
  party.title = "Five";
  EXPECT_TRUE(commit(room, "party.state", encode_party(party)).ok());
  EXPECT_TRUE(commit(room, "party.state", encode_party(party)).ok()) << "whose answer was lost";
  party.title = "Another five";
  EXPECT_EQ(commit(room, "party.state", encode_party(party)).error().code, ErrorCode::kConflict);
  Motion motion;
  motion.sequence = 9;
  motion.rate = 1;
  EXPECT_TRUE(commit(room, "party.motion", encode_motion(motion)).ok());
  motion.sequence = 8;
  EXPECT_EQ(commit(room, "party.motion", encode_motion(motion)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(party_of(room).title, "Five");
  EXPECT_EQ(decode_motion(load(room).at(1).body)->sequence, 9u);
}

TEST_F(PartyStoreTest, ShowsPartiesToTheirPeopleOnly) {
  const RoomId room((*found())["room"].get<std::string>());
  EXPECT_EQ(*run(store_->reading_role(room, kAda)), room::Role::kModerator) << "the host, though a guest";
  EXPECT_EQ(*run(store_->reading_role(room, kBob)), std::nullopt);
  EXPECT_EQ(*run(store_->reading_role(room, std::nullopt)), std::nullopt);
  auto party = with_person(party_of(room), {kBob.id, "Bob", Rank::kMember, now()});
  ++party.revision;
  ASSERT_TRUE(commit(room, "party.state", encode_party(party)).ok());
  EXPECT_EQ(*run(store_->reading_role(room, kBob)), kBob.role);
  party = *leave(party, kBob, {});
  ++party.revision;
  ASSERT_TRUE(commit(room, "party.state", encode_party(party)).ok());
  EXPECT_EQ(*run(store_->reading_role(room, kBob)), std::nullopt) << "who has left";
  EXPECT_EQ(json::parse(*ask("mine", "", kAda))["parties"][0]["room"].get<std::string>(), room.value());
  EXPECT_EQ(json::parse(*ask("mine", "", kBob))["parties"].size(), 0u);
  EXPECT_EQ(ask("mine", "").error().code, ErrorCode::kUnauthenticated);
}

TEST_F(PartyStoreTest, HasNoRoomOfAPartyThatIsOver) {
  const RoomId room((*found())["room"].get<std::string>());
  auto party = *end(party_of(room), kAda);
  ++party.revision;
  ASSERT_TRUE(commit(room, "party.state", encode_party(party)).ok());
  EXPECT_FALSE(*run(store_->has_room(room)));
  EXPECT_EQ(json::parse(*ask("mine", "", kAda))["parties"].size(), 0u);
}

}  // namespace
}  // namespace grandstand::social::party
