// SPDX-License-Identifier: MIT
#include "yaml_tree.hpp"

#include <grandstand/base/text.hpp>

#include <sstream>
#include <unordered_map>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace grandstand::config {
namespace {

Position position_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {mark.line + 1, mark.column + 1};
}

// Thrown through yaml-cpp's parser to end it early; caught in parse_yaml.
struct LimitReached {
  Position position;
  std::string message;
};

// Builds our tree from the parser's events. yaml-cpp's own tree has no place for keys, keeps duplicates silently and
// has no bounds, so it is not used.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(FaultList& faults) : faults_(faults) {}

  std::shared_ptr<const YamlNode> root() const { return root_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) {
      throw LimitReached{position_of(mark), "a second document begins; expected one document in the file"};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(YamlNode::Kind::kNull, mark, anchor));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const auto node = make(YamlNode::Kind::kScalar, mark, anchor);
    node->text = value;
    node->quoted = tag == "!";
    const bool empty_plain = tag == "?" && (value.empty() || value == "~" || value == "null");
    if (empty_plain) node->kind = YamlNode::Kind::kNull;
    add(node);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    count(position_of(mark));
    const auto known = anchors_.find(anchor);
    const bool inside_itself = known != anchors_.end() && is_open(known->second.get());
    if (known == anchors_.end() || inside_itself) {
      throw LimitReached{position_of(mark), "an alias must stand after the whole value that its anchor names"};
    }
    add(known->second);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make(YamlNode::Kind::kSequence, mark, anchor));
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make(YamlNode::Kind::kMap, mark, anchor));
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    std::shared_ptr<YamlNode> node;
    std::shared_ptr<const YamlNode> key;  // of a map, while its value is awaited
  };

  void count(Position position) {
    if (++nodes_ > kMaxYamlNodes) {
      throw LimitReached{position, "the file holds too many values; expected at most " + std::to_string(kMaxYamlNodes)};
    }
  }

  std::shared_ptr<YamlNode> make(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    count(position_of(mark));
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->position = position_of(mark);
    if (anchor != 0) anchors_[anchor] = node;
    return node;
  }

  bool is_open(const YamlNode* node) const {
    for (const Open& open : open_) {
      if (open.node.get() == node) return true;
    }
    return false;
  }

  void open(std::shared_ptr<YamlNode> node) {
    if (open_.size() >= kMaxYamlDepth) {
      throw LimitReached{node->position,
                         "values are nested too deeply; expected at most " + std::to_string(kMaxYamlDepth) + " levels"};
    }
    open_.push_back({std::move(node), nullptr});
  }

  void close() {
    auto node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  void add(std::shared_ptr<const YamlNode> node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node->kind == YamlNode::Kind::kSequence) {
      parent.node->items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      add_entry(*parent.node, *std::exchange(parent.key, nullptr), std::move(node));
    }
  }

  void add_entry(YamlNode& map, const YamlNode& key, std::shared_ptr<const YamlNode> value) {
    if (key.kind != YamlNode::Kind::kScalar) {
      faults_.add(key.position, "a key is " + std::string(describe(key.kind)) + "; expected a name");
      return;
    }
    for (const YamlNode::Entry& entry : map.entries) {
      if (entry.key != key.text) continue;
      faults_.add(key.position, "the key " + quote(key.text) + " stands here a second time; it is already on line " +
                                    std::to_string(entry.position.line));
      return;
    }
    // Looking for duplicates is quadratic, so a map is bounded; ours have a few dozen keys at most.
    constexpr std::size_t kMaxKeys = 1'000;
    if (map.entries.size() >= kMaxKeys) throw LimitReached{key.position, "too many keys; expected at most 1000"};
    map.entries.push_back({key.text, key.position, std::move(value)});
  }

  FaultList& faults_;
  bool started_ = false;
  std::size_t nodes_ = 0;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, std::shared_ptr<const YamlNode>> anchors_;
  std::shared_ptr<const YamlNode> root_;
};

// The first byte that makes the text unreadable as UTF-8 text, by line.
bool check_encoding(std::string_view text, FaultList& faults) {
  Position position;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (!is_valid_utf8(line)) {
      faults.add(position, "the line is not UTF-8; save the file as UTF-8");
      return false;
    }
    if (const std::size_t zero = line.find('\0'); zero != std::string_view::npos) {
      faults.add({position.line, static_cast<int>(zero) + 1}, "a NUL character; expected UTF-8 text");
      return false;
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
    ++position.line;
  }
  return true;
}

}  // namespace

std::string_view describe(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "empty";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a group of keys";
  }
  return "?";
}

std::shared_ptr<const YamlNode> parse_yaml(std::string_view text, FaultList& faults) {
  if (text.size() > kMaxYamlBytes) {
    faults.add({}, "the file has " + std::to_string(text.size()) + " bytes; expected at most 4 MiB");
    return nullptr;
  }
  if (!check_encoding(text, faults)) return nullptr;

  std::istringstream stream{std::string(text)};
  TreeBuilder builder(faults);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return std::make_shared<YamlNode>();
    parser.HandleNextDocument(builder);
  } catch (const LimitReached& reached) {
    faults.add(reached.position, reached.message);
    return nullptr;
  } catch (const YAML::Exception& exception) {
    faults.add(position_of(exception.mark), "not YAML: " + exception.msg);
    return nullptr;
  }
  return builder.root();
}

}  // namespace grandstand::config
