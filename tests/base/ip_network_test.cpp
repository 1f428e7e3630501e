// SPDX-License-Identifier: MIT
#include <grandstand/base/ip_network.hpp>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

bool holds(const char* network, const char* address) {
  return IpNetwork::parse(network).value().contains(IpAddress::parse(address).value());
}

TEST(IpNetwork, HoldsTheAddressesOfItsPrefix) {
  EXPECT_TRUE(holds("192.0.2.0/24", "192.0.2.255"));
  EXPECT_FALSE(holds("192.0.2.0/24", "192.0.3.0"));
  EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.129"));
  EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(holds("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(holds("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(holds("::/0", "192.0.2.2"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
}

TEST(IpNetwork, TakesAMappedAddressForTheIpv4OneThatItIs) {
  EXPECT_TRUE(holds("192.0.2.0/24", "::ffff:192.0.2.7"));
  EXPECT_TRUE(holds("::ffff:192.0.2.0/120", "192.0.2.7"));
}

TEST(IpNetwork, RefusesWhatIsNone) {
  for (const auto* text : {"", "/", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/ 8", "192.0.2.1/24",
                           "2001:db8::/129", "2001:db8::1/64", "tv.example", "192.0.2.0/24/24", "192.0.2"}) {
    EXPECT_FALSE(IpNetwork::parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace grandstand
