// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/guide/programme.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::guide {

// Reads an XMLTV document (xmltv.dtd 0.5) as it comes, in pieces of any size, in any encoding that expat or iconv's
// single-byte tables know. A programme with a fault is left out, counted and, if it is among the first, remembered with
// its line; a document that is not well-formed XML is an error. Texts are cut at kMaxText; entities of its own are
// refused.
class XmltvReader {
 public:
  static constexpr std::size_t kMaxText = 16u << 10;
  static constexpr std::size_t kMaxProgrammes = 1'000'000;
  static constexpr std::size_t kMaxRepeats = 64;  // categories, credits
  static constexpr std::size_t kKeptFaults = 10;

  struct Counts {
    std::size_t taken = 0;
    std::size_t skipped = 0;  // with a fault
    std::size_t foreign = 0;  // of channels that are not wanted
    std::vector<std::string> faults;
  };

  // `is_wanted` is asked for the channel id of each programme, `take` gets those that are. A programme without a stop
  // has its start there.
  XmltvReader(std::function<bool(const std::string&)> is_wanted,
              std::function<void(const std::string& channel, Programme)> take);
  ~XmltvReader();

  // Errors: kInvalidArgument "line 17, column 3: mismatched tag", kTooLarge beyond kMaxProgrammes.
  Status push(std::string_view bytes);
  Status finish();

  const Counts& counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace grandstand::guide
