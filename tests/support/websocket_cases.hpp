// SPDX-License-Identifier: MIT
#pragma once

#include "frame_builder.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What a server must make of the bytes of a client (RFC 6455 5 to 8). The groups and their numbers are those of the
// Autobahn test suite's list of cases. Ours takes texts only, in messages of up to kMessageLimit bytes here, without
// extensions: where the suite expects a binary echo or a text of 64 KiB, we expect 1003 and 1009.
namespace grandstand {

struct WebsocketCase {
  std::string name;
  std::string bytes;
  std::vector<std::string> heard;  // "text:...", "ping:...", "pong:...", "close:<code or none>:<reason>"
  int failure = 0;                 // the close code that the server must send; 0: no fault
};

inline constexpr std::size_t kMessageLimit = 1'000;

inline std::string close_payload(int code, std::string_view reason = {}) {
  return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)} + std::string(reason);
}

namespace websocket_cases_detail {

using Cases = std::vector<WebsocketCase>;

inline void add_framing(Cases& cases) {
  for (const std::size_t size : {0, 1, 125, 126, 127, 128, 999, 1000}) {
    const std::string text(size, 'a');
    cases.push_back({"1.1 a text of " + std::to_string(size), frame(kText, text), {"text:" + text}});
  }
  cases.push_back({"1.1 two messages at once", frame(kText, "a") + frame(kText, "b"), {"text:a", "text:b"}});
  cases.push_back({"1.1 over the limit", frame(kText, std::string(1001, 'x')), {}, 1009});
  cases.push_back({"1.1 65535 bytes", frame(kText, std::string(65535, 'a')), {}, 1009});
  cases.push_back({"1.1 65536 bytes in 64 bits", frame(kText, std::string(65536, 'a')), {}, 1009});
  cases.push_back(
      {"1.1 a huge length", std::string("\x81\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x02\x03\x04", 14), {}, 1009});
  cases.push_back({"1.1 the highest bit of a length",
                   std::string("\x81\xFF\x80\x00\x00\x00\x00\x00\x00\x01\x01\x02\x03\x04", 14),
                   {},
                   1002});
  cases.push_back(
      {"1.1 16 bits for 125", std::string("\x81\xFE\x00\x7D\x00\x00\x00\x00", 8) + std::string(125, 'a'), {}, 1002});
  cases.push_back(
      {"1.1 64 bits for 1", std::string("\x81\xFF\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00z", 15), {}, 1002});
  for (const std::size_t size : {0, 125, 126, 1000}) {
    cases.push_back({"1.2 binary of " + std::to_string(size), frame(kBinary, std::string(size, '\xFE')), {}, 1003});
  }
  cases.push_back({"an unmasked text", std::string("\x81\x05hello"), {}, 1002});
  cases.push_back({"an unmasked ping", std::string("\x89\x00", 2), {}, 1002});
  cases.push_back({"an unmasked close", std::string("\x88\x02\x03\xE8", 4), {}, 1002});
}

inline void add_pings(Cases& cases) {
  const std::string full(125, '\xFE');
  cases.push_back({"2.1 a ping", frame(kPing, ""), {"ping:"}});
  cases.push_back({"2.2 a ping with text", frame(kPing, "Hello, world!"), {"ping:Hello, world!"}});
  const std::string four("\x00\xFF\xFE\xFD", 4);
  cases.push_back({"2.3 a ping that is not UTF-8", frame(kPing, four), {"ping:" + four}});
  cases.push_back({"2.4 a ping of 125", frame(kPing, full), {"ping:" + full}});
  cases.push_back({"2.5 a ping of 126", frame(kPing, full + "x"), {}, 1002});
  cases.push_back({"2.7 a pong nobody asked for", frame(kPong, ""), {"pong:"}});
  cases.push_back({"2.8 one with payload", frame(kPong, "unsolicited"), {"pong:unsolicited"}});
  cases.push_back({"2.9 a pong, then a ping", frame(kPong, "u") + frame(kPing, "p"), {"pong:u", "ping:p"}});
  WebsocketCase ten{"2.10 ten pings", {}, {}, 0};
  for (int i = 0; i < 10; ++i) {
    ten.bytes += frame(kPing, "payload-" + std::to_string(i));
    ten.heard.push_back("ping:payload-" + std::to_string(i));
  }
  cases.push_back(ten);
}

inline void add_reserved(Cases& cases) {
  for (int bits = 1; bits <= 7; ++bits) {
    const auto name = "3." + std::to_string(bits) + " reserved bits ";
    for (const int opcode : {kText, kPing, kClose, kContinuation}) {
      cases.push_back({name + "on opcode " + std::to_string(opcode), frame(opcode | bits << 4, "a"), {}, 1002});
    }
    cases.push_back({name + "after a text", frame(kText, "a") + frame(kText | bits << 4, "b"), {"text:a"}, 1002});
  }
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    const auto name = (opcode < 8 ? "4.1 opcode " : "4.2 opcode ") + std::to_string(opcode);
    cases.push_back({name, frame(opcode, ""), {}, 1002});
    cases.push_back({name + " with payload", frame(opcode, "reserved opcode payload"), {}, 1002});
    cases.push_back(
        {name + " after a text", frame(kText, "a") + frame(opcode, "") + frame(kPing, ""), {"text:a"}, 1002});
    cases.push_back({name + " amid fragments", frame(kText, "a", kMore) + frame(opcode, ""), {}, 1002});
  }
  // permessage-deflate (12 and 13) is never agreed to: its bit is one that is reserved.
  cases.push_back({"12 a compressed message", frame(kText | 0x40, "\xF2\x48\xCD\xC9\xC9\x07"), {}, 1002});
}

