// SPDX-License-Identifier: MIT
#include "accounts_fixture.hpp"

#include <grandstand/media/thumbnail.hpp>

namespace grandstand::identity {
namespace {

class EmotesTest : public AccountsFixture {
 protected:
  static std::string picture(int size) {
    media::SmallPicture picture{.width = size, .height = size, .planes = {}};
    picture.planes.assign(static_cast<std::size_t>(size) * size * 3 / 2, 90);
    return std::string(media::encode_jpeg(picture).value().view());
  }
  const ChannelId news{"news"};
};

TEST_F(EmotesTest, AreKeptForAChannelByName) {
  const auto version = wait(accounts.set_emote(news, "gg", picture(64)));
  ASSERT_TRUE(version.ok()) << version.error().message;
  const auto emote = wait(accounts.emote(news, "gg"));
  ASSERT_TRUE(emote.ok());
  EXPECT_EQ(emote->version, *version);
  EXPECT_TRUE(emote->png.view().starts_with("\x89PNG"));
  expect_error(wait(accounts.emote(ChannelId("sport"), "gg")), ErrorCode::kNotFound);
  EXPECT_NE(*wait(accounts.set_emote(news, "gg", picture(32))), *version) << "another picture";
  EXPECT_TRUE(wait(accounts.remove_emote(news, "gg")).ok());
  expect_error(wait(accounts.emote(news, "gg")), ErrorCode::kNotFound);
}

TEST_F(EmotesTest, HaveAPictureAndAPlainName) {
  for (const auto& name : std::vector<std::string>{"", "x", "Gg", "a b", "../x", std::string(33, 'x')}) {
    expect_error(wait(accounts.set_emote(news, name, picture(64))), ErrorCode::kInvalidArgument, "an emote's name");
  }
  expect_error(wait(accounts.set_emote(news, "gg", "<svg/>")), ErrorCode::kInvalidArgument, "not a picture");
  EXPECT_EQ(query("select count(*) from emote"), "0");
}

TEST_F(EmotesTest, AreBoundedForEachChannel) {
  pqxx::connection connection(db.url());
  pqxx::nontransaction(connection)
      .exec("insert into emote select 'news', 'e' || n, 'v', 'x' from generate_series(1, 200) n");
  expect_error(wait(accounts.set_emote(news, "more", picture(64))), ErrorCode::kTooLarge, "200 emotes");
  EXPECT_TRUE(wait(accounts.set_emote(news, "e7", picture(64))).ok()) << "another picture for one that is there";
  EXPECT_TRUE(wait(accounts.set_emote(ChannelId("sport"), "more", picture(64))).ok());
}

}  // namespace
}  // namespace grandstand::identity
