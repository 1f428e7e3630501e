// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace grandstand::ingest {

// A folder for one test, removed at its end.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "grandstand_test_XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, decltype(&pclose)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  char buffer[4096];
  while (pipe && fgets(buffer, sizeof buffer, pipe.get()) != nullptr) text += buffer;
  return text;
}

inline bool have_ffmpeg() {
  return std::system("ffmpeg -version >/dev/null 2>&1") == 0;
}

// A test picture of 320x180 at 25 per second with a tone; the form follows from the path's ending.
inline bool make_media(const std::string& path, double seconds, const std::string& encoders) {
  const std::string length = std::to_string(seconds);
  return std::system(("ffmpeg -v error -y -f lavfi -i testsrc=size=320x180:rate=25:duration=" + length +
                      " -f lavfi -i sine=frequency=440:sample_rate=48000:duration=" + length +
                      " -ac 2 -pix_fmt yuv420p -preset ultrafast " + encoders + " " + path)
                         .c_str()) == 0;
}

}  // namespace grandstand::ingest