inline void add_fragments(Cases& cases) {
  const std::string limit(kMessageLimit, 'x');
  const auto go_on = [](std::string_view text, Final final = kFinal) { return frame(kContinuation, text, final); };
  cases.push_back({"5.1 a fragmented ping", frame(kPing, "a", kMore) + go_on("b"), {}, 1002});
  cases.push_back({"5.2 a fragmented pong", frame(kPong, "a", kMore) + go_on("b"), {}, 1002});
  cases.push_back({"5.2 a fragmented close", frame(kClose, "", kMore), {}, 1002});
  cases.push_back({"5.3 two fragments", frame(kText, "a", kMore) + go_on("b"), {"text:ab"}});
  cases.push_back({"5.6 a ping between fragments",
                   frame(kText, "a", kMore) + frame(kPing, "p") + go_on("b"),
                   {"ping:p", "text:ab"}});
  cases.push_back({"5.6 a pong between fragments",
                   frame(kText, "a", kMore) + frame(kPong, "p") + go_on("b"),
                   {"pong:p", "text:ab"}});
  cases.push_back({"5.9 a continuation of nothing", go_on("a") + frame(kText, "b"), {}, 1002});
  cases.push_back({"5.12 one that goes on", go_on("a", kMore) + frame(kText, "b"), {}, 1002});
  cases.push_back({"5.15 a continuation after the end",
                   frame(kText, "a", kMore) + go_on("b") + go_on("c", kMore) + frame(kText, "d"),
                   {"text:ab"},
                   1002});
  cases.push_back(
      {"5.16 continuations that begin", go_on("a", kMore) + frame(kText, "b", kMore) + go_on("c"), {}, 1002});
  cases.push_back({"5.18 a text within a text", frame(kText, "a", kMore) + frame(kText, "b"), {}, 1002});
  cases.push_back({"5.18 a binary within a text", frame(kText, "a", kMore) + frame(kBinary, "b"), {}, 1003});
  cases.push_back({"5.19 five fragments and two pings",
                   frame(kText, "1", kMore) + go_on("2", kMore) + frame(kPing, "p1") + go_on("3", kMore) +
                       go_on("4", kMore) + frame(kPing, "p2") + go_on("5"),
                   {"ping:p1", "ping:p2", "text:12345"}});
  cases.push_back({"5 empty fragments", frame(kText, "", kMore) + go_on("", kMore) + go_on(""), {"text:"}});
  cases.push_back({"5 an empty last fragment", frame(kText, "a", kMore) + go_on(""), {"text:a"}});
  cases.push_back({"5 a message after a fragmented one",
                   frame(kText, "a", kMore) + go_on("b") + frame(kText, "c"),
                   {"text:ab", "text:c"}});
  cases.push_back({"5 fragments over the limit", frame(kText, limit, kMore) + go_on("x"), {}, 1009});
  cases.push_back(
      {"5 fragments up to the limit", frame(kText, limit.substr(1), kMore) + go_on("x"), {"text:" + limit}});
  std::string thousand = frame(kText, "", kMore);
  for (std::size_t i = 1; i < kMessageLimit; ++i) thousand += go_on("x", kMore);
  cases.push_back({"9.3 a thousand fragments of a byte", thousand + go_on("x"), {"text:" + limit}});
}

