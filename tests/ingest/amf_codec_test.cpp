// SPDX-License-Identifier: MIT
#include "amf_codec.hpp"

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using ByteList = std::vector<std::uint8_t>;

ByteList encode(const AmfValue& value) {
  ByteList bytes;
  append_amf(bytes, value);
  return bytes;
}

TEST(AmfCodec, WritesTheBytesOfTheSpecification) {
  EXPECT_EQ(encode(AmfValue(1.0)), (ByteList{0, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(encode(AmfValue(true)), (ByteList{1, 1}));
  EXPECT_EQ(encode(AmfValue("ab")), (ByteList{2, 0, 2, 'a', 'b'}));
  EXPECT_EQ(encode(AmfValue()), (ByteList{5}));
  EXPECT_EQ(encode(AmfValue(AmfValue::Object{{"k", AmfValue(false)}})), (ByteList{3, 0, 1, 'k', 1, 0, 0, 0, 9}));
  EXPECT_EQ(encode(AmfValue(AmfValue::Array{AmfValue()})), (ByteList{10, 0, 0, 0, 1, 5}));
}

TEST(AmfCodec, ReadsWhatItWrote) {
  const AmfValue value(AmfValue::Object{{"text", AmfValue("live")},
                                        {"number", AmfValue(-2.5)},
                                        {"inner", AmfValue(AmfValue::Object{{"flag", AmfValue(true)}})},
                                        {"long", AmfValue(std::string(70'000, 'x'))}});
  const ByteList bytes = encode(value);
  AmfReader reader(bytes);
  const auto read = reader.next();
  ASSERT_TRUE(read);
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(read.value().text_of("text"), "live");
  EXPECT_EQ(*read.value().find("number")->number(), -2.5);
  EXPECT_TRUE(*read.value().find("inner")->find("flag")->boolean());
  EXPECT_EQ(read.value().text_of("long").size(), 70'000U);
}

TEST(AmfCodec, FoldsEcmaArraysDatesAndTypedObjects) {
  const ByteList ecma = {8, 0, 0, 0, 9, 0, 1, 'w', 5, 0, 0, 9};
  const ByteList date = {11, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0, 0};
  const ByteList typed = {16, 0, 1, 'C', 0, 1, 'k', 1, 1, 0, 0, 9};
  EXPECT_TRUE(AmfReader(ecma).next().value().find("w")->is_null());
  EXPECT_EQ(*AmfReader(date).next().value().number(), 1.0);
  EXPECT_TRUE(*AmfReader(typed).next().value().find("k")->boolean());
}

TEST(AmfCodec, RefusesEveryTruncation) {
  const ByteList whole = encode(AmfValue(AmfValue::Object{
      {"a", AmfValue(1.0)}, {"b", AmfValue("text")}, {"c", AmfValue(AmfValue::Array{AmfValue(true), AmfValue()})}}));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    AmfReader reader(std::span(whole).first(size));
    EXPECT_FALSE(reader.next()) << size;
  }
}

TEST(AmfCodec, BoundsDepthAndCount) {
  ByteList deep;
  for (int i = 0; i < 100; ++i) deep.insert(deep.end(), {3, 0, 1, 'k'});
  EXPECT_NE(AmfReader(deep).next().error().message.find("deeper than 16"), std::string::npos);

  ByteList many = {10, 0xFF, 0xFF, 0xFF, 0xFF};
  many.resize(100'000, 5);
  EXPECT_NE(AmfReader(many).next().error().message.find("more than 4096"), std::string::npos);
}

}  // namespace
}  // namespace grandstand::ingest
