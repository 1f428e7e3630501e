// SPDX-License-Identifier: MIT
// Televisions that are let in on a phone, with a real database.
#include "accounts_fixture.hpp"

namespace grandstand::identity {
namespace {

using namespace std::chrono_literals;

const Device kTelevision{"Television/1.0", "203.0.113.9"};

class DevicesTest : public AccountsFixture {
 protected:
  DeviceCode begin() { return wait(accounts.begin_device(kTelevision)).value(); }
  DevicePoll poll(const DeviceCode& code) { return wait(accounts.poll_device(code.secret, kTelevision)).value(); }
  // When it may ask again.
  DevicePoll poll_later(const DeviceCode& code) {
    clock.advance(DeviceCode::kInterval);
    return poll(code);
  }
  Status decide(const DeviceCode& code, User by, bool allow = true) {
    return wait(accounts.decide_device(code.user_code, std::move(by), allow));
  }
};

TEST_F(DevicesTest, ATelevisionGetsASessionOfItsOwnOfWhoLetsItIn) {
  const auto ada = user("Ada");
  const auto code = begin();
  EXPECT_THAT(code.user_code, testing::MatchesRegex("[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}"));
  EXPECT_EQ(poll(code).answer, DeviceAnswer::kPending);
  const auto waiting = wait(accounts.waiting_device(code.user_code)).value();
  EXPECT_EQ(waiting.device.user_agent, kTelevision.user_agent);
  EXPECT_EQ(waiting.device.network, kTelevision.network);
  EXPECT_EQ(waiting.expires_at - waiting.asked_at, DeviceCode::kLifetime);
  ASSERT_TRUE(decide(code, ada).ok());
  const auto heard = poll_later(code);
  ASSERT_EQ(heard.answer, DeviceAnswer::kAllowed);
  ASSERT_TRUE(heard.sign_in);
  const auto television = authenticate(heard.sign_in->token).value();
  EXPECT_EQ(television.id, ada.id);
  EXPECT_NE(television.session, ada.session);
  // Each knows the other.
  const auto sessions = wait(accounts.sessions(ada.id)).value();
  ASSERT_EQ(sessions.size(), 2u);
  for (const auto& session : sessions) EXPECT_EQ(session.begun_by, session.id == television.session ? ada.session : 0U);
  EXPECT_EQ(poll_later(code).answer, DeviceAnswer::kExpired) << "what was decided is told once";
}

TEST_F(DevicesTest, TakesTheCodeAsPeopleTypeIt) {
  const auto code = begin();
  std::string typed = " ";
  for (const char c : code.user_code)
    if (c != '-') typed += static_cast<char>(c - 'A' + 'a');
  EXPECT_EQ(wait(accounts.waiting_device(typed)).value().user_code, code.user_code);
  for (const auto* wrong : {"", "BCDF", "BCDF-GHJKL", "AEIO-UAEI"})
    expect_error(wait(accounts.waiting_device(wrong)), ErrorCode::kNotFound, "no television waits");
}

TEST_F(DevicesTest, AGuestGivesItsNameAndNobodysSession) {
  const auto code = begin();
  const auto guest = wait(accounts.guest("Gast", "0123456789abcdefghijkl")).value();
  ASSERT_TRUE(decide(code, guest).ok());
  const auto heard = poll(code);
  EXPECT_EQ(heard.answer, DeviceAnswer::kAllowed);
  EXPECT_FALSE(heard.sign_in);
  EXPECT_EQ(heard.guest_name, "Gast");
}

TEST_F(DevicesTest, IsSentAwayOnceAndDecidedAboutOnce) {
  const auto ada = user("Ada");
  const auto code = begin();
  ASSERT_TRUE(decide(code, ada, false).ok());
  expect_error(decide(code, ada), ErrorCode::kNotFound);
  expect_error(wait(accounts.waiting_device(code.user_code)), ErrorCode::kNotFound);
  EXPECT_EQ(poll(code).answer, DeviceAnswer::kDenied);
  EXPECT_EQ(poll_later(code).answer, DeviceAnswer::kExpired);
}

TEST_F(DevicesTest, WhoAsksTooOftenWaitsLonger) {
  const auto code = begin();
  EXPECT_EQ(poll(code).answer, DeviceAnswer::kPending);
  EXPECT_EQ(poll(code).answer, DeviceAnswer::kSlowDown);
  EXPECT_EQ(poll_later(code).answer, DeviceAnswer::kSlowDown) << "ten seconds from now on";
  clock.advance(15s);
  EXPECT_EQ(poll(code).answer, DeviceAnswer::kPending);
}

TEST_F(DevicesTest, ACodeEndsAfterTenMinutes) {
  const auto ada = user("Ada");
  const auto code = begin();
  clock.advance(DeviceCode::kLifetime);
  EXPECT_EQ(poll(code).answer, DeviceAnswer::kExpired);
  expect_error(decide(code, ada), ErrorCode::kNotFound);
}

TEST_F(DevicesTest, WhoHasSignedOutLetsNobodyIn) {
  const auto token = register_account("Ada").value().token;
  const auto code = begin();
  ASSERT_TRUE(decide(code, authenticate(token).value()).ok());
  ASSERT_TRUE(wait(accounts.sign_out(token)).ok());
  EXPECT_EQ(poll(code).answer, DeviceAnswer::kExpired);
}

TEST_F(DevicesTest, BotsLetNobodyIn) {
  const auto code = begin();
  User bot{UserId("bot:1"), "Bot", Role::kViewer};
  expect_error(decide(code, bot), ErrorCode::kForbidden);
}

TEST_F(DevicesTest, OnlySoManyWaitAtOnce) {
  query(
      "insert into device_code (digest, user_code, user_agent, network, created_at, expires_at, poll_seconds, "
      "poll_after) select decode(lpad(i::text, 64, '0'), 'hex'), i::text, '', '', '2020-01-01', '2100-01-01', 5, "
      "'2020-01-01' from generate_series(1, 10000) i");
  expect_error(wait(accounts.begin_device(kTelevision)), ErrorCode::kUnavailable, "too many televisions");
}

}  // namespace
}  // namespace grandstand::identity
