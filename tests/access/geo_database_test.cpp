// SPDX-License-Identifier: MIT
#include "geo_database.hpp"

#include "country_database.hpp"
#include "test_database.hpp"

#include <gtest/gtest.h>

namespace grandstand::access {
namespace {

TEST(GeoDatabase, KnowsTheCountryOfAnAddress) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "countries.mmdb";
  CountryDatabase countries;
  countries.add("192.0.2.0", 24, "DE");
  countries.add("198.51.100.128", 25, "AT");
  countries.add("2001:db8::", 32, "CH");
  countries.write(file);
  const auto database = GeoDatabase::open(file);
  ASSERT_TRUE(database.ok()) << database.error().message;
  const auto country = [&](const char* address) { return (*database)->country_of(IpAddress::parse(address).value()); };
  EXPECT_EQ(country("192.0.2.77"), "DE");
  EXPECT_EQ(country("::ffff:192.0.2.77"), "DE");
  EXPECT_EQ(country("198.51.100.200"), "AT");
  EXPECT_EQ(country("198.51.100.1"), "");
  EXPECT_EQ(country("2001:db8:77::1"), "CH");
  EXPECT_EQ(country("2001:db9::1"), "");
}

TEST(GeoDatabase, SaysWhatIsWrongWithAFile) {
  const TemporaryDirectory directory;
  const auto missing = GeoDatabase::open(directory.path() / "none.mmdb");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(missing.error().message.find("none.mmdb"), std::string::npos);
  const auto other = directory.path() / "other.mmdb";
  std::ofstream(other) << "no database at all";
  EXPECT_FALSE(GeoDatabase::open(other).ok());
}

}  // namespace
}  // namespace grandstand::access
