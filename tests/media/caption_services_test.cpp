// SPDX-License-Identifier: MIT
#include "caption_writer.hpp"

#include <grandstand/media/caption_services.hpp>

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::media {
namespace {

using namespace caption_writer;
using testing::ElementsAre;
using testing::IsEmpty;

class CaptionServicesTest : public testing::Test {
 protected:
  // One picture after the other, shown as they come.
  bool add(CaptionBytes triplets) {
    Sample picture;
    picture.dts = picture.pts = now_ += MediaTime{3003};
    return services_.add(picture, {.cea608 = {}, .dtvcc = std::move(triplets)});
  }
  void add_at(int dts, int pts, CaptionBytes triplets) {
    Sample picture;
    picture.dts = MediaTime{3003 * dts};
    picture.pts = MediaTime{3003 * pts};
    services_.add(picture, {.cea608 = {}, .dtvcc = std::move(triplets)});
  }
  // The numbers of the services.
  std::vector<int> found() const {
    std::vector<int> numbers;
    for (const int page : services_.found()) numbers.push_back(page - kCea708Pages);
    return numbers;
  }
  CaptionServices services_;
  MediaTime now_{0};
};

TEST_F(CaptionServicesTest, AreFoundByTheBlocksOfWholePackets) {
  EXPECT_FALSE(add(dtvcc_packet({service_block(1, 4), service_block(2, 1)})));
  EXPECT_FALSE(add({}));
  EXPECT_FALSE(add(dtvcc_packet({service_block(1, 4), service_block(9, 3)})));
  EXPECT_TRUE(add(dtvcc_packet({service_block(1, 4)})));
  EXPECT_THAT(found(), ElementsAre(1));
  add(dtvcc_packet({service_block(9, 31)}));
  EXPECT_TRUE(add(dtvcc_packet({service_block(63, 1), service_block(9, 2)})));
  EXPECT_THAT(found(), ElementsAre(1, 9));
  EXPECT_FALSE(add(dtvcc_packet({service_block(1, 2)})));
}

TEST_F(CaptionServicesTest, AreFoundInPacketsThatPicturesShareAndThatAreCodedInAnotherOrder) {
  for (int packet = 0; packet < 4; ++packet) {
    const auto triplets = dtvcc_packet({service_block(3, 20), service_block(4, 20)});
    const auto part = [&](std::size_t first, std::size_t last) {
      const auto begin = triplets.begin();
      return CaptionBytes(begin + static_cast<std::ptrdiff_t>(first * 3),
                          begin + static_cast<std::ptrdiff_t>(std::min(last * 3, triplets.size())));
    };
    // Shown as 1 2 3, decoded as 1 3 2.
    add_at(packet * 3, packet * 3 + 1, part(0, 7));
    add_at(packet * 3 + 1, packet * 3 + 3, part(14, 30));
    add_at(packet * 3 + 2, packet * 3 + 2, part(7, 14));
  }
  EXPECT_THAT(found(), ElementsAre(3, 4));
}

TEST_F(CaptionServicesTest, AreNotFoundInMalformedPackets) {
  for (int round = 0; round < 5; ++round) {
    auto longer = service_block(1, 5);
    longer[0] = 1 << 5 | 31;  // a block that is longer than its packet
    add(dtvcc_packet({service_block(2, 4), longer}));
    add(dtvcc_packet({{7 << 5 | 1, 3, 'A'}}));  // an extended number that is none
    add(dtvcc_packet({{0, 1 << 5 | 1, 'A'}}));  // behind a null block
    auto headless = dtvcc_packet({service_block(6, 12)});
    headless.erase(headless.begin(), headless.begin() + 3);
    add(std::move(headless));
    auto torn = dtvcc_packet({service_block(5, 12)});
    torn.resize(torn.size() - 3);
    add(std::move(torn));
  }
  EXPECT_THAT(found(), IsEmpty());
  for (int round = 0; round < 3; ++round) add(dtvcc_packet({service_block(1, 4)}));
  EXPECT_THAT(found(), ElementsAre(1));
}

TEST_F(CaptionServicesTest, AreChannelsOfCea608ByTheirControlCodes) {
  const auto picture = [&](std::initializer_list<std::uint8_t> pairs, std::uint8_t field) {
    auto triplets = cea608(pairs);
    for (std::size_t i = 0; i < triplets.size(); i += 3) triplets[i] = static_cast<std::uint8_t>(0xFC | field);
    return services_.add({}, {.cea608 = triplets, .dtvcc = {}});
  };
  for (int round = 0; round < 5; ++round) {
    picture({'H', 'i', 0x01, 0x03}, 1);  // text and XDS say nothing
    EXPECT_EQ(picture({0x15, 0x20}, 1), round == 2);
  }
  EXPECT_THAT(services_.found(), ElementsAre(3));
  EXPECT_TRUE(picture({0x14, 0x20, 0x14, 0x20, 0x14, 0x2E, 0x1C, 0x20, 0x1C, 0x20, 0x1C, 0x2E}, 0));
  EXPECT_THAT(services_.found(), ElementsAre(2, 3));
}

TEST_F(CaptionServicesTest, SurviveAnything) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    CaptionBytes triplets(random() % 100);
    for (auto& byte : triplets) byte = static_cast<std::uint8_t>(random());
    add_at(static_cast<int>(random() % 100), static_cast<int>(random() % 100), std::move(triplets));
  }
  for (const int service : found()) {
    EXPECT_GE(service, 1);
    EXPECT_LE(service, 63);
  }
}

}  // namespace
}  // namespace grandstand::media
