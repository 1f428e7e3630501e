// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <mutex>
#include <string>

namespace grandstand::ops {

// Whether the parts that the daemon needs are there: what /readyz answers from. Safe from any thread.
class Health {
 public:
  struct Check {
    bool ok = false;
    std::string reason;  // when not ok: what is missing and what happens meanwhile
  };

  void set(const std::string& part, bool ok, std::string reason = {});
  std::map<std::string, Check> checks() const;
  bool ready() const;  // every part is ok

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Check> checks_;
};

}  // namespace grandstand::ops
