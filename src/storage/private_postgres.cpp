// SPDX-License-Identifier: MIT
#include "child_process.hpp"
#include "cluster_place.hpp"
#include "postgres_programs.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/base/percent_encoding.hpp>
#include <grandstand/base/text.hpp>
#include <grandstand/storage/private_postgres.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

namespace grandstand::storage {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kRole[] = "grandstand";
constexpr off_t kLongestLog = 10 * 1024 * 1024;
constexpr seconds kStartTimeout{60};  // crash recovery may have a checkpoint's worth of log to replay
constexpr milliseconds kPoll{5};
constexpr milliseconds kFirstRestartDelay{250}, kLongestRestartDelay{30'000};

// Keeps one old log; PostgreSQL appends to an open descriptor, so that a log in use can only be emptied, not moved. No
// link is followed: the directory may belong to a user with fewer rights than ours.
void bound_log(const fs::path& log) {
  Descriptor file{::open(log.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)};
  struct stat found{};
  if (!file || ::fstat(file.get(), &found) != 0 || found.st_size <= kLongestLog) return;
  const std::string old = log.string() + ".1";
  ::unlink(old.c_str());
  Descriptor copy{::open(old.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  off_t offset = 0;
  while (copy && ::sendfile(copy.get(), file.get(), &offset, 1 << 20) > 0) {
  }
  if (::ftruncate(file.get(), 0) != 0)
    log::warning("storage", "cannot empty PostgreSQL's log", {{"file", log.string()}});
}

std::string end_of(const fs::path& log) {
  std::ifstream file(log, std::ios::binary);
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::streamoff>(file.tellg());
  file.seekg(std::max<std::streamoff>(0, size - 500));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return std::string(trim(text));
}

// Where a running instance says how it is reached.
fs::path url_file(const fs::path& directory) {
  return directory / "url";
}

// The postmaster that the lock file names, if that process is a PostgreSQL in this cluster.
pid_t find_postmaster(const fs::path& cluster) {
  std::ifstream file(cluster / "postmaster.pid");
  pid_t process = 0;
  if (!(file >> process) || process <= 1) return 0;
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/" + std::to_string(process) + "/cwd", error);
  return !error && folder == fs::canonical(cluster, error) ? process : 0;
}

class RunningPostgres final : public PrivatePostgres {
 public:
  RunningPostgres(Settings settings, ClusterPlace place, PostgresPrograms programs)
      : settings_(std::move(settings)), place_(std::move(place)), programs_(std::move(programs)) {
    url_ =
        "postgresql:///" + std::string(kRole) + "?host=" + percent_encode(place_.sockets.string()) + "&user=" + kRole;
  }
  ~RunningPostgres() override { stop(); }

  const std::string& url() const override { return url_; }
  int process_id() const override { return process_; }

  Status bring_up();
  void supervise() override;
  void stop() override;

 private:
  Status end_orphan();
  Status make_cluster();
  Status write_access_rules();
  Status launch();
  Status wait_until_ready();
  Status ensure_database();
  std::string maintenance_conninfo() const;

  // given
  Settings settings_;
  ClusterPlace place_;
  PostgresPrograms programs_;
  SystemClock clock_;
  std::string url_;

  // state
  pid_t process_ = -1;
  SteadyTime started_{};
  SteadyTime restart_at_{};
  milliseconds restart_delay_ = kFirstRestartDelay;
  bool stopped_ = false;
};

Status RunningPostgres::bring_up() {
  GRANDSTAND_RETURN_IF_ERROR(end_orphan());
  if (!fs::exists(place_.cluster / "PG_VERSION")) {
    GRANDSTAND_RETURN_IF_ERROR(make_cluster());
  }
  GRANDSTAND_RETURN_IF_ERROR(write_access_rules());
  bound_log(place_.log_file);
  GRANDSTAND_RETURN_IF_ERROR(launch());
  GRANDSTAND_RETURN_IF_ERROR(wait_until_ready());
  GRANDSTAND_RETURN_IF_ERROR(ensure_database());
  std::ofstream(url_file(settings_.directory)) << url_ << '\n';
  return success();
}

// We hold the lock, so a postmaster here lost its parent: it is about to stop, or is made to.
Status RunningPostgres::end_orphan() {
  const pid_t orphan = find_postmaster(place_.cluster);
  if (orphan == 0) return success();
  log::warning("storage", "a PostgreSQL from before still runs here; stopping it", {{"process", orphan}});
  ::kill(orphan, SIGINT);
  for (auto waited = kPoll * 0; waited < seconds(15); waited += kPoll) {
    if (waited == seconds(10)) ::kill(orphan, SIGQUIT);
    if (::kill(orphan, 0) != 0 || find_postmaster(place_.cluster) != orphan) return success();
    std::this_thread::sleep_for(kPoll);
  }
  return Error{ErrorCode::kConflict, "PostgreSQL process " + std::to_string(orphan) + " from before still uses " +
                                         place_.cluster.string() + " and does not stop"};
}

Status RunningPostgres::make_cluster() {
  // Made under another name first: what an interrupted initdb leaves is not taken for a cluster.
  const fs::path fresh = place_.cluster.string() + ".new";
  std::error_code error;
  fs::remove_all(fresh, error);
  ProcessSpec initdb;
  initdb.arguments = {programs_.initdb().string(),
                      "-D",
                      fresh.string(),
                      "-U",
                      kRole,
                      "-A",
                      "peer",
                      "--encoding=UTF8",
                      "--locale=C.UTF-8",
                      "--no-instructions",
                      "--no-sync"};
  initdb.user = place_.user;
  const auto made = run_process(std::move(initdb), seconds(120));
  if (!made.ok())
    return Error{made.error().code, "cannot make the database in " + fresh.string() + ": " + made.error().message};
  if (settings_.durable) {
    Descriptor folder{::open(fresh.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (folder) ::syncfs(folder.get());
  }
  fs::rename(fresh, place_.cluster, error);
  if (error)
    return Error{ErrorCode::kUnavailable, "cannot rename " + fresh.string() + " to cluster: " + error.message()};
  log::info("storage", "made a private PostgreSQL cluster",
            {{"directory", place_.cluster.string()}, {"version", programs_.version}, {"user", place_.user_name}});
  return success();
}

// Peer authentication: root (us) and the user of the cluster may both be the database's role, nobody else.
Status RunningPostgres::write_access_rules() {
  GRANDSTAND_RETURN_IF_ERROR(write_cluster_file(place_, "pg_hba.conf", "local all grandstand peer map=grandstand\n"));
  std::string map = "grandstand \"root\" grandstand\n";
  if (place_.user_name != "root") map += "grandstand \"" + place_.user_name + "\" grandstand\n";
  return write_cluster_file(place_, "pg_ident.conf", map);
}

Status RunningPostgres::launch() {
  Descriptor log{::open(place_.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!log)
    return Error{ErrorCode::kUnavailable, "cannot write " + place_.log_file.string() + ": " + std::strerror(errno)};
  ProcessSpec postgres;
  postgres.arguments = {programs_.postgres().string(), "-D", place_.cluster.string(), "-k", place_.sockets.string()};
  for (const char* option :
       {"listen_addresses=", "port=5432", "unix_socket_permissions=0700", "max_connections=100", "log_checkpoints=off",
        "logging_collector=off", "jit=off", "log_destination=stderr", "log_timezone=UTC", "timezone=UTC"})
    postgres.arguments.insert(postgres.arguments.end(), {"-c", option});
  if (!settings_.durable) {
    for (const char* option : {"fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=32MB"})
      postgres.arguments.insert(postgres.arguments.end(), {"-c", option});
  }
  postgres.user = place_.user;
  postgres.output = log.get();
  postgres.death_signal = SIGINT;
  GRANDSTAND_TRY(process_, start_process(postgres));
  started_ = clock_.steady();
  return success();
}

Status RunningPostgres::wait_until_ready() {
  const std::string conninfo = maintenance_conninfo();
  for (const SteadyTime begin = clock_.steady(); clock_.steady() - begin < kStartTimeout;) {
    if (const auto status = try_wait(process_)) {
      process_ = -1;
      return Error{ErrorCode::kUnavailable, "PostgreSQL in " + place_.cluster.string() + " did not start (" +
                                                describe_status(*status) + "); the end of " + place_.log_file.string() +
                                                ": " + end_of(place_.log_file)};
    }
    if (PQping(conninfo.c_str()) == PQPING_OK) return success();
    std::this_thread::sleep_for(kPoll);
  }
  return Error{ErrorCode::kTimeout, "PostgreSQL in " + place_.cluster.string() + " was not ready within 60 s; see " +
                                        place_.log_file.string()};
}

Status RunningPostgres::ensure_database() {
  std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(maintenance_conninfo().c_str()), PQfinish);
  auto run = [&](const char* sql) {
    return std::unique_ptr<PGresult, void (*)(PGresult*)>(PQexec(connection.get(), sql), PQclear);
  };
  const auto found = run("select 1 from pg_database where datname = 'grandstand'");
  if (PQresultStatus(found.get()) == PGRES_TUPLES_OK && PQntuples(found.get()) == 1) return success();
  if (PQresultStatus(found.get()) == PGRES_TUPLES_OK &&
      PQresultStatus(run("create database grandstand").get()) == PGRES_COMMAND_OK)
    return success();
  return Error{ErrorCode::kUnavailable, std::string("the private PostgreSQL does not let us in: ") +
                                            std::string(trim(PQerrorMessage(connection.get())))};
}

std::string RunningPostgres::maintenance_conninfo() const {
  return "postgresql:///postgres?host=" + percent_encode(place_.sockets.string()) + "&user=" + kRole;
}

void RunningPostgres::supervise() {
  if (stopped_) return;
  bound_log(place_.log_file);
  const SteadyTime now = clock_.steady();
  if (process_ > 0) {
    const auto status = try_wait(process_);
    if (!status) return;
    // One that ran for a while starts again at once; one that fails at starting is given time.
    if (now - started_ > seconds(10)) restart_delay_ = kFirstRestartDelay;
    restart_at_ = now + (restart_delay_ == kFirstRestartDelay ? milliseconds(0) : restart_delay_);
    restart_delay_ = std::min(restart_delay_ * 2, kLongestRestartDelay);
    process_ = -1;
    log::error("storage", "PostgreSQL ended; starting it again",
               {{"status", describe_status(*status)}, {"log", place_.log_file.string()}});
  }
  if (now < restart_at_) return;
  if (const auto launched = launch(); !launched.ok()) {
    restart_at_ = now + restart_delay_;
    restart_delay_ = std::min(restart_delay_ * 2, kLongestRestartDelay);
    log::error("storage", "PostgreSQL cannot be started", {{"reason", launched.error().message}});
  }
}

void RunningPostgres::stop() {
  if (std::exchange(stopped_, true)) return;
  std::error_code ignored;
  fs::remove(url_file(settings_.directory), ignored);
  if (process_ <= 0) return;
  const pid_t process = std::exchange(process_, -1);
  for (const auto& [signal, patience] :
       {std::pair{SIGINT, seconds(10)}, {SIGQUIT, seconds(5)}, {SIGKILL, seconds(5)}}) {
    ::kill(process, signal);
    if (wait_for(process, patience)) {
      // Only an empty one goes; it may lie outside the data directory.
      ::rmdir(place_.sockets.c_str());
      return;
    }
    log::warning("storage", "PostgreSQL does not stop", {{"process", process}, {"signal", signal}});
  }
}

}  // namespace

Result<std::unique_ptr<PrivatePostgres>> PrivatePostgres::start(Settings settings) {
  GRANDSTAND_TRY(auto place, take_place(settings));
  GRANDSTAND_TRY(auto programs, find_postgres(cluster_version(place.cluster)));
  auto running = std::make_unique<RunningPostgres>(std::move(settings), std::move(place), std::move(programs));
  GRANDSTAND_RETURN_IF_ERROR(running->bring_up());
  return std::unique_ptr<PrivatePostgres>(std::move(running));
}

Result<std::string> PrivatePostgres::url_of_running(const std::filesystem::path& directory) {
  std::ifstream file(url_file(directory));
  std::string url;
  if (std::getline(file, url) && !url.empty()) return url;
  return Error{ErrorCode::kNotFound, "no PostgreSQL of ours runs in " + directory.string()};
}

}  // namespace grandstand::storage
