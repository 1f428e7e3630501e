// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

namespace grandstand {

// A value that cannot be mistaken for another of the same representation.
template <class Tag, class Value>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(Value value) : value_(std::move(value)) {}
  const Value& value() const { return value_; }
  friend auto operator<=>(const StrongId&, const StrongId&) = default;
  friend bool operator==(const StrongId&, const StrongId&) = default;
  friend std::ostream& operator<<(std::ostream& out, const StrongId& id) { return out << id.value_; }

 private:
  Value value_{};
};

// "news": the key of a channel in the lineup, 1..64 of [a-z0-9_-], starting with a letter or digit.
using ChannelId = StrongId<struct ChannelIdTag, std::string>;
// "channel:news": where people meet.
using RoomId = StrongId<struct RoomIdTag, std::string>;
// "account:17", "bot:18" or "guest:k3f9...": who speaks. The part before the colon says which kind.
using UserId = StrongId<struct UserIdTag, std::string>;
// One connection; unique within the process.
using SessionId = StrongId<struct SessionIdTag, std::uint64_t>;

}  // namespace grandstand

template <class Tag, class Value>
struct std::hash<grandstand::StrongId<Tag, Value>> {
  std::size_t operator()(const grandstand::StrongId<Tag, Value>& id) const { return std::hash<Value>{}(id.value()); }
};
