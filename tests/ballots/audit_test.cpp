// SPDX-License-Identifier: MIT
#include <grandstand/ballots/audit.hpp>

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

namespace grandstand::ballots {
namespace {

const SigningKey kKey(leaf_hash("seed"));
const std::string kOrigin = origin_of("channel:news", "k3x9:12");

// Three voters, the second of whom changed their mind.
PollRecord record() {
  PollRecord record{kOrigin, {"Who wins?", {"Blue", "Red"}, "until_close"}, {2, 1}, {}, {}, {}, {}};
  record.ballots = {{0, 1, {}, voter_commitment("n0", "account:1")},
                    {1, 2, {}, voter_commitment("n1", "account:2")},
                    {2, 1, 1, voter_commitment("n2", "account:2")},
                    {3, 2, {}, voter_commitment("n3", "account:3")}};
  return record;
}

std::vector<Digest> hashes_of(const PollRecord& record) {
  std::vector<Digest> hashes;
  for (const auto& ballot : record.ballots) hashes.push_back(hash_of(record.origin, ballot));
  return hashes;
}

PollRecord signed_record() {
  auto made = record();
  made.checkpoint = kKey.sign({kOrigin, made.ballots.size(), tree_root(hashes_of(made)), terms_hash(made.terms)});
  made.key = verifier_key(kOrigin, kKey.public_key());
  return made;
}

Receipt receipt_of_the_change() {
  const auto made = signed_record();
  Receipt receipt{kOrigin, "account:2", "n2", {2, 1, 1, {}}, {}, {}, made.checkpoint, made.key};
  receipt.leaf = to_base64(hash_of(kOrigin, made.ballots[2]));
  receipt.path = inclusion_path(hashes_of(made), 2);
  return receipt;
}

TEST(Audit, FindsASoundPollSound) {
  const auto found = audit(signed_record(), {});
  EXPECT_TRUE(found.sound()) << to_text(found);
  EXPECT_EQ(found.counts, (std::vector<std::uint64_t>{2, 1}));
  EXPECT_EQ(found.size, 4u);
}

TEST(Audit, FindsEveryTampering) {
  const std::vector<std::function<void(PollRecord&)>> tamperings{
      [](PollRecord& poll) { poll.counts = {1, 2}; },
      [](PollRecord& poll) {
        poll.ballots[0].option = 2;
        poll.counts = {1, 2};
      },
      [](PollRecord& poll) {
        poll.ballots.pop_back();
        poll.counts = {2, 0};
      },
      [](PollRecord& poll) { std::swap(poll.ballots[0].voter, poll.ballots[1].voter); },
      [](PollRecord& poll) {
        poll.ballots[2].replaces.reset();
        poll.counts = {2, 2};
      },
      [](PollRecord& poll) {
        poll.ballots[3].replaces = 0;
        poll.counts = {1, 1};
      },
      [](PollRecord& poll) { poll.ballots[3].replaces = 1; },
      [](PollRecord& poll) { poll.ballots[3].replaces = 7; },
      [](PollRecord& poll) { poll.ballots[3].option = 3; },
      [](PollRecord& poll) { poll.origin = origin_of("channel:news", "k3x9:13"); },
      [](PollRecord& poll) {
        poll.checkpoint = SigningKey(leaf_hash("other")).sign({kOrigin, 4, tree_root(hashes_of(poll))});
      },
      [](PollRecord& poll) { poll.checkpoint.clear(); },
      [](PollRecord& poll) { poll.key = "x"; },
      [](PollRecord& poll) { std::swap(poll.terms.options[0], poll.terms.options[1]); },
      [](PollRecord& poll) { poll.terms.question = "Who loses?"; },
      [](PollRecord& poll) { poll.terms.change = "none"; },
      [](PollRecord& poll) { poll.terms.change.clear(); },
  };
  for (std::size_t i = 0; i < tamperings.size(); ++i) {
    auto poll = signed_record();
    tamperings[i](poll);
    EXPECT_FALSE(audit(poll, {}).sound()) << i << "\n" << to_text(audit(poll, {}));
  }
}

TEST(Audit, FindsAVoteThatIsChangedWhereThatIsNotAllowed) {
  auto poll = record();
  poll.terms.change = "none";
  poll.checkpoint = kKey.sign({kOrigin, poll.ballots.size(), tree_root(hashes_of(poll)), terms_hash(poll.terms)});
  poll.key = verifier_key(kOrigin, kKey.public_key());
  EXPECT_FALSE(audit(poll, {}).sound()) << "whoever signed it";
}

TEST(Audit, TakesNoTextForSeveralLines) {
  PollRecord poll{kOrigin, {"Who wins?", {"Blue", "Red", "Green"}, "none"}, {1, 0, 0}, {}, {}, {}, {}};
  poll.ballots = {{0, 1, {}, voter_commitment("n0", "account:1")}};
  poll.checkpoint = kKey.sign({kOrigin, 1, tree_root(hashes_of(poll)), terms_hash(poll.terms)});
  poll.key = verifier_key(kOrigin, kKey.public_key());
  ASSERT_TRUE(audit(poll, {}).sound()) << to_text(audit(poll, {}));
  poll.terms = {"Blue", {"Red", "Green"}, "none\nWho wins?"};
  poll.counts = {1, 0};
  EXPECT_FALSE(audit(poll, {}).sound()) << "the vote for Blue is not one for Red";
}

TEST(Audit, WarnsWhereACheckpointOfBeforeDoesNotSayWhatWasAsked) {
  auto poll = record();
  poll.terms.change.clear();
  poll.checkpoint = kKey.sign({kOrigin, poll.ballots.size(), tree_root(hashes_of(poll))});
  poll.key = verifier_key(kOrigin, kKey.public_key());
  const auto found = audit(poll, {});
  EXPECT_TRUE(found.sound()) << to_text(found);
  EXPECT_TRUE(found.findings.back().warning);
  EXPECT_NE(to_text(found).find("BUT: "), std::string::npos);
}

TEST(Audit, HoldsAPollAgainstTheKeyAndTheRootThatWereAskedFor) {
  const auto poll = signed_record();
  EXPECT_TRUE(audit(poll, {kKey.public_key(), tree_root(hashes_of(poll))}).sound());
  EXPECT_FALSE(audit(poll, {SigningKey(leaf_hash("other")).public_key(), {}}).sound());
  EXPECT_FALSE(audit(poll, {{}, leaf_hash("another root")}).sound());
}

TEST(Audit, FindsAVotersBallotInThePoll) {
  const auto found = audit(receipt_of_the_change(), {});
  EXPECT_TRUE(found.sound()) << to_text(found);
  for (const auto& change : std::vector<std::function<void(Receipt&)>>{
           [](Receipt& receipt) { receipt.account = "account:3"; }, [](Receipt& receipt) { receipt.nonce = "n3"; },
           [](Receipt& receipt) { receipt.ballot.option = 2; }, [](Receipt& receipt) { receipt.ballot.index = 1; },
           [](Receipt& receipt) { receipt.path.pop_back(); }, [](Receipt& receipt) { receipt.checkpoint = "x"; }}) {
    auto receipt = receipt_of_the_change();
    receipt.leaf.clear();
    change(receipt);
    EXPECT_FALSE(audit(receipt, {}).sound());
  }
}

TEST(Audit, SaysWhetherAVotersBallotCountsInThePoll) {
  const auto poll = signed_record();
  const auto newest = receipt_of_the_change();
  EXPECT_TRUE(audit(newest, poll, {}).sound()) << to_text(audit(newest, poll, {}));

  auto replaced = newest;
  replaced.nonce = "n1";
  replaced.ballot = {1, 2, {}, {}};
  replaced.leaf = to_base64(hash_of(kOrigin, poll.ballots[1]));
  replaced.path = inclusion_path(hashes_of(poll), 1);
  EXPECT_TRUE(audit(replaced, {}).sound()) << "alone it is as sound as the other";
  const auto found = audit(replaced, poll, {});
  EXPECT_FALSE(found.sound());
  EXPECT_NE(found.findings.back().text.find("ballot 2 replaces it"), std::string::npos) << to_text(found);

  auto shorter = poll;
  shorter.ballots.resize(2);
  EXPECT_FALSE(audit(newest, shorter, {}).sound());
}

TEST(Audit, ReadsTheRecordThatItWrites) {
  const auto poll = signed_record();
  const auto read = read_exhibit(write_record(poll));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(std::get<PollRecord>(*read).ballots, poll.ballots);
  EXPECT_EQ(terms_hash(std::get<PollRecord>(*read).terms), terms_hash(poll.terms));
  EXPECT_TRUE(audit(std::get<PollRecord>(*read), {}).sound());
}

TEST(Audit, SaysWhatAnExhibitLacks) {
  for (const auto* text : {"", "[]", "{}", R"({"ballots":[]})", R"({"nonce":1})", R"({"ballots":[[1]],"origin":"x"})",
                           R"({"nonce":"a","origin":"o","account":"b","leaf":"c","index":0,"option":1})"}) {
    const auto read = read_exhibit(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_FALSE(read.error().message.empty());
  }
}

TEST(Ballot, NamesNobody) {
  const Ballot ballot{0, 1, {}, voter_commitment(make_nonce(), "account:17")};
  EXPECT_EQ(leaf_of(kOrigin, ballot).find("account"), std::string::npos);
  EXPECT_NE(voter_commitment(make_nonce(), "account:17"), ballot.voter);
}

}  // namespace
}  // namespace grandstand::ballots
