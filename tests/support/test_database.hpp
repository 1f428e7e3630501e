// SPDX-License-Identifier: MIT
#pragma once

// A real PostgreSQL for tests. `TestDatabase db(MyFeature::migrations());` gives a new, empty database with that schema
// (no argument: without any tables); `db.database()` is the storage::Database for the class under test, `db.url()` its
// address. The first use in an executable starts one private PostgreSQL in a temporary directory (about 0.2 s; it is
// stopped and removed at exit); each TestDatabase is a fresh database in it (about 50 ms), so tests never see each
// other's rows. Works as root (PostgreSQL then runs as user postgres) and as anybody else, in any number of executables
// at once. Use it on the main thread.

#include "test_paths.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/ops/health.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/storage/database.hpp>
#include <grandstand/storage/private_postgres.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <sys/stat.h>
#include <unistd.h>

namespace grandstand {

// A new directory that other users may pass through, removed with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "grandstand-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
    ::chmod(pattern.c_str(), 0711);
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The executable's PostgreSQL.
class TestPostgres {
 public:
  static TestPostgres& instance() {
    static TestPostgres postgres;
    return postgres;
  }

  // The private URL with another database name in it.
  std::string url_of(const std::string& name) const {
    std::string url = postgres_->url();
    return url.replace(url.find("///") + 3, std::string("grandstand").size(), name);
  }
  void run(const std::string& sql) const {
    pqxx::connection connection(url_of("postgres"));
    pqxx::nontransaction(connection).exec(sql);
  }

 private:
  TestPostgres() {
    // initdb costs 0.7 s and ctest runs every test in a process of its own: an empty cluster is kept in the build tree.
    const std::filesystem::path cluster = directory_.path() / "postgres" / "cluster";
    const std::filesystem::path kept = template_path();
    const bool copied = std::filesystem::exists(kept) && copy(kept, cluster);
    start();
    if (copied) return;
    postgres_->stop();
    keep(cluster, kept);
    postgres_.reset();
    start();
  }
  ~TestPostgres() {
    if (postgres_) postgres_->stop();
  }

  static std::filesystem::path template_path() {
    return std::filesystem::path(GRANDSTAND_BINARY_DIR) / ("test-cluster-" + std::to_string(::getuid()));
  }
  // cp keeps owners and modes, which PostgreSQL looks at.
  static bool copy(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code ignored;
    std::filesystem::create_directories(to.parent_path(), ignored);
    const std::string command = "cp -a --reflink=auto '" + from.string() + "' '" + to.string() + "' 2>/dev/null";
    if (std::system(command.c_str()) == 0) return true;
    std::filesystem::remove_all(to, ignored);
    return false;
  }
  // By rename, for other executables may be doing the same: the first one wins.
  static void keep(const std::filesystem::path& cluster, const std::filesystem::path& kept) {
    const std::filesystem::path fresh = kept.string() + "-" + std::to_string(::getpid());
    if (!copy(cluster, fresh)) return;
    if (std::rename(fresh.c_str(), kept.c_str()) == 0) return;
    std::error_code ignored;
    std::filesystem::remove_all(fresh, ignored);
  }
  void start() {
    storage::PrivatePostgres::Settings settings;
    settings.directory = directory_.path() / "postgres";
    settings.durable = false;
    auto started = storage::PrivatePostgres::start(settings);
    if (!started.ok()) {
      std::fprintf(stderr, "TestDatabase: %s\n", started.error().message.c_str());
      std::abort();
    }
    postgres_ = std::move(*started);
  }

  TemporaryDirectory directory_;
  std::unique_ptr<storage::PrivatePostgres> postgres_;
};

class TestDatabase {
 public:
  explicit TestDatabase(std::span<const storage::Migration> migrations = {}, storage::Settings settings = {}) {
    static std::atomic<int> count{0};
    name_ = "test_" + std::to_string(++count);
    TestPostgres::instance().run("create database " + name_);
    database_ = std::make_unique<storage::Database>(settings, url(), metrics_, health_);
    if (migrations.empty()) return;
    if (auto status = database_->migrate(migrations); !status.ok()) {
      std::fprintf(stderr, "TestDatabase: %s\n", status.error().message.c_str());
      std::abort();
    }
  }
  ~TestDatabase() {
    database_.reset();
    TestPostgres::instance().run("drop database if exists " + name_ + " with (force)");
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  storage::Database& database() { return *database_; }
  std::string url() const { return TestPostgres::instance().url_of(name_); }
  ops::Metrics& metrics() { return metrics_; }
  ops::Health& health() { return health_; }

 private:
  std::string name_;
  ops::Metrics metrics_;
  ops::Health health_;
  std::unique_ptr<storage::Database> database_;
};

}  // namespace grandstand
