// SPDX-License-Identifier: MIT
#include "signature.hpp"

#include "private_networks.hpp"

#include <gtest/gtest.h>

namespace grandstand::webhooks {
namespace {

// The example of the specification's own libraries.
TEST(WebhookSignature, IsThatOfTheStandardWebhooksSpecification) {
  EXPECT_EQ(sign("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330,
                 R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_EQ(sign("not base64!", "msg_1", 1, ""), "");
}

TEST(WebhookSignature, HasANewSecretEachTime) {
  const auto first = make_secret(), second = make_secret();
  EXPECT_EQ(first.size(), 44u);
  EXPECT_NE(first, second);
  EXPECT_NE(sign(first, "msg_1", 1, "{}"), sign(second, "msg_1", 1, "{}"));
}

TEST(PrivateNetworks, AreRefusedInEveryFormTheyHave) {
  for (const char* address : {"127.0.0.1",
                              "127.8.8.8",
                              "0.0.0.0",
                              "10.1.2.3",
                              "100.64.0.1",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "198.18.0.1",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::1",
                              "::",
                              "fc00::1",
                              "fd12::1",
                              "fe80::1",
                              "ff02::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "64:ff9b::a00:1",
                              "2002:7f00:1::",
                              "2001:db8::1"})
    EXPECT_FALSE(is_public(IpAddress::parse(address).value())) << address;
  for (const char* address : {"1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::1"})
    EXPECT_TRUE(is_public(IpAddress::parse(address).value())) << address;
}

}  // namespace
}  // namespace grandstand::webhooks
