// SPDX-License-Identifier: MIT
#include <grandstand/base/url_authority.hpp>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

TEST(UrlAuthority, TellsHostAndPortOfAnyUrl) {
  const auto read = [](std::string_view url) {
    const auto authority = parse_url_authority(url);
    EXPECT_TRUE(authority.ok()) << url;
    return authority ? std::string(authority->host) + " " + std::to_string(authority->port.value_or(0)) : "";
  };
  EXPECT_EQ(read("http://tv.example"), "tv.example 0");
  EXPECT_EQ(read("https://TV_1.example:8443/x?y=1:2"), "TV_1.example 8443");
  EXPECT_EQ(read("rtsp://user:p@ss:word@10.0.0.1:554/1"), "10.0.0.1 554");
  EXPECT_EQ(read("srt://[fd00::1]:9000?mode=caller"), "fd00::1 9000");
  EXPECT_EQ(read("http://[fe80::1%eth0]/"), "fe80::1%eth0 0");
  EXPECT_EQ(read("http://fernsehen.österreich.example:/x"), "fernsehen.österreich.example 0");
}

TEST(UrlAuthority, SaysWhatIsWrongAndShowsNothing) {
  const auto fault = [](std::string_view url) {
    const auto authority = parse_url_authority(url);
    return authority ? "" : authority.error().message;
  };
  EXPECT_EQ(fault("10.0.0.5:8080"), "it has no scheme");
  EXPECT_EQ(fault("http://"), "the host is missing");
  EXPECT_EQ(fault("http://user@:80/"), "the host is missing");
  EXPECT_EQ(fault("https://ho st/x"), "the host has characters that no host can have");
  EXPECT_EQ(fault("http://[fd00::1/x"), "the ] of an IPv6 address is missing");
  EXPECT_EQ(fault("http://[host]/x"), "what stands in [] is no IPv6 address");
  for (const char* url : {"http://h:99999/x", "rtsp://h:abc/1", "http://h:0/", "http://h:-1/", "http://h:80:80/",
                          "rtsp://user:sec/ret@h/1", "http://[::1]80/"}) {
    EXPECT_EQ(fault(url), "the port is not a number from 1 to 65535") << url;
  }
}

}  // namespace
}  // namespace grandstand
