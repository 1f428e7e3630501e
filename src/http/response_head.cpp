// SPDX-License-Identifier: MIT
#include "response_head.hpp"

#include <charconv>

namespace grandstand::http {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return status < 500 ? "Error" : "Server Error";
  }
}

void ResponseHead::begin(int status, std::string_view date) {
  status_ = status;
  text_.clear();
  if (status == 200) {
    text_ += "HTTP/1.1 200 OK\r\n";
  } else {
    text_ += "HTTP/1.1 ";
    append(static_cast<std::uint64_t>(status));
    text_ += ' ';
    text_ += reason_phrase(status);
    text_ += "\r\n";
  }
  text_ += date;
}

ResponseHead& ResponseHead::field(std::string_view name, std::string_view value) {
  text_ += name;
  text_ += ": ";
  text_ += value;
  text_ += "\r\n";
  return *this;
}

ResponseHead& ResponseHead::field(std::string_view name, std::uint64_t value) {
  text_ += name;
  text_ += ": ";
  append(value);
  text_ += "\r\n";
  return *this;
}

ResponseHead& ResponseHead::lines(std::string_view complete_lines) {
  text_ += complete_lines;
  return *this;
}

void ResponseHead::release_memory() {
  if (text_.capacity() > 1024) std::string().swap(text_);
}

void ResponseHead::append(std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  text_.append(digits, end);
}

}  // namespace grandstand::http
