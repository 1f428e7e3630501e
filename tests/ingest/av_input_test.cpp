// SPDX-License-Identifier: MIT
#include "av_input.hpp"

#include "ts_builder.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <unistd.h>

namespace grandstand::ingest {
namespace {

using namespace std::chrono_literals;
using namespace elementary;

constexpr std::uint16_t kVideo = 0x101;

// Pictures whose parameter sets never come, as of an encoder that sends them once, before we came.
class WithoutConfiguration : public testing::Test {
 protected:
  WithoutConfiguration() {
    TsBuilder ts;
    std::uint64_t time = 0;
    for (int i = 0; i < 2'000; ++i, time += 3'600) {
      if (i % 100 == 0) {
        ts.pat({{1, 0x100}});
        ts.pmt(0x100, 1, kVideo, {{0x1B, kVideo, {}}});
      }
      ts.pes(kVideo, time, h264_delta());
    }
    const auto bytes = ts.take();
    std::ofstream(file_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    settings_.url = file_.string();
    settings_.local = true;
    settings_.timeout = 1h;
    settings_.stopped = [] { return false; };
    settings_.now = [this] { return now_ += 10ms; };
  }
  ~WithoutConfiguration() override { std::filesystem::remove(file_); }

  std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("grandstand-no-config-" + std::to_string(getpid()) + ".ts");
  SteadyTime now_{1h};
  AvInput::Settings settings_;
};

TEST_F(WithoutConfiguration, IsAFailureOfAFeedThatNeverEnds) {
  settings_.patience = 5s;
  const auto input = AvInput::open(settings_);
  ASSERT_FALSE(input);
  EXPECT_EQ(input.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(input.error().message, testing::HasSubstr("no picture and no sound could be made of them"));
}

TEST_F(WithoutConfiguration, IsTheEndOfAFileWithoutSamples) {
  const auto input = AvInput::open(settings_);
  ASSERT_TRUE(input) << input.error().message;
  const auto sample = (*input)->read();
  ASSERT_TRUE(sample);
  EXPECT_FALSE(*sample);
}

}  // namespace
}  // namespace grandstand::ingest
