// SPDX-License-Identifier: MIT
// Rules about the text of the sources that the compiler does not know.
#include "source_tree.hpp"

#include <gtest/gtest.h>

namespace grandstand::architecture {
namespace {

// A third-party library may be included only by files whose path matches.
struct Fence {
  std::string library;
  std::regex include;
  std::regex allowed;
};

const std::vector<Fence>& fences() {
  static const std::vector<Fence> fences = [] {
    const auto fence = [](std::string library, const char* include, const char* allowed) {
      return Fence{std::move(library), std::regex(include), std::regex(allowed)};
    };
    return std::vector<Fence>{
        fence("FFmpeg", "^lib(av|sw)[a-z]+/", "^src/(media|ingest|hls)/"),
        fence("libpqxx and libpq", "^(pqxx/|libpq-fe\\.h)", "^(src|include/grandstand)/storage/|^src/.*_store\\.cpp$"),
        fence("Beast", "^boost/beast", "^src/http/"),
        fence("Asio", "^boost/asio", "^(src|include/grandstand)/(aio|http|ingest)/|^src/app/"),
        fence("nlohmann", "^nlohmann/json\\.hpp$",
              "^src/(base|wire|config|http)/|^src/.*_(feature|codec)\\.cpp$|^include/grandstand/social/"
              "json_fields\\.hpp$"),
        fence("spdlog", "^(spdlog|fmt)/", "^src/base/log"),
        fence("yaml-cpp", "^yaml-cpp/", "^src/config/yaml_tree\\.cpp$"),
        fence("CLI11", "^CLI/", "^src/app/"),
        fence("prometheus-cpp", "^prometheus/", "^src/ops/metrics"),
        fence("libsystemd", "^systemd/", "^src/(ops|app)/"),
        fence("libsodium", "^sodium", "^src/(identity|hub|ballots|webhooks)/"),
        fence("ICU", "^unicode/", "^src/(identity|room|social|wording)/"),
        fence("OpenSSL", "^openssl/", "^src/(aio|http|ingest|access|hls|social/calls)/"),
        fence("cjose", "^cjose/", "^(src|tests)/identity/"),
        fence("libcurl", "^curl/", "^src/fetch/"),
        fence("expat", "^expat", "^src/guide/"),
        fence("libmaxminddb", "^maxminddb", "^src/access/"),
        fence("zlib", "^zlib\\.h$", "^src/(hls|http|guide|dvr)/"),
        fence("cnats", "^nats/", "^src/cluster/bus\\.cpp$"),
        fence("liblzma", "^lzma\\.h$", "^src/guide/"),
    };
  }();
  return fences;
}

// Where something that is forbidden elsewhere belongs, and why.
struct Exception {
  std::string_view path;
  std::string_view why;
};

bool is_excepted(const std::string& path, const std::vector<Exception>& exceptions) {
  return std::any_of(exceptions.begin(), exceptions.end(),
                     [&](const Exception& exception) { return path.starts_with(exception.path); });
}

std::vector<std::string> find_in_code(const std::vector<std::string>& words, const std::vector<Exception>& exceptions) {
  std::vector<std::string> violations;
  for (const SourceFile& file : cpp_files()) {
    if (is_excepted(file.path, exceptions)) continue;
    const auto places = find_words(file, code_only(file.text), words);
    violations.insert(violations.end(), places.begin(), places.end());
  }
  return violations;
}

// "Reader", "Inner" of "ReaderInner".
std::vector<std::string> pascal_words(const std::string& name) {
  std::vector<std::string> words{""};
  for (const char c : name) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0) words.emplace_back();
    words.back() += c;
  }
  return words;
}

TEST(SourceRules, LibrariesStayBehindTheirFences) {
  std::vector<std::string> violations;
  for (const SourceFile& file : cpp_files()) {
    for (const Include& include : includes_of(file)) {
      for (const Fence& fence : fences()) {
        if (std::regex_search(include.name, fence.include) && !std::regex_search(file.path, fence.allowed)) {
          violations.push_back(file.path + ":" + std::to_string(include.line) + ": " + fence.library);
        }
      }
    }
  }
  EXPECT_TRUE(violations.empty()) << lines_of(violations);
}

