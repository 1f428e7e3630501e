// SPDX-License-Identifier: MIT
// Who is who at identity providers, with a real database.
#include "accounts_fixture.hpp"
#include "providers_store.hpp"

namespace grandstand::identity {
namespace {

const std::string kIssuer = "https://login.example", kOther = "https://id.example";

class ProvidersStoreTest : public AccountsFixture {
 protected:
  Result<User> enter(const std::string& name, const std::string& subject, const std::string& session = "",
                     const std::string& issuer = kIssuer) {
    NewSession fresh{std::string(62, 'a') + std::to_string(10 + ++sessions_),
                     {},
                     clock.utc(),
                     clock.utc() + std::chrono::hours(1),
                     issuer,
                     subject,
                     session};
    return wait(store.sign_in({name, name_key(name), "", Role::kViewer, clock.utc()}, std::move(fresh)));
  }
  Status link(const User& user, const std::string& subject, const std::string& issuer = kIssuer) {
    return wait(store.link(user.id, {issuer, subject, "", "", ""}, clock.utc()));
  }
  Result<AccountsStore::Ended> end(const std::string& subject, const std::string& session, const std::string& token) {
    return wait(store.end({kIssuer, subject, "", session, token}, clock.utc()));
  }
  std::string sessions_of(const User& user) {
    return query("select count(*) from account_session where account_id = " + user.id.value().substr(8));
  }

  ProvidersStore store{db.database()};
  int sessions_ = 0;
};

TEST_F(ProvidersStoreTest, AnAccountIsOfAnIssuerAndASubject) {
  const auto ada = enter("Ada", "u-1").value();
  EXPECT_EQ(enter("Countess", "u-1").value().id, ada.id) << "what the provider calls her does not matter";
  EXPECT_EQ(enter("Countess", "u-1")->name, "Ada");
  EXPECT_NE(enter("Bob", "u-2").value().id, ada.id);
  EXPECT_NE(enter("Eve", "u-1", "", kOther).value().id, ada.id) << "another issuer's u-1 is somebody else";
}

TEST_F(ProvidersStoreTest, NobodyBecomesSomebodyByAName) {
  const auto ada = user("Ada");
  expect_error(enter("Ada", "u-1"), ErrorCode::kConflict);
  expect_error(enter("\xD0\x90"
                     "da",
                     "u-1"),
               ErrorCode::kConflict);
  EXPECT_EQ(query("select count(*) from account_identity"), "0");
  EXPECT_EQ(sessions_of(ada), "1") << "only the one that she began herself";
}

TEST_F(ProvidersStoreTest, NoPasswordOpensAnAccountThatHasNone) {
  ASSERT_TRUE(enter("Ada", "u-1").ok());
  for (const std::string password : {"", " ", "correct horse", "grandstand"})
    expect_error(sign_in("Ada", password), ErrorCode::kUnauthenticated);
}

TEST_F(ProvidersStoreTest, WhoIsSignedInConnectsTheAccountWithOneIdentityAtEachProvider) {
  const auto ada = user("Ada"), bob = user("Bob");
  ASSERT_TRUE(link(ada, "u-1").ok());
  EXPECT_TRUE(link(ada, "u-1").ok()) << "twice is as good as once";
  EXPECT_EQ(enter("Somebody", "u-1").value().id, ada.id);
  expect_error(link(bob, "u-1"), ErrorCode::kConflict, "another account");
  expect_error(link(ada, "u-2"), ErrorCode::kConflict, "somebody else at the provider");
  EXPECT_TRUE(link(ada, "u-1", kOther).ok());
  EXPECT_EQ(wait(store.issuers(ada.id))->size(), 2u);
  EXPECT_EQ(enter("Somebody", "u-1").value().id, ada.id);
}

TEST_F(ProvidersStoreTest, TheLastWayInIsNotTakenAway) {
  const auto ada = enter("Ada", "u-1").value();
  expect_error(wait(store.unlink(ada.id, kIssuer)), ErrorCode::kConflict, "only way");
  ASSERT_TRUE(link(ada, "u-9", kOther).ok());
  EXPECT_TRUE(wait(store.unlink(ada.id, kIssuer)).ok());
  expect_error(wait(store.unlink(ada.id, kOther)), ErrorCode::kConflict, "only way");
  const auto bob = user("Bob");
  expect_error(wait(store.unlink(bob.id, kIssuer)), ErrorCode::kConflict);
  ASSERT_TRUE(link(bob, "u-2").ok());
  EXPECT_TRUE(wait(store.unlink(bob.id, kIssuer)).ok()) << "he has a password";
}

TEST_F(ProvidersStoreTest, ALogoutEndsTheSessionsThatItNames) {
  const auto ada = enter("Ada", "u-1", "s-1").value(), bob = enter("Bob", "u-2", "s-3").value();
  ASSERT_TRUE(enter("Ada", "u-1", "s-2").ok());
  EXPECT_EQ(end("u-2", "s-1", "t-1")->sessions.size(), 0u) << "both must fit";
  const auto ended = end("", "s-1", "t-2").value();
  EXPECT_EQ(ended.account, ada.id);
  EXPECT_EQ(ended.sessions.size(), 1u);
  EXPECT_EQ(sessions_of(ada), "1");
  ASSERT_TRUE(enter("Ada", "u-1", "s-4").ok());
  EXPECT_EQ(end("u-1", "", "t-3")->sessions.size(), 2u) << "everywhere";
  EXPECT_EQ(sessions_of(bob), "1");
}

TEST_F(ProvidersStoreTest, ALogoutTokenCountsOnce) {
  ASSERT_TRUE(enter("Ada", "u-1", "s-1").ok());
  ASSERT_TRUE(end("u-1", "", "t-1").ok());
  ASSERT_TRUE(enter("Ada", "u-1", "s-2").ok());
  expect_error(end("u-1", "", "t-1"), ErrorCode::kUnauthenticated, "used before");
  clock.advance(std::chrono::minutes(20));
  ASSERT_TRUE(end("u-1", "", "t-2").ok());
  EXPECT_EQ(query("select count(*) from used_logout_token"), "1") << "the first is too old to be taken anyway";
}

}  // namespace
}  // namespace grandstand::identity
