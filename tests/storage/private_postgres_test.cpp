// SPDX-License-Identifier: MIT
#include "test_database.hpp"

#include <fstream>
#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pqxx/pqxx>
#include <signal.h>
#include <sys/wait.h>

namespace grandstand::storage {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

PrivatePostgres::Settings settings_for(const fs::path& directory) {
  PrivatePostgres::Settings settings;
  settings.directory = directory;
  settings.durable = false;
  settings.fallback = directory / "no-such-fallback";
  return settings;
}

std::unique_ptr<PrivatePostgres> start(const PrivatePostgres::Settings& settings) {
  auto started = PrivatePostgres::start(settings);
  EXPECT_TRUE(started.ok()) << started.error().message;
  return started.ok() ? std::move(*started) : nullptr;
}

std::string query(const PrivatePostgres& postgres, const std::string& sql) {
  pqxx::connection connection(postgres.url());
  const auto rows = pqxx::nontransaction(connection).exec(sql);
  return rows.empty() || rows[0].empty() ? "" : rows[0][0].c_str();
}

bool eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 1'000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

bool runs(pid_t process) {
  return ::kill(process, 0) == 0;
}

TEST(PrivatePostgres, KeepsItsRowsOverARestart) {
  TemporaryDirectory directory;
  auto settings = settings_for(directory.path() / "postgres");
  settings.durable = true;
  {
    auto postgres = start(settings);
    query(*postgres, "create table kept as select 'still here' as text");
    EXPECT_EQ(query(*postgres, "show fsync"), "on");
    EXPECT_EQ(query(*postgres, "show server_encoding"), "UTF8");
    EXPECT_EQ(query(*postgres, "show listen_addresses"), "");
  }
  auto postgres = start(settings);
  EXPECT_EQ(query(*postgres, "select text from kept"), "still here");
}

TEST(PrivatePostgres, RefusesADirectoryThatIsInUse) {
  TemporaryDirectory directory;
  auto postgres = start(settings_for(directory.path() / "postgres"));
  const auto second = PrivatePostgres::start(settings_for(directory.path() / "postgres"));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_THAT(second.error().message, HasSubstr((directory.path() / "postgres").string()));
  EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(::getpid())));
  EXPECT_EQ(query(*postgres, "select 1"), "1");
}

TEST(PrivatePostgres, TellsOthersHowTheRunningOneIsReached) {
  TemporaryDirectory directory;
  const auto place = directory.path() / "postgres";
  EXPECT_EQ(PrivatePostgres::url_of_running(place).error().code, ErrorCode::kNotFound);
  auto postgres = start(settings_for(place));
  EXPECT_EQ(PrivatePostgres::url_of_running(place).value(), postgres->url());
  postgres->stop();
  EXPECT_FALSE(PrivatePostgres::url_of_running(place).ok());
}

TEST(PrivatePostgres, ComesBackAfterItWasKilled) {
  TemporaryDirectory directory;
  auto postgres = start(settings_for(directory.path() / "postgres"));
  query(*postgres, "create table kept as select 5 as number");
  ops::Metrics metrics;
  ops::Health health;
  Settings settings;
  settings.connections = 2;
  Database database(settings, postgres->url(), metrics, health);
  ASSERT_TRUE(database.migrate({}).ok());
  ASSERT_TRUE(health.ready());

  const std::function<Result<int>(pqxx::work&)> read = [](pqxx::work& work) -> Result<int> {
    return work.exec1("select number from kept")[0].as<int>();
  };
  const pid_t killed = postgres->process_id();
  ::kill(killed, SIGKILL);
  (void)database.run_blocking<int>(read);
  ASSERT_TRUE(eventually([&] { return !health.ready(); }));
  EXPECT_THAT(health.checks()["database"].reason, HasSubstr("cannot reach PostgreSQL at socket"));
  auto outcome = database.run_blocking<int>(read);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(eventually([&] {
    postgres->supervise();
    return health.ready();
  }));
  EXPECT_NE(postgres->process_id(), killed);
  EXPECT_EQ(*database.run_blocking<int>(read), 5);
}

// What the process that the daemon was would have left behind.
pid_t start_in_a_process_of_its_own(const fs::path& directory, const fs::path& report) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  auto postgres = PrivatePostgres::start(settings_for(directory));
  std::ofstream(report) << (postgres.ok() ? (*postgres)->process_id() : -1) << std::endl;
  for (;;) ::pause();
}

TEST(PrivatePostgres, LeavesNothingRunningWhenItsParentIsKilled) {
  TemporaryDirectory directory;
  const fs::path report = directory.path() / "report";
  const pid_t parent = start_in_a_process_of_its_own(directory.path() / "postgres", report);
  pid_t postmaster = 0;
  ASSERT_TRUE(eventually([&] { return static_cast<bool>(std::ifstream(report) >> postmaster); }));
  ASSERT_GT(postmaster, 1);
  EXPECT_TRUE(runs(postmaster));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  // At once, while the old one may still be stopping.
  auto postgres = start(settings_for(directory.path() / "postgres"));
  EXPECT_EQ(query(*postgres, "select 1"), "1");
  EXPECT_TRUE(eventually([&] { return !runs(postmaster); }));
}

