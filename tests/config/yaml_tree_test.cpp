// SPDX-License-Identifier: MIT
#include "yaml_tree.hpp"

#include <gtest/gtest.h>

namespace grandstand::config {
namespace {

std::vector<std::string> faults_in(std::string_view text) {
  FaultList faults("x.yaml");
  parse_yaml(text, faults);
  std::vector<std::string> texts;
  for (const Fault& fault : faults.take()) texts.push_back(to_string(fault));
  return texts;
}

using Faults = std::vector<std::string>;

TEST(YamlTree, KnowsWhereKeysAndValuesStand) {
  FaultList faults("x.yaml");
  const auto root = parse_yaml("# comment\na: 1\nb:\n  - 'x'\n  - {c: ~}\n", faults);
  ASSERT_TRUE(root && faults.empty());
  ASSERT_EQ(root->entries.size(), 2u);
  EXPECT_EQ(root->entries[0].value->position.line, 2);
  EXPECT_EQ(root->entries[0].value->position.column, 4);
  EXPECT_FALSE(root->entries[0].value->quoted);
  const YamlNode& list = *root->entries[1].value;
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_TRUE(list.items[0]->quoted);
  EXPECT_EQ(list.items[1]->entries[0].value->kind, YamlNode::Kind::kNull);
}

TEST(YamlTree, AnEmptyFileIsEmpty) {
  FaultList faults("x.yaml");
  for (const std::string text : {"", "# nothing\n", "---\n"}) {
    const auto root = parse_yaml(text, faults);
    ASSERT_TRUE(root) << text;
    EXPECT_EQ(root->kind, YamlNode::Kind::kNull) << text;
  }
  EXPECT_TRUE(faults.empty());
}

TEST(YamlTree, SaysWhereTextIsNotYaml) {
  const Faults faults = faults_in("a: [1, 2\nb: 3\n");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_TRUE(faults[0].starts_with("x.yaml:")) << faults[0];
  EXPECT_NE(faults[0].find("not YAML"), std::string::npos) << faults[0];
}

TEST(YamlTree, DuplicateKeysNameBothLines) {
  EXPECT_EQ(faults_in("a: 1\nb: 2\na: 3\n"),
            (Faults{"x.yaml:3:1: the key 'a' stands here a second time; it is already on line 1"}));
}

TEST(YamlTree, ListsAndGroupsAreNoKeys) {
  EXPECT_EQ(faults_in("? [a]\n: 1\n"), (Faults{"x.yaml:1:3: a key is a list; expected a name"}));
}

TEST(YamlTree, RefusesASecondDocument) {
  const Faults faults = faults_in("a: 1\n---\nb: 2\n");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_NE(faults[0].find("a second document begins"), std::string::npos) << faults[0];
}

TEST(YamlTree, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(faults_in("a: 1\nb: \xFF\xFE\n"), (Faults{"x.yaml:2:1: the line is not UTF-8; save the file as UTF-8"}));
  EXPECT_EQ(faults_in(std::string_view("a: \0", 4)), (Faults{"x.yaml:1:4: a NUL character; expected UTF-8 text"}));
}

TEST(YamlTree, AliasesShareInsteadOfCopying) {
  // Ten levels of ten aliases each would be 10^10 values if they were copied.
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i <= 10; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + alias;
    for (int j = 1; j < 10; ++j) text += ", " + alias;
    text += "]\n";
  }
  EXPECT_EQ(faults_in(text), Faults{});
}

TEST(YamlTree, AnAliasInsideItsOwnAnchorIsRefused) {
  const Faults faults = faults_in("a: &a [1, *a]\n");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_NE(faults[0].find("an alias must stand after"), std::string::npos) << faults[0];
}

TEST(YamlTree, DepthValuesAndBytesAreBounded) {
  const Faults deep = faults_in(std::string(40, '[') + std::string(40, ']'));
  ASSERT_EQ(deep.size(), 1u);
  EXPECT_NE(deep[0].find("nested too deeply"), std::string::npos) << deep[0];
  EXPECT_EQ(faults_in(std::string(100'000, '[')).size(), 1u);

  std::string many = "a: [";
  for (std::size_t i = 0; i <= kMaxYamlNodes; ++i) many += "1,";
  EXPECT_EQ(faults_in(many + "]").size(), 1u);

  EXPECT_EQ(faults_in(std::string(kMaxYamlBytes + 1, '#')),
            (Faults{"x.yaml:1:1: the file has 4194305 bytes; expected at most 4 MiB"}));
}

TEST(FaultList, ShowsTheFirstHundredAndTheNumberOfTheRest) {
  FaultList list("x.yaml");
  for (int i = 0; i < 150; ++i) list.add({i + 1, 1}, "wrong");
  const auto faults = list.take();
  ASSERT_EQ(faults.size(), 101u);
  EXPECT_EQ(to_string(faults.back()), "x.yaml: 50 further faults are not shown");
}

}  // namespace
}  // namespace grandstand::config
