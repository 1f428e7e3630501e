// SPDX-License-Identifier: MIT
#include "ladder_values.hpp"

#include "schema.hpp"

namespace grandstand::config {
namespace {

constexpr std::int64_t kLeastBits = 50'000;
constexpr std::int64_t kMostBits = 50'000'000;

struct BitRate {
  bool read(const YamlNode& node, int& field, const Reporter& report) const {
    const auto* const text = scalar(node, report, expected(), false);
    if (text == nullptr) return false;
    const auto bits = parse_bit_rate(*text);
    if (!bits) return report(node.position, bits.error().message, expected());
    if (*bits < kLeastBits || *bits > kMostBits) {
      return report(node.position, quote(*text) + " is out of range", expected());
    }
    field = static_cast<int>(*bits);
    return true;
  }
  std::string print(int field) const { return print_bit_rate(field); }
  std::string expected() const { return "bits per second, 50k to 50M"; }
};

const std::vector<Key<media::VideoRung>>& rung_schema() {
  static const std::vector<Key<media::VideoRung>> schema{
      make_key<media::VideoRung>(
          "height", [](media::VideoRung& r) -> auto& { return r.height; }, Integer{64, 2160, "lines"}, "Lines."),
      make_key<media::VideoRung>(
          "bitrate", [](media::VideoRung& r) -> auto& { return r.bit_rate; }, BitRate{}, "Bits per second."),
  };
  return schema;
}

bool read_rung(const YamlNode& node, media::VideoRung& rung, const Reporter& report) {
  if (node.kind != YamlNode::Kind::kMap) return report(node.position, describe(node.kind), "height and bitrate");
  bool right = true;
  for (const auto& entry : node.entries) {
    bool known = false;
    for (const auto& key : rung_schema()) {
      if (key.name != entry.key) continue;
      known = true;
      right = key.read(rung, *entry.value, report) && right;
    }
    if (!known) right = report(entry.value->position, quote(entry.key) + " is no key of a rung", "height and bitrate");
  }
  if (!right) return false;
  if (rung.height == 0 || rung.bit_rate == 0)
    return report(node.position, "a rung is not complete", "height and bitrate");
  if (rung.height % 2 != 0) return report(node.position, "the height is odd", "an even number of lines");
  return true;
}

}  // namespace

Result<std::int64_t> parse_bit_rate(std::string_view text) {
  std::int64_t unit = 1;
  auto digits = text;
  if (text.ends_with("k")) unit = 1'000;
  if (text.ends_with("M")) unit = 1'000'000;
  if (unit > 1) digits.remove_suffix(1);
  const auto number = parse_integer(digits);
  if (!number || *number > kMostBits) return Error{ErrorCode::kInvalidArgument, quote(text) + " is no bit rate"};
  return *number * unit;
}

std::string print_bit_rate(std::int64_t bits) {
  if (bits % 1'000'000 == 0) return std::to_string(bits / 1'000'000) + "M";
  if (bits % 1'000 == 0) return std::to_string(bits / 1'000) + "k";
  return std::to_string(bits);
}

bool Rungs::read(const YamlNode& node, std::vector<media::VideoRung>& field, const Reporter& report) const {
  if (node.kind == YamlNode::Kind::kScalar) {
    auto rungs = channels::named_ladder(node.text);
    if (rungs.empty() && node.text != "none") {
      return report(node.position, quote(node.text) + " is not known", expected());
    }
    field = std::move(rungs);
    return true;
  }
  if (node.kind != YamlNode::Kind::kSequence) return report(node.position, describe(node.kind), expected());
  if (node.items.size() > channels::kMaxRungs) {
    return report(node.position, std::to_string(node.items.size()) + " rungs stand here", expected());
  }
  std::vector<media::VideoRung> rungs;
  bool right = true;
  for (const auto& item : node.items) {
    media::VideoRung rung;
    if (!read_rung(*item, rung, report)) {
      right = false;
    } else if (!rungs.empty() && (rung.height >= rungs.back().height || rung.bit_rate >= rungs.back().bit_rate)) {
      right = report(item->position, "this rung is not below the one before it", "falling heights and bit rates");
    } else {
      rungs.push_back(rung);
    }
  }
  if (right) field = std::move(rungs);
  return right;
}

std::string Rungs::print(const std::vector<media::VideoRung>& field) const {
  if (field.empty()) return "none";
  std::string text;
  for (const auto& rung : field) {
    text += (text.empty() ? "{height: " : ", {height: ") + std::to_string(rung.height) +
            ", bitrate: " + print_bit_rate(rung.bit_rate) + "}";
  }
  return "[" + text + "]";
}

std::string Rungs::expected() const {
  return "none, light, standard, full, or a list of up to 8 rungs {height: 720, bitrate: 2500k}";
}

}  // namespace grandstand::config