TEST(PrivatePostgres, ReplaysTheLogAfterBothWereKilled) {
  TemporaryDirectory directory;
  const fs::path report = directory.path() / "report";
  const pid_t parent = start_in_a_process_of_its_own(directory.path() / "postgres", report);
  pid_t postmaster = 0;
  ASSERT_TRUE(eventually([&] { return static_cast<bool>(std::ifstream(report) >> postmaster); }));
  ::kill(postmaster, SIGKILL);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  EXPECT_TRUE(eventually([&] { return !runs(postmaster); }));
  EXPECT_TRUE(fs::exists(directory.path() / "postgres" / "cluster" / "postmaster.pid"));
  auto postgres = start(settings_for(directory.path() / "postgres"));
  EXPECT_EQ(query(*postgres, "select 1"), "1");
}

TEST(PrivatePostgres, IgnoresWhatAnInterruptedCreationLeft) {
  TemporaryDirectory directory;
  const fs::path rest = directory.path() / "postgres" / "cluster.new";
  fs::create_directories(rest);
  std::ofstream(rest / "PG_VERSION") << "15\n";
  auto postgres = start(settings_for(directory.path() / "postgres"));
  EXPECT_EQ(query(*postgres, "select 1"), "1");
}

TEST(PrivatePostgres, NeedsThePostgresThatMadeTheCluster) {
  TemporaryDirectory directory;
  fs::create_directories(directory.path() / "postgres" / "cluster");
  std::ofstream(directory.path() / "postgres" / "cluster" / "PG_VERSION") << "8\n";
  auto settings = settings_for(directory.path() / "postgres");
  ASSERT_EQ(::chmod((directory.path() / "postgres").c_str(), 0755), 0);
  const auto started = PrivatePostgres::start(settings);
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().message, HasSubstr("install postgresql-8"));
}

TEST(PrivatePostgres, KeepsItsSocketElsewhereWhenThePathIsTooLong) {
  TemporaryDirectory directory;
  const fs::path deep = directory.path() / std::string(60, 'a') / std::string(60, 'b');
  fs::create_directories(deep);
  auto postgres = start(settings_for(deep / "postgres"));
  EXPECT_EQ(query(*postgres, "select 1"), "1");
  EXPECT_EQ(postgres->url().find("aaaa"), std::string::npos);
}

TEST(PrivatePostgres, BoundsItsLog) {
  TemporaryDirectory directory;
  const fs::path log = directory.path() / "postgres" / "postgres.log";
  fs::create_directories(log.parent_path());
  std::ofstream(log) << std::string(11 * 1024 * 1024, 'x');
  auto postgres = start(settings_for(log.parent_path()));
  EXPECT_LT(fs::file_size(log), 100'000u);
  EXPECT_EQ(fs::file_size(log.string() + ".1"), 11u * 1024 * 1024);
}

TEST(PrivatePostgres, MovesToTheFallbackWhenItsUserCannotReachTheDirectory) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  TemporaryDirectory directory;
  const fs::path closed = directory.path() / "closed";
  fs::create_directory(closed);
  ASSERT_EQ(::chmod(closed.c_str(), 0700), 0);
  auto settings = settings_for(closed / "postgres");
  const auto refused = PrivatePostgres::start([&] {
    auto without = settings;
    without.fallback = closed / "fallback";
    return without;
  }());
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("user \"postgres\""));
  EXPECT_THAT(refused.error().message, HasSubstr((closed / "postgres").string()));
  EXPECT_THAT(refused.error().message, HasSubstr("--data"));

  settings.fallback = directory.path() / "fallback";
  {
    auto postgres = start(settings);
    query(*postgres, "create table kept as select 'still here' as text");
  }
  const fs::path elsewhere = fs::read_symlink(closed / "postgres" / "elsewhere");
  EXPECT_EQ(elsewhere.parent_path(), settings.fallback);
  auto postgres = start(settings);
  EXPECT_EQ(query(*postgres, "select text from kept"), "still here");
}

TEST(PrivatePostgres, SaysWhichUserIsMissing) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  TemporaryDirectory directory;
  auto settings = settings_for(directory.path() / "postgres");
  settings.run_as = "no-such-user";
  const auto started = PrivatePostgres::start(settings);
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().message, HasSubstr("user \"no-such-user\" does not exist"));
}

TEST(PrivatePostgres, RunsForAnOrdinaryUserToo) {
  if (::geteuid() != 0) GTEST_SKIP() << "root becomes one; everybody else is one in the other tests";
  TemporaryDirectory directory;
  ASSERT_EQ(::chmod(directory.path().c_str(), 0777), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(2);
    auto postgres = PrivatePostgres::start(settings_for(directory.path() / "postgres"));
    if (!postgres.ok()) std::fprintf(stderr, "%s\n", postgres.error().message.c_str());
    const bool works = postgres.ok() && query(**postgres, "select current_user") == "grandstand";
    if (postgres.ok()) (*postgres)->stop();
    ::_exit(works ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  // Root takes over what an ordinary user made, and leaves it to that user.
  auto postgres = start(settings_for(directory.path() / "postgres"));
  EXPECT_EQ(query(*postgres, "select 1"), "1");
}

}  // namespace
}  // namespace grandstand::storage
