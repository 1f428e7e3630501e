// SPDX-License-Identifier: MIT
#include <grandstand/base/memory_file.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace grandstand {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string read_from_file(const SharedBytes& bytes) {
  std::string text(bytes.size(), '\0');
  const auto got =
      ::pread(bytes.place().descriptor, text.data(), text.size(), static_cast<off_t>(bytes.place().offset));
  return got == static_cast<ssize_t>(text.size()) ? text : "";
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

TEST(MemoryFile, BytesAreInMemoryAndInTheFile) {
  MemoryFile file("test");
  const auto first = file.append(bytes_of("first"));
  const auto second = file.append(bytes_of("second"));
  EXPECT_EQ(first.view(), "first");
  EXPECT_EQ(second.view(), "second");
  EXPECT_EQ(read_from_file(first), "first");
  EXPECT_EQ(read_from_file(second), "second");
  EXPECT_EQ(read_from_file(second.slice(3, 3)), "ond");
}

TEST(MemoryFile, PiecesAppendedOneAfterTheOtherAreOneWithoutACopy) {
  MemoryFile file("test");
  const auto first = file.append(bytes_of("par"));
  const auto second = file.append(bytes_of("ts"));
  const auto whole = first.joined_with(second);
  EXPECT_EQ(whole.view(), "parts");
  EXPECT_EQ(whole.data(), first.data());
  EXPECT_EQ(read_from_file(whole), "parts");
  EXPECT_TRUE(second.joined_with(first).empty());
}

TEST(MemoryFile, GivesAFileBackWhenItsLastBytesAreDropped) {
  const auto before = open_descriptors();
  {
    MemoryFile file("test", 4096);
    std::vector<SharedBytes> kept;
    for (int i = 0; i < 40; ++i) kept.push_back(file.append(std::vector<std::uint8_t>(1024, 7)));
    EXPECT_EQ(open_descriptors(), before + 10);
    kept.erase(kept.begin(), kept.end() - 4);
    EXPECT_EQ(open_descriptors(), before + 1);
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(MemoryFile, WhatWasReservedLiesInOnePiece) {
  MemoryFile file("test", 4096);
  file.append(std::vector<std::uint8_t>(4000, 1));
  file.reserve(2000);
  const auto first = file.append(std::vector<std::uint8_t>(1000, 2));
  const auto second = file.append(std::vector<std::uint8_t>(1000, 3));
  EXPECT_EQ(first.joined_with(second).size(), 2000U);
}

TEST(MemoryFile, BytesLongerThanAFileGetOneOfTheirOwn) {
  MemoryFile file("test", 4096);
  const auto bytes = file.append(std::vector<std::uint8_t>(10'000, 9));
  ASSERT_EQ(bytes.size(), 10'000U);
  EXPECT_EQ(bytes.data()[9'999], 9);
}

}  // namespace
}  // namespace grandstand