TEST(SourceRules, ThreadsAndLocksAreOnlyWhereTheyBelong) {
  const std::vector<Exception> exceptions{
      {"src/aio/", "loops and the threads for blocking work are its job"},
      {"include/grandstand/aio/", "the same"},
      {"src/storage/", "libpq blocks: one thread per connection, and one that watches them"},
      {"include/grandstand/base/published.hpp", "how snapshots go between threads"},
      {"src/base/log", "any thread may log"},
      {"include/grandstand/ops/", "metrics and health are told by any thread"},
      {"src/ops/", "the same"},
      {"src/ingest/pull.cpp", "what is pulled is opened anew beside the running pull, each hour"},
      {"src/ingest/thread_source", "libavformat's pulls and files block: a thread each"},
      {"src/ingest/hand_over", "what such a thread hands to the loop"},
  };
  const auto violations = find_in_code(
      {"std::mutex", "std::recursive_mutex", "std::shared_mutex", "std::timed_mutex", "std::condition_variable",
       "std::condition_variable_any", "std::thread", "std::jthread", "std::async", "co_spawn", "asio::detached"},
      exceptions);
  EXPECT_TRUE(violations.empty()) << lines_of(violations);
}

TEST(SourceRules, OnlyTheClockReadsClocks) {
  const std::vector<Exception> exceptions{
      {"src/base/clock.cpp", "the one clock"},
      {"src/aio/", "timers"},
      {"src/ops/service.cpp", "systemd wants its own monotonic stamp with RELOADING=1"},
  };
  const auto violations =
      find_in_code({"_clock::now", "clock_gettime", "gettimeofday", "std::time", "av_gettime"}, exceptions);
  EXPECT_TRUE(violations.empty()) << lines_of(violations);
}

TEST(SourceRules, NothingSleepsOrPrints) {
  const std::vector<Exception> exceptions{
      {"src/app/", "subcommands print their answers"},
      {"src/aio/", "timers"},
      {"src/storage/", "waits for the processes and connections of PostgreSQL, on threads of its own"},
      {"src/base/assert.cpp", "a broken invariant is said before everything stops"},
      {"src/base/log", "the log is on standard error"},
  };
  const auto violations = find_in_code({"std::this_thread::sleep_for", "std::this_thread::sleep_until", "usleep",
                                        "nanosleep", "std::cout", "std::cerr", "printf", "fprintf", "puts"},
                                       exceptions);
  EXPECT_TRUE(violations.empty()) << lines_of(violations);
}

TEST(SourceRules, TypesSayWhatTheyAre) {
  static const std::regex type("(class|struct|enum|using) +([A-Za-z0-9_]+)");
  const std::set<std::string> empty_words{"Manager", "Helper", "Util", "Utils", "Data", "Info", "Impl", "Inner"};
  std::vector<std::string> violations;
  for (const SourceFile& file : cpp_files()) {
    const std::string code = code_only(file.text);
    for (std::sregex_iterator match(code.begin(), code.end(), type), end; match != end; ++match) {
      const std::string name = (*match)[2].str();
      for (const std::string& word : pascal_words(name)) {
        if (empty_words.contains(word)) violations.push_back(file.path + ": " + name);
      }
    }
  }
  EXPECT_TRUE(violations.empty()) << lines_of(violations);
}

TEST(SourceRules, FilesBeginWithTheirLicenceAndHeadersWithPragmaOnce) {
  for (const SourceFile& file : files_below({"include", "src", "tests"}, {".hpp", ".cpp"})) {
    EXPECT_TRUE(file.text.starts_with("// SPDX-License-Identifier: MIT\n")) << file.path;
    if (file.path.ends_with(".hpp")) EXPECT_NE(file.text.find("#pragma once\n"), std::string::npos) << file.path;
  }
}

TEST(SourceRules, NoFileNamesSomebodysHomeDirectory) {
  // Put together here so that this file does not find itself.
  const std::vector<std::string> words{std::string("/") + "home/", std::string("/") + "root/",
                                       std::string("/") + "Users/"};
  std::vector<std::string> violations;
  for (const SourceFile& file : files_below({"include", "src", "tests", "config", "docker", "docs", "scripts"},
                                            {".hpp", ".cpp", ".cmake", ".txt", ".md", ".yaml", ".sql", ".ts", ".tsx",
                                             ".mjs", ".json", ".sh", ".service", "Dockerfile"})) {
    if (file.path.ends_with("package-lock.json")) continue;
    const auto places = find_words(file, file.text, words);
    violations.insert(violations.end(), places.begin(), places.end());
  }
  EXPECT_TRUE(violations.empty()) << lines_of(violations);
}

}  // namespace
}  // namespace grandstand::architecture