inline void add_utf8(Cases& cases) {
  const auto go_on = [](std::string_view text, Final final = kFinal) { return frame(kContinuation, text, final); };
  const auto valid = [&](const std::string& name, const std::string& text) {
    cases.push_back({name, frame(kText, text), {"text:" + text}});
    WebsocketCase bytewise{name + ", a frame for each byte", frame(kText, "", kMore), {"text:" + text}, 0};
    for (const char byte : text) bytewise.bytes += go_on(std::string_view(&byte, 1), kMore);
    bytewise.bytes += go_on("");
    cases.push_back(bytewise);
  };
  const std::string hello = "Hello-\xC2\xB5@\xC3\x9F\xC3\xB6\xC3\xA4\xC3\xBC\xC3\xA0\xC3\xA1-UTF-8!!";
  const std::string kosme = "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5";
  valid("6.2 valid", hello);
  valid("6.5 the word kosme", kosme);
  valid("6.6 the first of one byte", std::string("\x00", 1));
  valid("6.6 the last of one byte", "\x7F");
  valid("6.7 the first of two", "\xC2\x80");
  valid("6.7 the last of two", "\xDF\xBF");
  valid("6.7 the first of three", "\xE0\xA0\x80");
  valid("6.9 the last of three", "\xEF\xBF\xBF");
  valid("6.7 the first of four", "\xF0\x90\x80\x80");
  valid("6.9 the last of four", "\xF4\x8F\xBF\xBF");
  valid("6.11 before the surrogates", "\xED\x9F\xBF");
  valid("6.11 after the surrogates", "\xEE\x80\x80");
  valid("6.22 a noncharacter", "\xF0\x9F\xBF\xBE");
  valid("6.23 U+FFFD", "\xEF\xBF\xBD");

  const std::pair<const char*, std::string> invalid[] = {
      {"6.3 a broken end", kosme + "\xED\xA0\x80" + "edited"},
      {"6.6 an unfinished code point", "a\xCE"},
      {"6.8 the first of five", "\xF8\x88\x80\x80\x80"},
      {"6.8 the first of six", "\xFC\x84\x80\x80\x80\x80"},
      {"6.10 the last of five", "\xFB\xBF\xBF\xBF\xBF"},
      {"6.11 beyond U+10FFFF", "\xF4\x90\x80\x80"},
      {"6.12 a lone continuation byte", "\x80"},
      {"6.12 another", "\xBF"},
      {"6.12 two of them", "\x80\xBF"},
      {"6.12 six of them", "\x80\xBF\x80\xBF\x80\xBF"},
      {"6.13 lonely starts of two", "\xC0 \xC1 \xC2 \xDF "},
      {"6.13 lonely starts of three", "\xE0 \xE1 \xEF "},
      {"6.13 lonely starts of four", "\xF0 \xF1 \xF7 "},
      {"6.14 two less one", "\xDF"},
      {"6.14 three less one", "\xEF\xBF"},
      {"6.14 four less one", "\xF7\xBF\xBF"},
      {"6.15 sequences that lack their ends", "\xE0\x80\xF0\x80\x80\xDF\xEF\xBF"},
      {"6.16 FE", "\xFE"},
      {"6.16 FF", "\xFF"},
      {"6.17 an overlong solidus of two", "\xC0\xAF"},
      {"6.17 of three", "\xE0\x80\xAF"},
      {"6.17 of four", "\xF0\x80\x80\xAF"},
      {"6.18 the highest overlong of two", "\xC1\xBF"},
      {"6.18 of three", "\xE0\x9F\xBF"},
      {"6.18 of four", "\xF0\x8F\xBF\xBF"},
      {"6.19 an overlong NUL of two", "\xC0\x80"},
      {"6.19 of three", "\xE0\x80\x80"},
      {"6.20 the first high surrogate", "\xED\xA0\x80"},
      {"6.20 the last high surrogate", "\xED\xAF\xBF"},
      {"6.20 the first low surrogate", "\xED\xB0\x80"},
      {"6.20 the last low surrogate", "\xED\xBF\xBF"},
      {"6.21 a pair of surrogates", "\xED\xA0\x80\xED\xB0\x80"},
  };
  for (const auto& [name, text] : invalid) cases.push_back({name, frame(kText, text), {}, 1007});

  // 6.4: at once, not when the message ends; the rest of these never comes.
  cases.push_back(
      {"6.4 broken in the second fragment", frame(kText, kosme, kMore) + go_on("\xF4\x90\x80\x80", kMore), {}, 1007});
  cases.push_back({"6.4 broken in the middle of a frame",
                   frame(kText, kosme + "\xF4\x90" + std::string(100, 'a')).substr(0, 6 + 13),
                   {},
                   1007});
  cases.push_back({"6.4 broken across two", frame(kText, "\xCE", kMore) + go_on("a", kMore), {}, 1007});
}

