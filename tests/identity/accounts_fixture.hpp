// SPDX-License-Identifier: MIT
#pragma once

#include "manual_clock.hpp"
#include "run_task.hpp"
#include "test_database.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/identity/accounts.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::identity {

inline constexpr char kPassword[] = "correct horse";

// Runs the task on a loop of its own to its end. The loop stays until the process ends: the thread that answered may
// still be on its way out of posting to it.
template <class T>
Result<T> wait(aio::Task<Result<T>> task) {
  static std::vector<std::unique_ptr<aio::Runtime>> runtimes;
  auto& runtime = *runtimes.emplace_back(std::make_unique<aio::Runtime>(1));
  return run_task(runtime.loop(0), std::move(task));
}

template <class T>
void expect_error(const Result<T>& outcome, ErrorCode code, const std::string& part = "") {
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(to_string(outcome.error().code), to_string(code)) << outcome.error().message;
  EXPECT_THAT(outcome.error().message, testing::HasSubstr(part));
}

// Accounts with a database of their own.
class AccountsFixture : public testing::Test {
 protected:
  explicit AccountsFixture(Settings settings = {})
      : db(Accounts::migrations()), accounts(settings, db.database(), clock, db.metrics()) {}

  Result<SignIn> register_account(const std::string& name, const std::string& password = kPassword) {
    return wait(accounts.register_account(name, password));
  }
  Result<SignIn> sign_in(const std::string& name, const std::string& password = kPassword, Device device = {}) {
    return wait(accounts.sign_in(name, password, std::move(device)));
  }
  Result<User> authenticate(const std::string& token) { return wait(accounts.authenticate(token)); }
  // A new account, signed in.
  User user(const std::string& name, Role role = Role::kViewer) {
    EXPECT_TRUE(accounts.create_blocking(name, kPassword, role).ok());
    return authenticate(sign_in(name).value().token).value();
  }
  std::string query(const std::string& sql) {
    pqxx::connection connection(db.url());
    const auto rows = pqxx::nontransaction(connection).exec(sql);
    return rows.empty() ? "" : rows[0][0].c_str();
  }

  ManualClock clock;
  TestDatabase db;
  Accounts accounts;
};

}  // namespace grandstand::identity
