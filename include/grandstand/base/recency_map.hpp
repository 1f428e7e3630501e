// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>
#include <utility>

namespace grandstand {

// A bounded map: when it is full, the entry that was left alone longest makes room.
template <class Value>
class RecencyMap {
 public:
  explicit RecencyMap(std::size_t limit) : limit_(limit) {}

  // Counts as use.
  Value* find(const std::string& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }

  // Replaces what is there; true when another entry had to go.
  bool put(const std::string& key, Value value) {
    if (Value* present = find(key)) {
      *present = std::move(value);
      return false;
    }
    const bool full = entries_.size() >= limit_;
    if (full) {
      index_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, std::move(value));
    index_[key] = entries_.begin();
    return full;
  }

  // What is there, or else `initial` from now on. Counts as use.
  Value& find_or_put(const std::string& key, const Value& initial) {
    if (Value* const present = find(key)) return *present;
    put(key, initial);
    return entries_.front().second;
  }

  void erase(const std::string& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    entries_.erase(found->second);
    index_.erase(found);
  }
  template <class Predicate>
  void erase_if(Predicate predicate) {
    std::erase_if(entries_, [&](const auto& entry) {
      const bool goes = predicate(entry.second);
      if (goes) index_.erase(entry.first);
      return goes;
    });
  }
  void clear() {
    index_.clear();
    entries_.clear();
  }
  std::size_t size() const { return entries_.size(); }

 private:
  std::size_t limit_;
  std::list<std::pair<std::string, Value>> entries_;  // newest first
  std::unordered_map<std::string, typename std::list<std::pair<std::string, Value>>::iterator> index_;
};

}  // namespace grandstand
