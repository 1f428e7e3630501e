// SPDX-License-Identifier: MIT
#include "cluster_place.hpp"

#include "child_process.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/text.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace grandstand::storage {
namespace {

namespace fs = std::filesystem;

// sun_path holds 107 bytes and a terminator; PostgreSQL puts "/.s.PGSQL.5432" behind the directory.
constexpr std::size_t kLongestSocketFolder = 107 - 14;

Error failure(const std::string& what, const fs::path& path, const std::string& why) {
  return Error{ErrorCode::kUnavailable, what + " " + path.string() + ": " + why};
}

Status make_directory(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return failure("cannot make the directory", path, error.message());
  return success();
}

// For the user alone.
Status hand_over(const fs::path& path, const std::optional<SystemUser>& user) {
  if (user && ::lchown(path.c_str(), user->uid, user->gid) != 0)
    return failure("cannot give to " + user->name, path, std::strerror(errno));
  if (::chmod(path.c_str(), 0700) != 0) return failure("cannot close to others", path, std::strerror(errno));
  return success();
}

std::string holder_of(int lock) {
  char text[32] = {};
  if (::pread(lock, text, sizeof text - 1, 0) <= 0) return "another process";
  const std::string process(trim(text));
  std::string name;
  std::ifstream file("/proc/" + process + "/comm");
  std::getline(file, name);
  return "process " + process + (name.empty() ? "" : " (" + name + ")");
}

Result<Descriptor> take_lock(const fs::path& directory) {
  const fs::path path = directory / "lock";
  Descriptor lock{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!lock)
    return failure("cannot use the data directory", directory,
                   std::string(std::strerror(errno)) +
                       "; it was made by another user: run as that user or choose another (--data)");
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return Error{ErrorCode::kConflict, "the data directory " + directory.string() + " is in use by " +
                                           holder_of(lock.get()) + ": stop it, or choose another directory (--data)"};
  const std::string process = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.get(), 0) != 0 || ::pwrite(lock.get(), process.data(), process.size(), 0) < 0)
    return failure("cannot write", path, std::strerror(errno));
  return lock;
}

// A link that we made ourselves leads to a place that was chosen before.
fs::path chosen_home(const fs::path& directory) {
  std::error_code ignored;
  const fs::path elsewhere = fs::read_symlink(directory / "elsewhere", ignored);
  return ignored ? directory : elsewhere;
}

// The owner of a cluster stays its owner: PostgreSQL insists on it.
Result<SystemUser> user_for(const fs::path& home, const std::string& run_as) {
  struct stat found{};
  if (::stat((home / "cluster" / "PG_VERSION").c_str(), &found) == 0 && found.st_uid != 0)
    return find_user(found.st_uid);
  return find_user(run_as);
}

Result<fs::path> make_fallback(const PrivatePostgres::Settings& settings, const SystemUser& user) {
  const std::string remedy = "; choose a data directory that user \"" + user.name +
                             "\" can reach (--data), for example " + (settings.fallback / "data").string();
  const std::string problem = "user \"" + user.name + "\", which runs PostgreSQL, cannot reach " +
                              settings.directory.string() + " (a directory above it is closed to others)";
  std::error_code error;
  fs::create_directories(settings.fallback, error);
  std::string pattern = (settings.fallback / "postgres-XXXXXX").string();
  if (error || ::mkdtemp(pattern.data()) == nullptr || ::chown(pattern.c_str(), user.uid, user.gid) != 0 ||
      !can_enter(pattern, user))
    return Error{ErrorCode::kUnavailable, problem + ", and neither " + settings.fallback.string() + remedy};
  fs::create_directory_symlink(pattern, settings.directory / "elsewhere", error);
  if (error) return failure("cannot make the link", settings.directory / "elsewhere", error.message());
  log::warning("storage", "the database lives outside the data directory, which its user cannot reach",
               {{"user", user.name}, {"data_directory", settings.directory.string()}, {"database_directory", pattern}});
  return fs::path(pattern);
}

Result<fs::path> find_home(const PrivatePostgres::Settings& settings, const fs::path& chosen,
                           const std::optional<SystemUser>& user) {
  if (chosen != settings.directory) {
    if (!fs::exists(chosen))
      return failure("the database directory is gone:", chosen,
                     "restore it, or remove " + (settings.directory / "elsewhere").string() + " to begin an empty one");
    return chosen;
  }
  GRANDSTAND_RETURN_IF_ERROR(hand_over(chosen, user));
  if (!user || can_enter(chosen, *user)) return chosen;
  return make_fallback(settings, *user);
}

// A comma would make libpq read the directory as a list of hosts.
bool fits_socket(const fs::path& path) {
  return path.string().size() <= kLongestSocketFolder && path.string().find(',') == std::string::npos;
}

Result<fs::path> find_sockets(const fs::path& home, const std::optional<SystemUser>& user) {
  fs::path sockets = home / "run";
  if (!fits_socket(sockets)) {
    const std::string name = "grandstand-" + std::to_string(std::hash<std::string>{}(home.string()));
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    sockets = (user ? fs::path("/run") : runtime != nullptr ? fs::path(runtime) : fs::path("/tmp")) / name;
    if (!fits_socket(sockets)) sockets = fs::path("/tmp") / name;
  }
  if (::mkdir(sockets.c_str(), 0700) != 0 && errno != EEXIST)
    return failure("cannot make the directory", sockets, std::strerror(errno));
  struct stat found{};
  const uid_t owner = user ? user->uid : ::geteuid();
  if (::lstat(sockets.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) ||
      (found.st_uid != owner && found.st_uid != ::geteuid()))
    return failure("cannot use the directory", sockets, "it belongs to another user");
  GRANDSTAND_RETURN_IF_ERROR(hand_over(sockets, user));
  return sockets;
}

}  // namespace

Result<ClusterPlace> take_place(const PrivatePostgres::Settings& given) {
  PrivatePostgres::Settings settings = given;
  std::error_code error;
  settings.directory = fs::absolute(settings.directory, error).lexically_normal();
  GRANDSTAND_RETURN_IF_ERROR(make_directory(settings.directory));

  ClusterPlace place;
  GRANDSTAND_TRY(place.lock, take_lock(settings.directory));
  place.log_file = settings.directory / "postgres.log";
  const fs::path chosen = chosen_home(settings.directory);
  if (::geteuid() == 0) {
    GRANDSTAND_TRY(place.user, user_for(chosen, settings.run_as));
    place.user_name = place.user->name;
  } else {
    GRANDSTAND_TRY(const SystemUser ourselves, find_user(::geteuid()));
    place.user_name = ourselves.name;
  }
  GRANDSTAND_TRY(const fs::path home, find_home(settings, chosen, place.user));
  place.cluster = home / "cluster";
  GRANDSTAND_TRY(place.sockets, find_sockets(home, place.user));
  return place;
}

Status write_cluster_file(const ClusterPlace& place, const std::string& name, const std::string& text) {
  const fs::path path = place.cluster / name, fresh = place.cluster / (name + ".new");
  ::unlink(fresh.c_str());
  // O_EXCL: as root we write into another user's directory, and must not follow a link laid there.
  Descriptor file{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      (place.user && ::fchown(file.get(), place.user->uid, place.user->gid) != 0) ||
      ::rename(fresh.c_str(), path.c_str()) != 0)
    return failure("cannot write", path, std::strerror(errno));
  return success();
}

}  // namespace grandstand::storage
