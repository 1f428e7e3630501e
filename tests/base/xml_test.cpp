// SPDX-License-Identifier: MIT
#include <grandstand/base/xml.hpp>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

TEST(Xml, EscapesWhatMarkupWouldBeAndKeepsTheRest) {
  std::string out = "<name>";
  append_xml(out, "Tom & \"Jerry\" <3 > caf\u00e9\n\x01.");
  EXPECT_EQ(out, "<name>Tom &amp; &quot;Jerry&quot; &lt;3 &gt; caf\u00e9\n .");
}

}  // namespace
}  // namespace grandstand
