// SPDX-License-Identifier: MIT
#include <grandstand/ballots/merkle.hpp>
#include <grandstand/base/text.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace grandstand::ballots {
namespace {

std::string unhex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

// The leaves that implementations of RFC 6962 are tested with (Certificate Transparency's own tests).
std::vector<Digest> known_leaves() {
  std::vector<Digest> hashes;
  for (const auto* leaf :
       {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}) {
    hashes.push_back(leaf_hash(unhex(leaf)));
  }
  return hashes;
}

TEST(Merkle, GivesTheKnownRootsOfRfc6962) {
  const auto leaves = known_leaves();
  const std::vector<std::string> roots{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                       "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                       "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                       "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                       "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                       "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                       "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                       "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  for (std::size_t size = 0; size < roots.size(); ++size) {
    EXPECT_EQ(to_hex(tree_root(std::span(leaves).first(size))), roots[size]) << size;
  }
}

TEST(Merkle, GivesTheKnownPathsOfRfc6962) {
  const auto leaves = known_leaves();
  const auto path = inclusion_path(leaves, 5);
  ASSERT_EQ(path.size(), 3u);
  EXPECT_EQ(to_hex(path[0]), "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
  EXPECT_EQ(to_hex(path[1]), "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0");
  EXPECT_EQ(to_hex(path[2]), "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
}

TEST(Merkle, LeadsEveryLeafOfEveryTreeToItsRoot) {
  std::vector<Digest> leaves;
  for (std::size_t size = 1; size <= 70; ++size) {
    leaves.push_back(leaf_hash("leaf " + std::to_string(size)));
    const auto root = tree_root(leaves);
    for (std::size_t index = 0; index < size; ++index) {
      const auto path = inclusion_path(leaves, index);
      const auto found = root_by_path(leaves[index], index, size, path);
      ASSERT_TRUE(found.ok()) << found.error().message;
      EXPECT_EQ(*found, root) << index << " of " << size;
      if (size > 1) {
        const auto other = root_by_path(leaves[(index + 1) % size], index, size, path);
        ASSERT_TRUE(other.ok());
        EXPECT_NE(*other, root);
      }
    }
  }
}

TEST(Merkle, RefusesPathsThatCannotBe) {
  const auto leaves = known_leaves();
  auto path = inclusion_path(leaves, 2);
  EXPECT_FALSE(root_by_path(leaves[2], 8, 8, path).ok());
  path.push_back(path.back());
  EXPECT_FALSE(root_by_path(leaves[2], 2, 8, path).ok());
  path.resize(2);
  EXPECT_FALSE(root_by_path(leaves[2], 2, 8, path).ok());
  EXPECT_FALSE(root_by_path(leaves[2], 0, 0, {}).ok());
}

TEST(Merkle, ReadsWhatItWritesInBase64) {
  const auto hash = leaf_hash("x");
  EXPECT_EQ(*digest_from_base64(to_base64(hash)), hash);
  EXPECT_FALSE(digest_from_base64("AAAA").ok());
  EXPECT_FALSE(digest_from_base64("not base64!").ok());
}

// Trees are kept in pieces of a power of two: the roots of the pieces are nodes of the whole.
TEST(Merkle, IsTheSameTreeInPieces) {
  std::vector<Digest> leaves, roots;
  for (int i = 0; i < 77; ++i) leaves.push_back(leaf_hash(std::to_string(i)));
  for (std::size_t at = 0; at < leaves.size(); at += 16) {
    roots.push_back(tree_root(std::span(leaves).subspan(at, std::min<std::size_t>(16, leaves.size() - at))));
  }
  EXPECT_EQ(tree_root(roots), tree_root(leaves));
}

}  // namespace
}  // namespace grandstand::ballots
