// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace grandstand::http {

std::string_view reason_phrase(int status);

// Writes the head of a response into one string that is kept between responses, so that answering allocates nothing.
class ResponseHead {
 public:
  // `date`: the whole Date line.
  void begin(int status, std::string_view date);
  ResponseHead& field(std::string_view name, std::string_view value);
  ResponseHead& field(std::string_view name, std::uint64_t value);
  ResponseHead& lines(std::string_view complete_lines);  // each with CR LF
  void end() { text_ += "\r\n"; }

  const std::string& text() const { return text_; }
  int status() const { return status_; }
  void release_memory();

 private:
  void append(std::uint64_t number);

  std::string text_;
  int status_ = 0;
};

}  // namespace grandstand::http
