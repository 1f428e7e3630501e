// SPDX-License-Identifier: MIT
#include "manual_clock.hpp"
#include "polls.hpp"
#include "run_task.hpp"
#include "test_database.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/ballots/audit.hpp>
#include <grandstand/social/feature_table.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::polls {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const UtcTime kStart = from_unix_ms(1'763'712'055'123);
const RoomId kRoom("channel:news");
const PollId kPoll{"e1", 1};

room::User account(int number) {
  room::User user{UserId("account:" + std::to_string(number)), "Voter", room::Role::kViewer};
  user.since = kStart - std::chrono::hours(number % 10 == 0 ? 1 : 1'000);
  return user;
}

class PollsStoreTest : public ::testing::Test {
 protected:
  PollsStoreTest() { store->sign_with(*ballots::SigningKey::from_hex(std::string(64, '7'))); }

  template <class T>
  Result<T> run(aio::Task<Result<T>> task) {
    return run_task(runtime.loop(0), std::move(task));
  }
  using Events = std::vector<room::StoredEvent>;
  Status append(Events events) {
    return run<std::monostate>(store->append(std::make_shared<const Events>(std::move(events))));
  }
  std::vector<Result<std::string>> commit(Events events) {
    return run<std::vector<Result<std::string>>>(store->commit(std::make_shared<const Events>(std::move(events))))
        .value();
  }
  room::StoredEvent opened(bool change, std::uint64_t offset = 1, std::chrono::seconds open_for = 60s) {
    room::Event event{"e1", offset, "polls.opened", kStart, kStart - 5s, account(1)};
    event.key = "k" + std::to_string(offset);
    event.body = encode_opened({"Who wins?", {"Blue", "Red", "Green"}, 0s, kStart + open_for, change, false});
    return {kRoom, event};
  }
  static room::StoredEvent vote(int number, unsigned option, std::string key, std::chrono::milliseconds after = 1s,
                                const PollId& poll = kPoll) {
    room::Event event{"e1", 0, "polls.vote", kStart + after, {}, account(number), encode_vote({poll, option})};
    event.key = std::move(key);
    return {kRoom, event};
  }
  static room::StoredEvent closed(std::chrono::milliseconds after) { return closed(kPoll, after); }
  static room::StoredEvent closed(const PollId& poll, std::chrono::milliseconds after) {
    return {kRoom, {"e1", 9, "polls.closed", kStart + after, {}, {}, encode_poll(poll)}};
  }
  static room::StoredEvent told(const PollId& poll) {
    return {kRoom, {"e1", 10, "polls.final", kStart + 61s, {}, {}, encode_final({poll, {0, 0, 0}})}};
  }
  static room::StoredEvent counting() {
    return {kRoom, {"e1", 0, "polls.count", kStart + 61s, {}, {}, encode_poll(kPoll)}};
  }
  Result<std::string> query(const std::string& name, room::QueryParameters parameters) {
    parameters["poll"] = "e1:1";
    return run<std::string>(store->query(kRoom, name, std::move(parameters), {}));
  }
  // By times since kStart.
  json timeline(std::chrono::seconds from, std::chrono::seconds to) {
    room::QueryParameters stretch{{"from", std::to_string(to_unix_ms(kStart + from))},
                                  {"to", std::to_string(to_unix_ms(kStart + to))}};
    return json::parse(run<std::string>(store->query(kRoom, "timeline", std::move(stretch), {})).value())["polls"];
  }
  Final count() {
    const auto decisions = commit({counting()});
    return decode_final(decisions[0].value()).value();
  }
  ballots::PollRecord exported() {
    ballots::PollRecord record;
    std::uint64_t from = 0;
    for (;;) {
      const auto text = query("export", {{"from", std::to_string(from)}});
      auto page = std::get<ballots::PollRecord>(ballots::read_exhibit(text.value()).value());
      auto earlier = std::move(record.ballots);
      record = std::move(page);
      record.ballots.insert(record.ballots.begin(), earlier.begin(), earlier.end());
      if (!record.next) return record;
      from = *record.next;
    }
  }

  std::vector<storage::Migration> steps = migrations();
  aio::Runtime runtime{1};  // outlives the threads that post to it
  TestDatabase db{steps};
  std::unique_ptr<room::FeatureStore> store = make_store(db.database());
};

TEST_F(PollsStoreTest, TakesOneVoteOfEachAccount) {
  ASSERT_TRUE(append({opened(false)}).ok());
  const auto decisions =
      commit({vote(1, 1, "a"), vote(2, 2, "a"), vote(1, 2, "b"), vote(3, 9, "a"), vote(4, 1, "a", 1s, {"e1", 5})});
  EXPECT_EQ(decode_accepted(*decisions[0])->index, 0u);
  EXPECT_EQ(decode_accepted(*decisions[1])->index, 1u);
  EXPECT_EQ(decisions[2].error().code, ErrorCode::kConflict);
  EXPECT_EQ(decisions[3].error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(decisions[4].error().code, ErrorCode::kNotFound);
  EXPECT_EQ(count().counts, (std::vector<std::uint64_t>{1, 1, 0}));
}

TEST_F(PollsStoreTest, ChangesAVoteWhereThatIsAllowed) {
  ASSERT_TRUE(append({opened(true)}).ok());
  const auto decisions = commit({vote(1, 1, "a"), vote(1, 3, "b"), vote(1, 2, "c")});
  const auto last = decode_accepted(*decisions[2]).value();
  EXPECT_EQ(last.before, 3u);
  EXPECT_EQ(last.replaces, 1u);
  const auto final = count();
  EXPECT_EQ(final.counts, (std::vector<std::uint64_t>{0, 1, 0}));
  EXPECT_EQ(final.votes, 1u);
  EXPECT_EQ(final.size, 3u);
  auto record = exported();
  EXPECT_TRUE(ballots::audit(record, {}).sound());
  std::swap(record.terms.options[0], record.terms.options[2]);
  EXPECT_FALSE(ballots::audit(record, {}).sound()) << "what was asked is signed, too";
}

TEST_F(PollsStoreTest, LetsNobodyChangeAVoteUntilThePollIsFull) {
  ASSERT_TRUE(append({opened(true)}).ok());
  const auto vote_again = [](unsigned i) { return vote(1, 1 + i % 2, std::to_string(i)); };
  for (unsigned i = 0; i < 20; ++i) ASSERT_TRUE(commit({vote_again(i)})[0].ok()) << i;
  const auto refused = commit({vote_again(20)})[0];
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_TRUE(decode_accepted(*commit({vote_again(19)})[0])->again) << "the same command is answered as ever";
  EXPECT_TRUE(commit({vote(2, 3, "a")})[0].ok()) << "others vote";
  const auto final = count();
  EXPECT_EQ(final.counts, (std::vector<std::uint64_t>{0, 1, 1}));
  EXPECT_EQ(final.size, 21u);
}

TEST_F(PollsStoreTest, AnswersARetryAsTheFirstTime) {
  ASSERT_TRUE(append({opened(true)}).ok());
  const auto first = decode_accepted(*commit({vote(1, 1, "a")})[0]).value();
  (void)commit({vote(1, 2, "b")});
  // The reply was lost, and even the poll is closed by now.
  ASSERT_TRUE(append({closed(30s)}).ok());
  const auto retried = decode_accepted(*commit({vote(1, 1, "a", 40s)})[0]).value();
  EXPECT_TRUE(retried.again);
  EXPECT_EQ(retried.index, first.index);
  EXPECT_EQ(retried.nonce, first.nonce);
  EXPECT_EQ(retried.leaf, first.leaf);
  EXPECT_EQ(count().counts, (std::vector<std::uint64_t>{0, 1, 0}));
}

TEST_F(PollsStoreTest, TakesNoVoteAfterTheClosing) {
  ASSERT_TRUE(append({opened(false)}).ok());
  EXPECT_TRUE(commit({vote(1, 1, "a", 59'999ms)})[0].ok());
  EXPECT_EQ(commit({vote(2, 1, "a", 60s)})[0].error().code, ErrorCode::kConflict);
  ASSERT_TRUE(append({closed(30s)}).ok());
  const auto late = commit({vote(3, 1, "a", 31s)})[0];
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, ErrorCode::kConflict);
  EXPECT_NE(late.error().message.find(to_rfc3339(kStart + 31s)), std::string::npos);
  EXPECT_EQ(count().votes, 1u);
}

TEST_F(PollsStoreTest, CountsOnceAndTheSameEverAfter) {
  ASSERT_TRUE(append({opened(false)}).ok());
  (void)commit({vote(1, 1, "a"), vote(10, 2, "a")});
  EXPECT_EQ(query("export", {}).error().code, ErrorCode::kConflict);
  const auto decisions = commit({counting(), vote(2, 1, "a"), counting()});
  EXPECT_FALSE(decisions[1].ok()) << "the counting closes, too";
  EXPECT_EQ(*decisions[0], *decisions[2]);
  EXPECT_EQ(decode_final(*decisions[0])->new_accounts, 1u);
}

TEST_F(PollsStoreTest, TellsLaterHowThePollWent) {
  ASSERT_TRUE(append({opened(true)}).ok());
  (void)commit({vote(1, 1, "a", 1s), vote(2, 2, "a", 30s), vote(1, 3, "b", 30s), vote(3, 3, "a", 59s)});
  ASSERT_TRUE(append({closed(60s)}).ok());
  ASSERT_TRUE(append({{kRoom, {"e1", 10, "polls.final", kStart + 61s, {}, {}, encode_final(count())}}}).ok());
  const auto polls = timeline(0s, 10s);
  ASSERT_EQ(polls.size(), 1u);
  const auto& poll = polls[0];
  EXPECT_EQ(poll["poll"], "e1:1");
  EXPECT_EQ(poll["question"], "Who wins?");
  EXPECT_EQ(poll["media_time"], to_unix_ms(kStart - 5s));
  EXPECT_EQ(poll["closed_at"], to_unix_ms(kStart + 60s));
  EXPECT_EQ(poll["closed_media_time"], to_unix_ms(kStart + 55s));
  EXPECT_EQ(poll["final"]["counts"], json::parse("[0,1,2]"));
  const auto progress = [](std::chrono::milliseconds after, const char* counts) {
    return json{{"at", to_unix_ms(kStart + after)}, {"counts", json::parse(counts)}};
  };
  EXPECT_EQ(poll["progress"], (json{progress(2s, "[1,0,0]"), progress(31s, "[0,1,1]"), progress(60s, "[0,1,2]")}))
      << "nobody sees a vote before it was cast";
}

TEST_F(PollsStoreTest, FindsPollsByTheMomentsAtWhichTheyCouldBeSeen) {
  ASSERT_TRUE(append({opened(false)}).ok());
  const auto seen = [&](std::chrono::seconds from, std::chrono::seconds to) { return timeline(from, to).size() == 1; };
  EXPECT_TRUE(seen(500s, 600s)) << "it has not ended";
  (void)count();
  ASSERT_TRUE(append({told(kPoll)}).ok());
  EXPECT_FALSE(seen(-60s, -5s)) << "it is asked at the picture of 5 s before";
  EXPECT_TRUE(seen(-60s, -4s));
  EXPECT_TRUE(seen(20s, 21s));
  EXPECT_TRUE(seen(56s, 600s));
  EXPECT_FALSE(seen(57s, 600s)) << "its result was told 61 s after";
}

TEST_F(PollsStoreTest, TellsNothingLaterOfHowAHiddenPollStood) {
  auto hidden = opened(false);
  auto opening = decode_opened(hidden.event.body).value();
  opening.hidden = true;
  hidden.event.body = encode_opened(opening);
  ASSERT_TRUE(append({hidden}).ok());
  (void)commit({vote(1, 1, "a")});
  EXPECT_EQ(timeline(0s, 10s)[0]["counts"], json());
  (void)count();
  EXPECT_EQ(timeline(0s, 10s)[0]["progress"], json());
}

TEST_F(PollsStoreTest, ProvesToEveryVoterThatTheirBallotIsInTheTree) {
  ASSERT_TRUE(append({opened(true)}).ok());
  Events votes;
  for (int i = 0; i < 2'500; ++i) votes.push_back(vote(i, 1 + static_cast<unsigned>(i % 3), "a"));
  const auto decisions = commit(std::move(votes));
  ASSERT_EQ(count().size, 2'500u);
  for (const int i : {0, 1, 1'023, 1'024, 2'047, 2'048, 2'499}) {
    auto receipt = json::parse(*decisions[static_cast<std::size_t>(i)]);
    receipt.update(json::parse(*query("proof", {{"index", std::to_string(i)}})));
    receipt["account"] = "account:" + std::to_string(i);
    const auto exhibit = ballots::read_exhibit(receipt.dump());
    ASSERT_TRUE(exhibit.ok()) << exhibit.error().message;
    const auto audit = ballots::audit(std::get<ballots::Receipt>(*exhibit), {});
    EXPECT_TRUE(audit.sound()) << ballots::to_text(audit);
    receipt["account"] = "account:9999";
    EXPECT_FALSE(ballots::audit(std::get<ballots::Receipt>(*ballots::read_exhibit(receipt.dump())), {}).sound());
  }
  EXPECT_EQ(query("proof", {{"index", "2500"}}).error().code, ErrorCode::kNotFound);
}

TEST_F(PollsStoreTest, GivesARoomItsPollsBackAfterACrash) {
  ASSERT_TRUE(append({opened(true), opened(false, 2)}).ok());
  (void)commit({vote(1, 1, "a"), vote(2, 2, "a"), vote(1, 3, "b")});
  const auto feature = kSpec.make();
  feature->restore(*run<std::vector<room::Event>>(store->load_newest(kRoom, kMostKept)));
  ManualClock clock;
  const room::Facts facts{kRoom, clock.steady(), kStart + 10s, 1};
  const auto polls = json::parse(feature->snapshot(facts))["polls"];
  ASSERT_EQ(polls.size(), 2u);
  EXPECT_EQ(polls[0]["counts"], json({0, 1, 1}));
  EXPECT_EQ(polls[0]["votes"], 2);
  EXPECT_EQ(json::parse(feature->personal(facts, account(1)))["votes"][0]["option"], 3);
  // What ended meanwhile is closed and counted at once.
  const auto outcome = feature->tick({kRoom, clock.steady(), kStart + 61s, 1});
  EXPECT_EQ(std::ranges::count(outcome.announcements, "closed", &room::Announcement::name), 2);
}

TEST_F(PollsStoreTest, KeepsWhatWasOpenedUnderOneKeyOnceWhicheverNodeStoresItFirst) {
  auto taken_over = opened(false, 1), again = opened(false, 7), later = opened(false, 8);
  taken_over.event.epoch = "e2";
  later.event.server_time += 10min;
  again.event.key = later.event.key = taken_over.event.key;
  const auto polls = [&] {
    const auto events = *run<std::vector<room::Event>>(store->load_newest(kRoom, kMostKept));
    return std::ranges::count(events, "polls.opened", &room::Event::kind);
  };
  ASSERT_TRUE(append({taken_over}).ok());
  ASSERT_TRUE(append({again}).ok());
  EXPECT_EQ(polls(), 1);
  ASSERT_TRUE(append({later}).ok());
  EXPECT_EQ(polls(), 2) << "rooms have forgotten the key";
}

TEST_F(PollsStoreTest, GivesARoomThePollsBackWhoseResultsAreNotToldHoweverOld) {
  ASSERT_TRUE(append({opened(false, 1, 24h), opened(false, 2, 24h)}).ok());
  (void)commit({vote(1, 1, "a", 1s, {"e1", 1}), vote(2, 2, "a", 1s, {"e1", 2})});
  for (std::uint64_t i = 11; i <= 20; ++i) {
    ASSERT_TRUE(append({opened(false, i), closed({"e1", i}, std::chrono::seconds(i)), told({"e1", i})}).ok());
  }
  ASSERT_TRUE(append({closed({"e1", 2}, 1h)}).ok());  // and then the node was killed
  const auto feature = kSpec.make();
  const auto events = *run<std::vector<room::Event>>(store->load_newest(kRoom, kMostKept));
  EXPECT_EQ(std::ranges::count(events, "polls.opened", &room::Event::kind), kMostKept);
  feature->restore(events);
  const room::Facts facts{kRoom, {}, kStart + 2h, 1};
  const auto polls = json::parse(feature->snapshot(facts))["polls"];
  ASSERT_EQ(polls.size(), 2u);
  EXPECT_EQ(polls[0]["poll"], "e1:1");
  EXPECT_EQ(polls[0]["votes"], 1);
  EXPECT_EQ(polls[1]["poll"], "e1:2") << "the one that closed last";
  EXPECT_EQ(json::parse(feature->personal(facts, account(2)))["votes"][0]["option"], 2);
  const auto outcome = feature->tick(facts);
  ASSERT_EQ(outcome.announcements.size(), 1u);
  EXPECT_EQ(outcome.announcements[0].name, "count");
  EXPECT_EQ(outcome.announcements[0].body, R"({"poll":"e1:2"})");
}

// 100,000 votes of 20,000 accounts with GRANDSTAND_FULL_SIZE=1, else a twentieth: with changes, repeated commands and
// two keys of one account in the same batch, closed at a random moment in between.
TEST_F(PollsStoreTest, CountsExactlyWhatItAcknowledged) {
  const bool full = std::getenv("GRANDSTAND_FULL_SIZE") != nullptr;
  const int votes = full ? 100'000 : 5'000, accounts = votes / 5;
  std::mt19937 random(std::random_device{}());
  const auto seed = random();
  random.seed(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  ASSERT_TRUE(append({opened(true, 1, 3'600s)}).ok());
  const int close_after =
      static_cast<int>(static_cast<unsigned>(votes) / 2 + random() % (static_cast<unsigned>(votes) / 3));
  std::map<std::string, Accepted> accepted;  // by account and key
  std::map<std::string, Accepted> newest;    // by account
  std::size_t refused = 0;
  Events earlier, batch;
  const auto decide = [&] {
    const auto sent = std::exchange(batch, {});
    const auto decisions = commit(sent);
    for (std::size_t i = 0; i < sent.size(); ++i) {
      if (!decisions[i].ok()) {
        ++refused;
        continue;
      }
      const auto answer = decode_accepted(*decisions[i]).value();
      const auto& event = sent[i].event;
      const auto [known, is_new] = accepted.emplace(event.user->id.value() + " " + event.key, answer);
      EXPECT_EQ(answer.again, !is_new);
      EXPECT_EQ(known->second.index, answer.index);
      auto& latest = newest[event.user->id.value()];
      if (is_new) latest = answer;
    }
    if (random() % 10 == 0) (void)commit(sent);  // the answer was lost
  };
  for (int i = 0; i < votes; ++i) {
    if (!earlier.empty() && random() % 20 == 0) {
      batch.push_back(earlier[random() % earlier.size()]);
    } else {
      batch.push_back(vote(static_cast<int>(random() % static_cast<unsigned>(accounts)), 1 + random() % 3,
                           "k" + std::to_string(i), std::chrono::milliseconds(i / 100)));
      if (earlier.size() < 5'000) earlier.push_back(batch.back());
    }
    if (i == close_after) {
      decide();
      ASSERT_TRUE(append({closed(std::chrono::milliseconds(i / 100))}).ok());
    }
    if (batch.size() >= 1'000) decide();
  }
  decide();
  const auto final = count();
  EXPECT_GT(refused, 0u);
  EXPECT_EQ(final.size, accepted.size()) << "leaves = accepted votes";
  EXPECT_EQ(final.votes, newest.size());
  std::vector<std::uint64_t> counts(3);
  for (const auto& [account, latest] : newest) ++counts[latest.option - 1];
  EXPECT_EQ(final.counts, counts);
  const auto record = exported();
  EXPECT_EQ(record.ballots.size(), final.size);
  const auto audit = ballots::audit(record, {});
  EXPECT_TRUE(audit.sound()) << ballots::to_text(audit);
  EXPECT_EQ(audit.counts, counts);
  EXPECT_EQ(audit.root, final.root);
}

}  // namespace
}  // namespace grandstand::social::polls