inline void add_closes(Cases& cases) {
  const auto closed = [](int code, const std::string& reason = {}) {
    return "close:" + std::to_string(code) + ":" + reason;
  };
  cases.push_back({"7.1 a text, then a close", frame(kText, "a") + frame(kClose, ""), {"text:a", "close:none:"}});
  cases.push_back({"7.1.2 two closes", frame(kClose, "") + frame(kClose, ""), {"close:none:"}});
  cases.push_back({"7.1.3 a ping after the close", frame(kClose, "") + frame(kPing, "p"), {"close:none:"}});
  cases.push_back({"7.1.4 a text after the close", frame(kClose, "") + frame(kText, "a"), {"close:none:"}});
  cases.push_back({"7.1.5 a close within a message",
                   frame(kText, "a", kMore) + frame(kClose, "") + frame(kContinuation, "b"),
                   {"close:none:"}});
  cases.push_back({"7.1.6 garbage after the close", frame(kClose, "") + "\xFF\xFF\xFF", {"close:none:"}});
  cases.push_back({"7.3.1 no code", frame(kClose, ""), {"close:none:"}});
  cases.push_back({"7.3.2 one byte", frame(kClose, "\x03"), {}, 1002});
  cases.push_back({"7.3.3 a code", frame(kClose, close_payload(1000)), {closed(1000)}});
  cases.push_back({"7.3.4 a reason", frame(kClose, close_payload(1000, "bye")), {closed(1000, "bye")}});
  const std::string longest(123, '*');
  cases.push_back({"7.3.5 the longest reason", frame(kClose, close_payload(1000, longest)), {closed(1000, longest)}});
  cases.push_back({"7.3.6 too long a reason", frame(kClose, close_payload(1000, longest + "*")), {}, 1002});
  cases.push_back({"7.5.1 a broken reason", frame(kClose, close_payload(1000, "\xCE\xBA\xED\xA0\x80x")), {}, 1007});
  cases.push_back({"7.5.1 an unfinished one", frame(kClose, close_payload(1000, "\xCE")), {}, 1007});
  for (const int code :
       {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4008, 4999}) {
    cases.push_back({"7.7 code " + std::to_string(code), frame(kClose, close_payload(code)), {closed(code)}});
  }
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
    cases.push_back({"7.9 code " + std::to_string(code), frame(kClose, close_payload(code)), {}, 1002});
  }
}

}  // namespace websocket_cases_detail

inline const std::vector<WebsocketCase>& websocket_cases() {
  using namespace websocket_cases_detail;
  static const auto all = [] {
    Cases cases;
    add_framing(cases);
    add_pings(cases);
    add_reserved(cases);
    add_fragments(cases);
    add_utf8(cases);
    add_closes(cases);
    return cases;
  }();
  return all;
}

}  // namespace grandstand
