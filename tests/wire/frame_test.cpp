// SPDX-License-Identifier: MIT
#include <grandstand/wire/frame.hpp>

#include <string>

#include <gtest/gtest.h>

namespace grandstand::wire {
namespace {

std::string header_of(std::size_t size) {
  const auto frame = make_text_frame(std::string(size, 'x'));
  return std::string(frame.view().substr(0, frame.size() - size));
}

TEST(Frame, UsesTheShortestLengthForm) {
  EXPECT_EQ(header_of(0), std::string("\x81\x00", 2));
  EXPECT_EQ(header_of(125), std::string("\x81\x7d", 2));
  EXPECT_EQ(header_of(126), std::string("\x81\x7e\x00\x7e", 4));
  EXPECT_EQ(header_of(65'535), std::string("\x81\x7e\xff\xff", 4));
  EXPECT_EQ(header_of(65'536), std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST(Frame, CarriesTheTextUnmasked) {
  EXPECT_EQ(make_text_frame("Goal!").view(), "\x81\x05Goal!");
}

}  // namespace
}  // namespace grandstand::wire
