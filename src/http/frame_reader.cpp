// SPDX-License-Identifier: MIT
#include "frame_reader.hpp"

#include <algorithm>
#include <cstring>

namespace grandstand::http {
namespace {

using wire::CloseCode;

FrameReader::Failure protocol_error(std::string_view reason) {
  return {CloseCode::kProtocolError, reason};
}

// RFC 6455 5.3. `phase`: how many bytes of the payload came before.
void unmask(std::span<std::uint8_t> bytes, std::array<std::uint8_t, 4> mask, std::uint64_t phase) {
  std::array<std::uint8_t, 8> turned{};
  for (std::size_t i = 0; i < 8; ++i) turned[i] = mask[(phase + i) & 3];
  std::uint64_t key = 0;
  std::memcpy(&key, turned.data(), 8);
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    word ^= key;
    std::memcpy(bytes.data() + i, &word, 8);
  }
  for (; i < bytes.size(); ++i) bytes[i] ^= turned[i & 7];
}

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// RFC 6455 7.4.1 and 7.4.2, with the registry of IANA as it stands (1012 to 1014).
bool may_be_sent(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

}  // namespace

std::optional<FrameReader::Failure> FrameReader::feed(std::span<std::uint8_t> bytes, FrameListener& listener) {
  while (!bytes.empty() && !ended_) {
    std::optional<Failure> failure;
    if (!in_payload_) {
      failure = take_header_byte(bytes.front());
      bytes = bytes.subspan(1);
      // A frame without payload ends with its header.
      if (!failure && in_payload_ && length_ == 0) failure = take_payload({}, listener);
    } else {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), length_ - received_));
      failure = take_payload(bytes.first(count), listener);
      bytes = bytes.subspan(count);
    }
    if (failure) {
      ended_ = true;
      return failure;
    }
  }
  return std::nullopt;
}

std::optional<FrameReader::Failure> FrameReader::take_header_byte(std::uint8_t byte) {
  header_[header_size_++] = byte;
  if (header_size_ == 1) {
    if ((byte & 0x70) != 0) return protocol_error("reserved bits are set, but no extension was agreed");
    const std::uint8_t opcode = byte & 0x0F;
    if ((opcode > 2 && opcode < 8) || opcode > 10) return protocol_error("unknown opcode");
    final_ = (byte & 0x80) != 0;
    opcode_ = static_cast<Opcode>(opcode);
    if (is_control() && !final_) return protocol_error("a control frame is fragmented");
    if (opcode_ == Opcode::kBinary) return Failure{CloseCode::kUnsupportedData, "only text messages are understood"};
    if (opcode_ == Opcode::kContinuation && !in_message_) return protocol_error("a continuation without a beginning");
    if (opcode_ == Opcode::kText && in_message_) return protocol_error("a message begins within another");
    return std::nullopt;
  }
  if (header_size_ == 2) {
    if ((byte & 0x80) == 0) return protocol_error("a frame from a client must be masked");
    const std::uint8_t length = byte & 0x7F;
    if (is_control() && length > 125) return protocol_error("a control frame is longer than 125 bytes");
    header_needed_ = static_cast<std::uint8_t>(length == 127 ? 14 : length == 126 ? 8 : 6);
    return std::nullopt;
  }
  return header_size_ == header_needed_ ? begin_frame() : std::nullopt;
}

std::optional<FrameReader::Failure> FrameReader::begin_frame() {
  const std::size_t length_bytes = header_needed_ - 6U;
  length_ = header_[1] & 0x7F;
  if (length_bytes > 0) {
    length_ = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) length_ = length_ << 8 | header_[2 + i];
    // RFC 6455 5.2: the minimal form must be used, and the highest bit of 64 is zero.
    if (length_bytes == 2 ? length_ < 126 : length_ <= 0xFFFF)
      return protocol_error("a length is not in its shortest form");
    if ((length_ >> 63) != 0) return protocol_error("a length has its highest bit set");
  }
  std::copy_n(header_.begin() + header_needed_ - 4, 4, mask_.begin());
  if (!is_control() && length_ > max_message_bytes_ - message_.size()) {
    return Failure{CloseCode::kMessageTooBig, "the message is too long"};
  }
  if (opcode_ == Opcode::kText) in_message_ = true;
  in_payload_ = true;
  received_ = 0;
  header_size_ = 0;
  header_needed_ = 2;
  return std::nullopt;
}

std::optional<FrameReader::Failure> FrameReader::take_payload(std::span<std::uint8_t> piece, FrameListener& listener) {
  unmask(piece, mask_, received_);
  const bool whole = received_ == 0 && piece.size() == length_;
  received_ += piece.size();
  const auto text = as_text(piece);
  if (is_control()) {
    if (whole) return end_frame(text, listener);
    control_.append(text);
    return received_ == length_ ? end_frame(control_, listener) : std::nullopt;
  }
  if (!utf8_.add(text)) return Failure{CloseCode::kInvalidPayload, "the message is not UTF-8"};
  // The usual case needs no copy: a whole message in one frame, all of it here.
  if (whole && final_ && message_.empty()) return end_frame(text, listener);
  message_.append(text);
  return received_ == length_ ? end_frame(message_, listener) : std::nullopt;
}

std::optional<FrameReader::Failure> FrameReader::end_frame(std::string_view whole, FrameListener& listener) {
  in_payload_ = false;
  if (is_control()) return end_control_frame(whole, listener);
  if (!final_) return std::nullopt;
  if (!utf8_.complete()) return Failure{CloseCode::kInvalidPayload, "the message is not UTF-8"};
  in_message_ = false;
  utf8_.reset();
  listener.on_text(whole);
  message_.clear();
  message_.shrink_to_fit();
  return std::nullopt;
}

std::optional<FrameReader::Failure> FrameReader::end_control_frame(std::string_view payload, FrameListener& listener) {
  std::optional<Failure> failure;
  switch (opcode_) {
    case Opcode::kPing:
      listener.on_ping(payload);
      break;
    case Opcode::kPong:
      listener.on_pong(payload);
      break;
    default:
      failure = check_close(payload);
      if (failure) break;
      ended_ = true;
      if (payload.empty()) {
        listener.on_close(std::nullopt, {});
      } else {
        const auto code = static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8 |
                                                     static_cast<std::uint8_t>(payload[1]));
        listener.on_close(code, payload.substr(2));
      }
  }
  control_.clear();
  return failure;
}

std::optional<FrameReader::Failure> FrameReader::check_close(std::string_view payload) {
  if (payload.empty()) return std::nullopt;
  if (payload.size() == 1) return protocol_error("a close frame of one byte");
  const auto code =
      static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]));
  if (!may_be_sent(code)) return protocol_error("a close code that must not be sent");
  Utf8Checker reason;
  if (!reason.add(payload.substr(2)) || !reason.complete()) {
    return Failure{CloseCode::kInvalidPayload, "the reason of a close frame is not UTF-8"};
  }
  return std::nullopt;
}

}  // namespace grandstand::http
