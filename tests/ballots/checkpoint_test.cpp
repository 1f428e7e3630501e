// SPDX-License-Identifier: MIT
#include <grandstand/ballots/checkpoint.hpp>

#include <gtest/gtest.h>

namespace grandstand::ballots {
namespace {

// The example of C2SP tlog-checkpoint, with the key that its signature names.
constexpr std::string_view kExample =
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "\u2014 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

Checkpoint example() {
  return {"grandstand/channel:news/k3x9:12", 5, leaf_hash("five"), leaf_hash("asked")};
}

TEST(Checkpoint, ReadsTheExampleOfItsSpecification) {
  const auto read = read_checkpoint(kExample, nullptr);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(read->size, 20852163u);
  EXPECT_EQ(to_base64(read->root), "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
}

TEST(Checkpoint, IsReadOnlyWithTheKeyThatSignedIt) {
  const SigningKey key(leaf_hash("seed")), other(leaf_hash("another seed"));
  const auto note = key.sign(example());
  const auto read = read_checkpoint(note, &key.public_key());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, example());
  EXPECT_FALSE(read_checkpoint(note, &other.public_key()).ok());
}

TEST(Checkpoint, PassesOverTheExtensionsOfOtherLogs) {
  std::string note(kExample);
  note.insert(note.find("\n\n") + 1, "timestamp 1763712055\n");
  const auto read = read_checkpoint(note, nullptr);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_FALSE(read->asked.has_value());
}

TEST(Checkpoint, IsRefusedWhenAnyCharacterIsChanged) {
  const SigningKey key(leaf_hash("seed"));
  const auto note = key.sign(example());
  // The last character but two holds bits that base64 leaves over.
  for (std::size_t i = 0; i + 4 < note.size(); ++i) {
    auto changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(read_checkpoint(changed, &key.public_key()).ok()) << i << " of " << note;
  }
}

TEST(Checkpoint, NamesItsKeyAsToolsForNotesDo) {
  const SigningKey key(leaf_hash("seed"));
  const auto name = verifier_key("grandstand/channel:news/k3x9:12", key.public_key());
  const auto read = read_public_key(name);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, key.public_key());
  EXPECT_EQ(*read_public_key(to_base64(key.public_key())), key.public_key());
  EXPECT_FALSE(read_public_key("nonsense").ok());
  EXPECT_FALSE(read_public_key("").ok());
}

// The Go module's documentation of signed notes shows this key.
TEST(Checkpoint, ReadsTheKeyOfGosChecksumDatabase) {
  const std::string text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
  const auto key = read_public_key(text);
  ASSERT_TRUE(key.ok()) << key.error().message;
  EXPECT_EQ(verifier_key("sum.golang.org", *key), text);
}

TEST(Checkpoint, MakesItsKeyOfHexadecimalDigits) {
  EXPECT_TRUE(SigningKey::from_hex(std::string(64, 'a')).ok());
  EXPECT_FALSE(SigningKey::from_hex("abc").ok());
  EXPECT_FALSE(SigningKey::from_hex(std::string(62, 'a')).ok());
}

}  // namespace
}  // namespace grandstand::ballots
