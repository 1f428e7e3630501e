// SPDX-License-Identifier: MIT
#include <grandstand/base/client_network.hpp>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

TEST(ClientNetwork, TakesANetworkOfIpv6AsOneClient) {
  EXPECT_EQ(client_network("2001:db8:1:2::1"), client_network("2001:db8:1:2:ffff::2"));
  EXPECT_NE(client_network("2001:db8:1:2::1"), client_network("2001:db8:1:3::1"));
  EXPECT_EQ(client_network("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(client_network("::ffff:192.0.2.1"), "::ffff:192.0.2.1");
  EXPECT_EQ(client_network("nobody"), "nobody");
}

TEST(ClientNetwork, TakesTheNetworksOfOneCustomerAsOneBlock) {
  const auto block_of = [](const char* address) { return network_block(client_network(address)); };
  EXPECT_EQ(block_of("2001:db8:1:2::1"), block_of("2001:db8:1:ffff::2"));
  EXPECT_NE(block_of("2001:db8:1:2::1"), block_of("2001:db8:2:2::1"));
  EXPECT_EQ(block_of("192.0.2.1"), "192.0.2.0/24");
  EXPECT_NE(block_of("192.0.2.1"), block_of("192.0.3.1"));
  EXPECT_EQ(block_of("nobody"), "nobody");
}

TEST(ClientNetwork, KnowsItsOwnMachine) {
  EXPECT_TRUE(is_local_network(client_network("127.0.0.1")));
  EXPECT_TRUE(is_local_network(client_network("::1")));
  EXPECT_FALSE(is_local_network(client_network("2001:db8::1")));
  EXPECT_FALSE(is_local_network(client_network("12.0.0.1")));
}

}  // namespace
}  // namespace grandstand
