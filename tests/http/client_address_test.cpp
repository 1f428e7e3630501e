// SPDX-License-Identifier: MIT
#include "client_address.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

const std::vector<IpNetwork> kProxies{IpNetwork::parse("127.0.0.0/8").value(),
                                      IpNetwork::parse("192.0.2.0/28").value()};

TEST(ClientAddress, BelievesProxiesThatAreTrustedAndNobodyElse) {
  EXPECT_EQ(client_address(kProxies, "198.51.100.1", ""), "198.51.100.1");
  EXPECT_EQ(client_address(kProxies, "198.51.100.1", "203.0.113.5"), "198.51.100.1");
  EXPECT_EQ(client_address(kProxies, "127.0.0.1", ""), "127.0.0.1");
  EXPECT_EQ(client_address(kProxies, "127.0.0.1", "203.0.113.5"), "203.0.113.5");
  EXPECT_EQ(client_address(kProxies, "::ffff:127.0.0.1", "203.0.113.5"), "203.0.113.5");
}

TEST(ClientAddress, GoesBackThroughSeveralProxiesToTheFirstStranger) {
  EXPECT_EQ(client_address(kProxies, "127.0.0.1", "203.0.113.5, 192.0.2.3"), "203.0.113.5");
  EXPECT_EQ(client_address(kProxies, "127.0.0.1", "10.9.8.7, 203.0.113.5 , 192.0.2.3"), "203.0.113.5");
  EXPECT_EQ(client_address(kProxies, "127.0.0.1", "203.0.113.5,"), "127.0.0.1");
  EXPECT_EQ(client_address(kProxies, "127.0.0.1", "nonsense"), "nonsense");
  EXPECT_EQ(client_address(kProxies, "127.0.0.1", "192.0.2.3"), "192.0.2.3");
}

}  // namespace
}  // namespace grandstand::http
