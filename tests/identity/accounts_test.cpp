// SPDX-License-Identifier: MIT
#include "accounts_fixture.hpp"
#include "accounts_store.hpp"

#include <grandstand/identity/name_looks.hpp>

#include <future>
#include <thread>

#include <pqxx/transaction>

namespace grandstand::identity {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

constexpr char kGuestToken[] = "q3m8Zr1xT0aB4cD5eF6gH7";

class AccountsTest : public AccountsFixture {
 protected:
  using AccountsFixture::AccountsFixture;
  Result<User> guest(const std::string& name, const std::string& token = kGuestToken) {
    return wait(accounts.guest(name, token));
  }
  // Whether somebody is held up in the database before long.
  bool waits_for_a_lock() {
    const std::string is_held_up =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    for (int i = 0; i < 10'000; ++i) {
      if (query(is_held_up) == "1") return true;
      std::this_thread::yield();
    }
    return false;
  }
};

struct ClosedRegistration : AccountsTest {
  ClosedRegistration()
      : AccountsTest([] {
          Settings settings;
          settings.registration = false;
          return settings;
        }()) {}
};

TEST_F(AccountsTest, RegistersSignsInAndKnowsItsUser) {
  const auto registered = register_account("  Ada  Lovelace ");
  ASSERT_TRUE(registered.ok()) << registered.error().message;
  EXPECT_EQ(registered.value().user.name, "Ada Lovelace");
  EXPECT_THAT(registered.value().user.id.value(), MatchesRegex("account:[0-9]+"));
  EXPECT_EQ(registered.value().user.role, Role::kViewer);
  EXPECT_THAT(registered.value().token, MatchesRegex("gs_[A-Za-z0-9_-]{43}"));

  const auto signed_in = sign_in("ADA LOVELACE");
  ASSERT_TRUE(signed_in.ok()) << signed_in.error().message;
  EXPECT_NE(signed_in.value().token, registered.value().token);
  for (const std::string& token : {registered.value().token, signed_in.value().token}) {
    const auto user = authenticate(token);
    ASSERT_TRUE(user.ok());
    EXPECT_EQ(user.value().id, registered.value().user.id);
    EXPECT_EQ(user.value().name, "Ada Lovelace");
  }
}

TEST_F(AccountsTest, KeepsNoSecretInTheDatabase) {
  const std::string token = register_account("Ada").value().token;
  EXPECT_THAT(query("select password_hash from account"), HasSubstr("$argon2id$"));
  EXPECT_EQ(query("select octet_length(digest) from account_session"), "32");
  EXPECT_EQ(query("select count(*) from account_session where encode(digest, 'escape') like '%gs_%'"), "0");
}

TEST_F(AccountsTest, RefusesNamesThatAreTakenOrLookLikeIt) {
  ASSERT_TRUE(register_account("paypal").ok());
  for (const char* name : {"paypal", "PayPal", "pаypаl", "paypa1"})
    expect_error(register_account(name), ErrorCode::kConflict, "choose another");
}

TEST_F(AccountsTest, RefusesNamesThatImitateWithCapitalsWhoeverWantsThem) {
  const User paul = register_account("Paul").value().user;
  const User grace = register_account("Grace").value().user;
  for (const char* name : {"PauI", "PAUI", "Рaul"}) {  // a capital i, the same, a Cyrillic R
    expect_error(register_account(name), ErrorCode::kConflict, "choose another");
    expect_error(guest(name), ErrorCode::kConflict, "choose another");
    expect_error(wait(accounts.rename(grace, name)), ErrorCode::kConflict, "choose another");
    expect_error(wait(accounts.create_bot(grace, name)), ErrorCode::kConflict, "choose another");
    expect_error(accounts.create_blocking(name, kPassword, Role::kViewer), ErrorCode::kConflict, "choose another");
  }
  ASSERT_TRUE(wait(accounts.rename(paul, "PAUL")).ok()) << "its own looks are nobody else's";
  EXPECT_TRUE(sign_in("paul").ok());
}

TEST_F(AccountsTest, GivesTwoNamesThatLookAlikeToOneOfTwoWhoComeAtOnce) {
  pqxx::connection connection(db.url());
  pqxx::work first(connection);
  NewAccount paul{.name = "Paul", .name_key = "paul", .created_at = clock.utc()};
  ASSERT_TRUE(insert_account(first, paul).ok());
  auto second = std::async(std::launch::async, [&] { return register_account("PauI"); });
  EXPECT_TRUE(waits_for_a_lock());
  first.commit();
  expect_error(second.get(), ErrorCode::kConflict, "choose another");
}

TEST_F(AccountsTest, LearnsWhatOlderAccountsLookLike) {
  ASSERT_TRUE(register_account("Paul").ok());
  ASSERT_TRUE(register_account("Grace").ok());
  // As they were before looks were kept, or with other Unicode data.
  query("update account set look = null, look_version = null where name = 'Paul' returning 1");
  query("update account set look = 'other', look_version = '1.0' where name = 'Grace' returning 1");
  ASSERT_TRUE(guest("PauI").ok());
  ASSERT_TRUE(complete_name_looks(db.database()).ok());
  expect_error(guest("PauI"), ErrorCode::kConflict);
  EXPECT_EQ(query("select look from account where name = 'Grace'"), "grace");
  EXPECT_EQ(query("select count(distinct look_version) from account"), "1");
}

TEST_F(AccountsTest, RefusesBadNamesAndPasswords) {
  expect_error(register_account("a\u202e"), ErrorCode::kInvalidArgument, "U+202E");
  expect_error(register_account("Ada", "short"), ErrorCode::kInvalidArgument, "has 5 characters; expected at least 8");
  expect_error(register_account("Ada", "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"), ErrorCode::kInvalidArgument,
               "7 characters");
  expect_error(register_account("Ada", std::string(257, 'x')), ErrorCode::kInvalidArgument, "256 bytes");
  expect_error(register_account("Ada", "12345678\xff"), ErrorCode::kInvalidArgument, "UTF-8");
  EXPECT_EQ(query("select count(*) from account"), "0");
}

TEST_F(AccountsTest, DoesNotTellAnUnknownNameFromAWrongPassword) {
  ASSERT_TRUE(register_account("Ada").ok());
  const auto wrong = sign_in("Ada", "wrong horse");
  const auto unknown = sign_in("Grace", "wrong horse");
  const auto impossible = sign_in("a\nb", "wrong horse");
  for (const auto* outcome : {&wrong, &unknown, &impossible})
    expect_error(*outcome, ErrorCode::kUnauthenticated, "wrong");
  EXPECT_EQ(wrong.error().message, unknown.error().message);
  EXPECT_EQ(wrong.error().message, impossible.error().message);
}

TEST_F(AccountsTest, BoundsTheWrongPasswordsForANameFromOnePlace) {
  ASSERT_TRUE(register_account("Ada").ok());
  ASSERT_TRUE(register_account("Grace").ok());
  for (int i = 0; i < 5; ++i) expect_error(sign_in("Ada", "wrong horse"), ErrorCode::kUnauthenticated);
  expect_error(sign_in("Ada", "wrong horse"), ErrorCode::kRateLimited, "10 s");
  expect_error(sign_in("ADA"), ErrorCode::kRateLimited);
  EXPECT_TRUE(sign_in("Grace").ok());
  clock.advance(seconds(10));
  EXPECT_TRUE(sign_in("Ada").ok());
  for (int i = 0; i < 5; ++i) expect_error(sign_in("Ada", "wrong horse"), ErrorCode::kUnauthenticated);
  EXPECT_THAT(db.metrics().render(), HasSubstr("grandstand_identity_sign_ins_total{outcome=\"limited\"} 2"));
}

TEST_F(AccountsTest, LetsWrongPasswordsFromElsewhereKeepNobodyOut) {
  ASSERT_TRUE(register_account("Ada").ok());
  const Device stranger{"", "192.0.2.1"}, home{"", "198.51.100.7"};
  const User ada = authenticate(sign_in("Ada", kPassword, home).value().token).value();
  for (int i = 0; i < 5; ++i) expect_error(sign_in("Ada", "wrong horse", stranger), ErrorCode::kUnauthenticated);
  expect_error(sign_in("Ada", kPassword, stranger), ErrorCode::kRateLimited);
  EXPECT_TRUE(sign_in("Ada", kPassword, home).ok());
  EXPECT_TRUE(wait(accounts.change_password(ada, kPassword, "battery staple")).ok());
}

TEST_F(AccountsTest, EndsASessionAtSignOut) {
  const std::string token = register_account("Ada").value().token;
  const std::string other = sign_in("Ada").value().token;
  ASSERT_TRUE(authenticate(token).ok());
  ASSERT_TRUE(wait(accounts.sign_out(token)).ok());
  expect_error(authenticate(token), ErrorCode::kUnauthenticated, "sign in again");
  EXPECT_TRUE(authenticate(other).ok());
}

TEST_F(AccountsTest, EndsASessionWhenItsTimeIsOver) {
  const std::string token = register_account("Ada").value().token;
  clock.advance(hours(24 * 30) - seconds(5));
  EXPECT_TRUE(authenticate(token).ok());
  clock.advance(seconds(5));
  expect_error(authenticate(token), ErrorCode::kUnauthenticated);
  ASSERT_TRUE(sign_in("Ada").ok());
  EXPECT_EQ(query("select count(*) from account_session"), "1");
}

TEST_F(AccountsTest, RefusesTokensThatItNeverGave) {
  for (const std::string token :
       {"", "gs_", "nonsense", "gs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "gs_' or 1=1"})
    expect_error(authenticate(token), ErrorCode::kUnauthenticated);
  EXPECT_THAT(db.metrics().render(), HasSubstr("grandstand_identity_sessions_unknown_total 5"));
}

TEST_F(AccountsTest, AsksTheDatabaseOnceInTenSecondsForAToken) {
  const std::string token = register_account("Ada").value().token;
  ASSERT_TRUE(authenticate(token).ok());
  query("delete from account_session returning 1");
  EXPECT_TRUE(authenticate(token).ok());
  clock.advance(seconds(10));
  expect_error(authenticate(token), ErrorCode::kUnauthenticated);
}

TEST_F(AccountsTest, TellsWhoTheUserIsByNowWhenThatChangedDuringTheLookUp) {
  const auto token = register_account("Ada").value().token;
  clock.advance(hours(2));  // so that the look-up also writes, and can be held up there
  pqxx::connection connection(db.url());
  pqxx::work held(connection);
  held.exec("select from account_session for update");
  auto user = std::async(std::launch::async, [&] { return authenticate(token); });
  EXPECT_TRUE(waits_for_a_lock());
  ASSERT_TRUE(accounts.set_role_blocking("Ada", Role::kModerator).ok());
  held.commit();
  EXPECT_EQ(user.get().value().role, Role::kModerator);
}

TEST_F(AccountsTest, BoundsTheSessionsOfAnAccount) {
  const std::string first = register_account("Ada").value().token;
  query(
      "insert into account_session (digest, account_id, created_at, expires_at, last_seen_at) select "
      "decode(md5(i::text), 'hex'), (select id from account), "
      "'2026-01-01T00:00:01Z'::timestamptz, '2027-01-01', '2026-01-01' from generate_series(1, 60) i returning 1");
  clock.advance(seconds(60));
  const std::string last = sign_in("Ada").value().token;
  EXPECT_EQ(query("select count(*) from account_session"), "50");
  expect_error(authenticate(first), ErrorCode::kUnauthenticated);
  EXPECT_TRUE(authenticate(last).ok());
}

TEST_F(AccountsTest, LetsGuestsInByTheirToken) {
  const auto ada = guest(" Ada ");
  ASSERT_TRUE(ada.ok());
  EXPECT_EQ(ada.value().name, "Ada");
  EXPECT_TRUE(ada.value().is_guest());
  EXPECT_THAT(ada.value().id.value(), MatchesRegex("guest:[0-9a-f]{16}"));
  EXPECT_THAT(ada.value().id.value(), Not(HasSubstr(kGuestToken)));
  EXPECT_EQ(guest("Grace").value().id, ada.value().id);
  EXPECT_NE(guest("Ada", "another_token-of-a-guest").value().id, ada.value().id);
  for (const std::string& token : {std::string("short"), std::string(65, 'a'), std::string(30, '!')})
    expect_error(guest("Ada", token), ErrorCode::kInvalidArgument, "22 to 64");
  expect_error(guest("", kGuestToken), ErrorCode::kInvalidArgument, "empty");
}

TEST_F(AccountsTest, KeepsGuestsFromTheNamesOfAccounts) {
  ASSERT_TRUE(register_account("Ada").ok());
  expect_error(guest("\u0430da"), ErrorCode::kConflict, "sign in, or choose another name");
  EXPECT_TRUE(guest("Adam").ok());
}

TEST_F(AccountsTest, LetsGuestsInWhileTheDatabaseIsGone) {
  db.database().stop();
  EXPECT_TRUE(guest("Ada").ok());
  expect_error(sign_in("Ada"), ErrorCode::kUnavailable);
  expect_error(register_account("Ada"), ErrorCode::kUnavailable);
}

TEST_F(ClosedRegistration, LeavesAccountsToTheOperator) {
  expect_error(register_account("Ada"), ErrorCode::kForbidden);
  const auto made = accounts.create_blocking("Ada", kPassword, Role::kAdmin);
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made.value().role, Role::kAdmin);
  EXPECT_EQ(sign_in("ada").value().user.role, Role::kAdmin);
}

TEST_F(AccountsTest, IsManagedByTheOperator) {
  expect_error(accounts.create_blocking("Ada", "short", Role::kViewer), ErrorCode::kInvalidArgument);
  expect_error(accounts.create_blocking("Ada", kPassword, Role::kGuest), ErrorCode::kInvalidArgument);
  ASSERT_TRUE(accounts.create_blocking("Ada", kPassword, Role::kViewer).ok());
  expect_error(accounts.create_blocking("ADA", kPassword, Role::kViewer), ErrorCode::kConflict);
  ASSERT_TRUE(accounts.create_blocking("Grace", kPassword, Role::kViewer).ok());
  const std::string token = sign_in("Ada").value().token;

  ASSERT_TRUE(accounts.set_role_blocking("ada", Role::kModerator).ok());
  EXPECT_EQ(authenticate(token).value().role, Role::kModerator);
  expect_error(accounts.set_role_blocking("nobody", Role::kAdmin), ErrorCode::kNotFound);

  ASSERT_TRUE(accounts.set_password_blocking("Ada", "battery staple").ok());
  expect_error(authenticate(token), ErrorCode::kUnauthenticated);
  expect_error(sign_in("Ada"), ErrorCode::kUnauthenticated);
  EXPECT_TRUE(sign_in("Ada", "battery staple").ok());
  expect_error(accounts.set_password_blocking("nobody", "battery staple"), ErrorCode::kNotFound);

  const auto users = accounts.list_blocking();
  ASSERT_TRUE(users.ok());
  ASSERT_EQ(users.value().size(), 2u);
  EXPECT_EQ(users.value()[0].name, "Ada");
  EXPECT_EQ(users.value()[0].role, Role::kModerator);
}

}  // namespace
}  // namespace grandstand::identity
