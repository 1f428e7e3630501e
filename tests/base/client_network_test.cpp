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

}  // namespace
}  // namespace grandstand
