// SPDX-License-Identifier: MIT
// One deliberately broken stream, or more, for every rule.
#include "live_stream.hpp"

#include <set>

#include <gtest/gtest.h>

namespace grandstand::hlscheck {
namespace {

using Asked = LiveStream::Asked;
using Break = std::function<void(LiveStream&)>;
constexpr auto kMust = Grade::kMust;
constexpr auto kShould = Grade::kShould;
constexpr double kLater = 3;  // seconds: when a stream that was good so far breaks

struct Case {
  int rule;
  Grade grade;
  const char* what;
  Break break_it;
  int seconds = 0;          // to watch
  std::set<int> also = {};  // other rules that cannot but be broken with it
};

Break playlist(std::function<void(std::string&)> edit, std::string name = "", double from = 0) {
  return [=](LiveStream& stream) {
    stream.edit_playlist = [=](std::string& text, const Asked& asked) {
      if ((name.empty() || asked.name == name) && asked.time >= from) edit(text);
    };
  };
}
Break replaced(std::string from, std::string to, std::string name = "", double since = 0) {
  return playlist([=](std::string& text) { LiveStream::replace(text, from, to); }, std::move(name), since);
}
Break replaced_all(std::string from, std::string to, double since = 0) {
  return playlist([=](std::string& text) { LiveStream::replace(text, from, to, true); }, "", since);
}
Break index(std::string from, std::string to) {
  return [=](LiveStream& stream) {
    stream.edit_multivariant = [=](std::string& text, const Asked&) { LiveStream::replace(text, from, to); };
  };
}
bool of_i_frames(const Asked& asked) {
  return asked.name.starts_with("i/");
}
Break media(std::function<void(std::string&, const Asked&)> edit, std::string prefix = "") {
  return [=](LiveStream& stream) {
    stream.edit_media = [=](std::string& body, const Asked& asked) {
      const bool wanted = prefix.empty() ? !of_i_frames(asked) : asked.name.starts_with(prefix);
      if (wanted && asked.name.find('/') != std::string::npos) edit(body, asked);
    };
  };
}
Break i_frames(std::function<void(std::string&)> edit) {
  return playlist(std::move(edit), "i");
}
Break answer(std::function<void(fetch::Response&, const Asked&)> edit) {
  return [=](LiveStream& stream) { stream.edit_answer = edit; };
}
void set_header(fetch::Response& response, std::string_view name, const char* value) {
  std::erase_if(response.headers, [&](const auto& header) { return header.first == name; });
  if (value) response.headers.emplace_back(name, value);
}
Break header(std::string name, const char* value, bool of_playlists) {
  return answer([=](fetch::Response& response, const Asked& asked) {
    if (asked.playlist() == of_playlists) set_header(response, name, value);
  });
}

void without_lines(std::string& text, std::string_view start, bool following = false) {
  std::istringstream lines(text);
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(start)) {
      kept += line + "\n";
    } else if (following) {
      std::getline(lines, line);
    }
  }
  text = kept;
}
Break without(std::string start, double since = 0) {
  return playlist([=](std::string& text) { without_lines(text, start); }, "", since);
}
Break left_out_of_deltas(std::string start) {
  return [=](LiveStream& stream) {
    stream.edit_playlist = [=](std::string& text, const Asked& asked) {
      if (asked.query.contains("_HLS_skip")) without_lines(text, start);
    };
  };
}
void before_last(std::string& text, std::string_view tag, const std::string& inserted) {
  if (const auto at = text.rfind(tag); at != std::string::npos) text.insert(at, inserted);
}
Break inserted(std::string line) {
  return playlist([=](std::string& text) { before_last(text, "#EXT-X-PROGRAM-DATE-TIME", line + "\n"); });
}
Break date_range(std::string attributes) {
  return inserted("#EXT-X-DATERANGE:" + attributes);
}
std::int64_t query_number(const Asked& asked, const char* name) {
  const auto found = asked.query.find(name);
  if (found == asked.query.end() || found->second.find_first_not_of("0123456789") != std::string::npos) return -1;
  return found->second.empty() || found->second.size() > 12 ? -1 : std::stoll(found->second);
}

// The media sequence number that "a/117.2" names; nothing for other names.
std::optional<std::size_t> sequence_of(const Asked& asked) {
  const auto slash = asked.name.find('/');
  if (slash == std::string::npos || !std::isdigit(static_cast<unsigned char>(asked.name[slash + 1])))
    return std::nullopt;
  return std::stoul(asked.name.substr(slash + 1));
}

// Adds to all tfdt (version 1) of a segment.
void shift_decode_times(std::string& body, unsigned ticks) {
  for (auto at = body.find("tfdt"); at != std::string::npos; at = body.find("tfdt", at + 4)) {
    unsigned carry = ticks;
    for (std::size_t i = at + 15; i > at + 7; --i) {
      carry += static_cast<unsigned char>(body[i]);
      body[i] = static_cast<char>(carry & 0xFF);
      carry >>= 8;
    }
  }
}

// Sets the second picture's DTS behind its PTS.
void spoil_decoding_time(std::string& body) {
  const std::string start("\0\0\1\xE0", 4);
  const auto at = body.find(start, body.find(start) + 4);
  if (at == std::string::npos || (body[at + 7] & 0x40) == 0) return;
  for (std::size_t i = 0; i < 5; ++i) body[at + 14 + i] = body[at + 9 + i];
  body[at + 14 + 3] = static_cast<char>(body[at + 14 + 3] + 1);  // 128 ticks later
}

std::vector<Case> transport_stream_cases() {
  const auto byte_order_mark = playlist([](std::string& text) { text = "\xEF\xBB\xBF" + text; });
  return {
      {1, kMust, "byte order mark", byte_order_mark},
      {1, kMust, "first line", replaced("#EXTM3U\n", "#EXTM3U8\n")},
      {1, kMust, "control character", replaced("#EXT-X-VERSION", "#\x01\n#EXT-X-VERSION")},
      {1, kMust, "not UTF-8", replaced("#EXT-X-VERSION", "#\xC0\xAF\n#EXT-X-VERSION")},
      {1, kMust, "version twice", replaced("#EXT-X-VERSION:3\n", "#EXT-X-VERSION:3\n#EXT-X-VERSION:3\n")},
      {1, kMust, "version too low", replaced("#EXT-X-VERSION:3\n", "")},
      {1, kShould, "version too high", replaced("#EXT-X-VERSION:3", "#EXT-X-VERSION:12")},
      {1, kMust, "URI without EXTINF", replaced("#EXT-X-VERSION", "stray.ts\n#EXT-X-VERSION")},
      {1, kMust, "attribute twice", index("BANDWIDTH=900000,", "BANDWIDTH=900000,BANDWIDTH=900000,")},
      {1, kMust, "number in quotation marks", index("BANDWIDTH=900000,", "BANDWIDTH=\"900000\",")},
      {2, kMust, "no target duration", without("#EXT-X-TARGETDURATION")},
      {2, kMust, "longer than the target", replaced("#EXT-X-TARGETDURATION:2", "#EXT-X-TARGETDURATION:1"), 0, {49}},
      {3, kShould, "short window", [](LiveStream& stream) { stream.window = 2; }},
      {3, kMust, "removes too much",
       [](LiveStream& stream) {
         stream.edit_playlist = [&](std::string&, const Asked& asked) { stream.window = asked.time > kLater ? 2 : 20; };
       },
       8},
      {4, kMust, "VOD that is live", replaced("#EXT-X-VERSION", "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-VERSION")},
      {4, kMust, "EVENT that removes", replaced("#EXT-X-VERSION", "#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-VERSION"), 6},
      {5, kShould, "no discontinuity sequence", without("#EXT-X-DISCONTINUITY-SEQUENCE")},
      {5, kMust, "discontinuity sequence too late", playlist([](std::string& text) {
         without_lines(text, "#EXT-X-DISCONTINUITY-SEQUENCE");
         before_last(text, "#EXT-X-PROGRAM-DATE-TIME", "#EXT-X-DISCONTINUITY-SEQUENCE:7\n");
       })},
      {6, kShould, "no dates", without("#EXT-X-PROGRAM-DATE-TIME")},
      {6, kMust, "date jumps", playlist([](std::string& text) {
         const auto at = text.rfind("DATE-TIME:2026");
         text.replace(at, 14, "DATE-TIME:2027");
       })},
      {6, kMust, "no date", replaced("DATE-TIME:2026-", "DATE-TIME:yesterday-")},
      {6, kShould, "no zone", replaced("Z\n", "\n")},
      {7, kMust, "no number", replaced("#EXTINF:", "#EXTINF:about "), 0, {6}},
      {7, kMust, "shorter than the media", playlist([](std::string& text) {
         LiveStream::replace(text, "#EXTINF:2.00000", "#EXTINF:1.80000", true);
         const auto behind_first_date = text.find('\n', text.find("#EXT-X-PROGRAM-DATE-TIME"));
         auto rest = text.substr(behind_first_date);
         without_lines(rest, "#EXT-X-PROGRAM-DATE-TIME");
         text = text.substr(0, behind_first_date) + rest;
       }),
       8},
      {9, kMust, "lost media", media([](std::string& body, const Asked& asked) {
         const auto sequence = sequence_of(asked);
         if (sequence && *sequence >= 120) body = SampleMedia::get().ts_segments.at(*sequence - 100 + 1).body;
       })},
      {10, kMust, "no ID", date_range("START-DATE=\"2026-01-01T00:00:30.000Z\"")},
      {10, kMust, "ends before it starts",
       date_range("ID=\"x\",START-DATE=\"2026-01-01T00:00:30.000Z\",END-DATE=\"2026-01-01T00:00:20.000Z\"")},
      {10, kMust, "wrong CRC",
       date_range("ID=\"x\",START-DATE=\"2026-01-01T00:00:30.000Z\",SCTE35-OUT=0xFC3011000000000000FFFFFF00000000")},
      {10, kMust, "two values", playlist([](std::string& text) {
         for (const char* duration : {"5", "6"}) {
           before_last(text, "#EXT-X-PROGRAM-DATE-TIME",
                       "#EXT-X-DATERANGE:ID=\"x\",START-DATE=\"2026-01-01T00:00:30.000Z\",DURATION=" +
                           std::string(duration) + "\n");
         }
       })},
      {11, kMust, "target duration changes", replaced("TARGETDURATION:2", "TARGETDURATION:3", "", kLater), 6},
      {12, kMust, "media sequence falls", replaced("MEDIA-SEQUENCE:1", "MEDIA-SEQUENCE:0", "", kLater), 6},
      {12,
       kMust,
       "media sequence does not rise with what leaves",
       playlist([](std::string& text) { without_lines(text, "#EXT-X-MEDIA-SEQUENCE"); }),
       8,
       {14}},
      {13, kMust, "discontinuity sequence rises by itself", replaced("SEQUENCE:7", "SEQUENCE:8", "", kLater), 6},
      {14, kMust, "URI changes", replaced_all(".ts", ".ts?again", kLater), 6},
      {14, kMust, "date changes", replaced_all("T00:00:", "T01:00:", kLater), 6},
      {15, kMust, "the last segment goes",
       playlist([](std::string& text) { text.resize(text.rfind("#EXT-X-PROGRAM")); }, "", kLater), 6},
      {16, kMust, "nothing new", [](LiveStream& stream) { stream.stalls_from = 5, stream.stalls_until = 15; }, 14},
      {17, kMust, "removed at once",
       [](LiveStream& stream) {
         stream.edit_answer = [&](fetch::Response& response, const Asked& asked) {
           const auto sequence = sequence_of(asked);
           if (sequence && *sequence < 100 + stream.first_listed()) response.status = 404;
         };
       },
       30},
      {18, kMust, "empty", answer([](fetch::Response& response, const Asked& asked) {
         if (asked.playlist() && asked.time > kLater) response.body.clear();
       }),
       6},
      {18, kMust, "an error", answer([](fetch::Response& response, const Asked& asked) {
         if (asked.playlist() && asked.time > kLater) response.status = 500;
       }),
       6},
      {19, kMust, "a date range goes",
       [](LiveStream& stream) {
         stream.edit_playlist = [](std::string& text, const Asked& asked) {
           const std::string line = "#EXT-X-DATERANGE:ID=\"x\",START-DATE=\"2026-01-01T00:00:30.000Z\",DURATION=5\n";
           if (asked.time < kLater) before_last(text, "#EXT-X-PROGRAM-DATE-TIME", line);
         };
       },
       6},
      {32, kMust, "one stands still",
       [](LiveStream& stream) {
         auto first = std::make_shared<std::string>();
         stream.edit_playlist = [=](std::string& text, const Asked& asked) {
           if (asked.name != "b") return;
           if (first->empty()) *first = text;
           text = *first;
         };
       },
       20},
      {33, kMust, "no BANDWIDTH", index("BANDWIDTH=900000,AVERAGE-", "AVERAGE-")},
      {33, kMust, "no such group", index("CLOSED-CAPTIONS=NONE", "CLOSED-CAPTIONS=\"cc\"")},
      {33, kMust, "resolution", index("RESOLUTION=64x36", "RESOLUTION=64")},
      {33, kShould, "no FRAME-RATE", index(",FRAME-RATE=24.000", "")},
      {34, kMust, "BANDWIDTH too low",
       index("BANDWIDTH=900000,AVERAGE-BANDWIDTH=800000", "BANDWIDTH=9000,AVERAGE-BANDWIDTH=8000")},
      {34, kShould, "average too low", index("AVERAGE-BANDWIDTH=800000", "AVERAGE-BANDWIDTH=8000")},
      {35, kMust, "another codec", index("CODECS=\"avc1", "CODECS=\"av01")},
      {35, kShould, "another level", index("mp4a.40.2", "mp4a.40.5")},
      {36, kShould, "not said", index("#EXT-X-INDEPENDENT-SEGMENTS\n", "")},
      {38, kShould, "no I-frame playlist", index("#EXT-X-I-FRAME-STREAM-INF", "#EXT-X-NOTHING")},
      {38, kMust, "whole segments", i_frames([](std::string& text) { without_lines(text, "#EXT-X-BYTERANGE"); })},
      {38, kMust, "range behind the end",
       i_frames([](std::string& text) { LiveStream::replace(text, "BYTERANGE:", "BYTERANGE:99", true); })},
      {38, kMust, "range without its first packet",
       i_frames([](std::string& text) { LiveStream::replace(text, "@376", "@564", true); })},
      {40, kShould, "interlaced", [](LiveStream& stream) { stream.broadcast(SampleMedia::interlaced()); }},
      {39, kMust, "target durations differ", replaced("TARGETDURATION:2", "TARGETDURATION:3", "b")},
      {39, kMust, "discontinuity numbers differ", replaced("SEQUENCE:7", "SEQUENCE:9", "b")},
      {39, kMust, "dates differ",
       playlist([](std::string& text) { LiveStream::replace(text, "T00:00:", "T01:00:", true); }, "b")},
      {41, kMust, "scrambled",
       media([](std::string& body, const Asked&) { body[188 * 5 + 3] = static_cast<char>(body[188 * 5 + 3] | 0xC0); })},
      {41, kMust, "a packet is lost", media([](std::string& body, const Asked&) { body.erase(188 * 4, 188); })},
      {41, kMust, "no PAT", media([](std::string& body, const Asked&) {
         for (std::size_t at = 0; at + 188 <= body.size(); at += 188) {
           if ((body[at + 1] & 0x1F) == 0 && body[at + 2] == 0) body.replace(at, 4, "\x47\x1F\xFF\x10", 4);
         }
       })},
      {41, kMust, "wrong CRC",
       media([](std::string& body, const Asked&) { body[16] = static_cast<char>(body[16] ^ 1); })},
      {41, kMust, "torn packet", media([](std::string& body, const Asked&) { body.pop_back(); })},
      {42, kMust, "PTS before DTS", media([](std::string& body, const Asked&) { spoil_decoding_time(body); })},
      {46, kShould, "type of a playlist", header("content-type", "text/plain", true)},
      {46, kShould, "type of a segment", header("content-type", "text/plain", false)},
      {46, kShould, "no CORS", header("access-control-allow-origin", nullptr, true)},
      {46, kShould, "no CORS on errors", header("access-control-allow-origin", nullptr, false)},
      {47, kMust, "no Vary", header("vary", nullptr, true)},
      {47, kShould, "uncompressed", header("content-encoding", nullptr, true)},
      {48, kShould, "redirected", answer([](fetch::Response& response, const Asked& asked) {
         if (asked.playlist()) response.url = "https://tv.example/live/other.m3u8";
       })},
      {48, kMust, "wrong range", answer([](fetch::Response& response, const Asked& asked) {
         if (response.status == 206 && !of_i_frames(asked)) response.body = "something else";
       })},
      {48, kMust, "304 always", answer([](fetch::Response& response, const Asked& asked) {
         for (const auto& line : asked.request.headers) {
           if (line.starts_with("If-None-Match")) response.status = 304;
         }
       })},
      {48, kShould, "no HEAD", answer([](fetch::Response& response, const Asked& asked) {
         if (asked.request.method == "HEAD") response.status = 405;
       })},
      {49, kMust, "playlists cached", header("cache-control", "public, max-age=60", true)},
      {49, kShould, "segments not cached", header("cache-control", "no-store", false)},
      {49, kShould, "errors cached", answer([](fetch::Response& response, const Asked&) {
         if (response.status == 404) set_header(response, "cache-control", "max-age=600");
       })},
  };
}

std::vector<Case> low_latency_cases() {
  return {
      {8, kMust, "no map", without("#EXT-X-MAP")},
      {8, kShould, "the map changes",
       replaced("#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:50",
                "#EXT-X-MAP:URI=\"init.mp4?2\"\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:50")},
      {20, kMust, "PART-HOLD-BACK too short", replaced("PART-HOLD-BACK=1", "PART-HOLD-BACK=0")},
      {20, kMust, "HOLD-BACK too short", replaced("HOLD-BACK=6.0", "HOLD-BACK=4.0")},
      {20, kMust, "CAN-SKIP-UNTIL too short", replaced("CAN-SKIP-UNTIL=13.0", "CAN-SKIP-UNTIL=6.0")},
      {20, kMust, "no PART-INF", without("#EXT-X-PART-INF")},
      {21, kMust, "part too long", replaced_all("PART:DURATION=0.", "PART:DURATION=1.")},
      {21, kMust, "part too short", replaced_all("PART:DURATION=0.", "PART:DURATION=0.0")},
      {21, kMust, "other bytes", media([](std::string& body, const Asked& asked) {
         if (asked.name.find('.') != std::string::npos) body += '\0';
       })},
      {22, kMust, "all independent", replaced_all(".1.m4s\"\n", ".1.m4s\",INDEPENDENT=YES\n")},
      {22, kShould, "none independent", replaced_all(",INDEPENDENT=YES", "")},
      {23, kMust, "parts go at once",
       playlist(
           [](std::string& text) {
             const auto end = text.rfind("#EXTINF");
             auto whole = text.substr(0, end);
             without_lines(whole, "#EXT-X-PART:");
             text = whole + text.substr(end);
           },
           "", 12),
       4},
      {23, kMust, "parts cannot be fetched",
       [](LiveStream& stream) {
         stream.edit_answer = [&](fetch::Response& response, const Asked& asked) {
           const auto sequence = sequence_of(asked);
           const bool part = asked.name.find('.') != std::string::npos;
           if (part && sequence && static_cast<std::int64_t>(*sequence) < stream.end_sequence()) response.status = 404;
         };
       }},
      {24, kMust, "hints what never comes", replaced_all("PART,URI=\"a/", "PART,URI=\"a/9")},
      {24, kMust, "two hints",
       replaced("#EXT-X-PRELOAD-HINT", "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"x\"\n#EXT-X-PRELOAD-HINT")},
      {24, kMust, "unknown URIs are there", answer([](fetch::Response& response, const Asked&) {
         if (response.status == 404) response.status = 200;
       })},
      {25, kMust, "never holds",
       [](LiveStream& stream) {
         stream.ignores_blocking = [&](const Asked& asked) {
           const auto sequence = query_number(asked, "_HLS_msn");
           return sequence >= 0 && sequence <= stream.end_sequence() + 1 &&
                  (!asked.query.contains("_HLS_part") ||
                   (query_number(asked, "_HLS_part") >= 0 && query_number(asked, "_HLS_part") < 6));
         };
       }},
      {26, kMust, "refuses old ones", answer([](fetch::Response& response, const Asked& asked) {
         const auto sequence = query_number(asked, "_HLS_msn");
         if (sequence >= 0 && sequence < 102) response.status = 400;
       })},
      {27, kMust, "part without sequence", answer([](fetch::Response& response, const Asked& asked) {
         if (asked.query.contains("_HLS_part") && !asked.query.contains("_HLS_msn")) response.status = 200;
       })},
      {27, kMust, "fails", answer([](fetch::Response& response, const Asked& asked) {
         if (response.status == 400 && asked.playlist()) response.status = 500;
       })},
      {27, kShould, "accepts anything",
       [](LiveStream& stream) {
         stream.ignores_blocking = [](const Asked& asked) { return query_number(asked, "_HLS_msn") < 0; };
       }},
      {28, kMust, "held too long",
       [](LiveStream& stream) {
         stream.ignores_blocking = [&](const Asked& asked) {
           const bool next = query_number(asked, "_HLS_msn") == stream.end_sequence();
           if (next && !asked.query.contains("_HLS_part")) stream.clock.advance(std::chrono::seconds(8));
           return false;
         };
       }},
      {29, kMust, "merges to something else",
       [](LiveStream& stream) {
         stream.edit_playlist = [](std::string& text, const Asked& asked) {
           if (asked.query.contains("_HLS_skip")) LiveStream::replace(text, "#EXTINF:2.0", "#EXTINF:1.9");
         };
       }},
      {29, kMust, "leaves out the parts", left_out_of_deltas("#EXT-X-PART:")},
      {29, kMust, "leaves out the reports", left_out_of_deltas("#EXT-X-RENDITION-REPORT")},
      {29, kMust, "leaves out what the server can do", left_out_of_deltas("#EXT-X-SERVER-CONTROL")},
      {29, kMust, "leaves out that segments are independent", left_out_of_deltas("#EXT-X-INDEPENDENT-SEGMENTS")},
      {29, kMust, "says otherwise when a date range ends",
       [](LiveStream& stream) {
         stream.edit_playlist = [](std::string& text, const Asked& asked) {
           const std::string range = "#EXT-X-DATERANGE:ID=\"break\",START-DATE=\"2026-01-01T00:00:30.000Z\"";
           const std::string duration = asked.query.contains("_HLS_skip") ? "6.0" : "5.0";
           before_last(text, "#EXT-X-PROGRAM-DATE-TIME",
                       range + ",X-REASON=\"sport\"\n" + range + ",DURATION=" + duration + "\n");
         };
       }},
      {29, kMust, "skips too much",
       [](LiveStream& stream) {
         stream.edit_playlist = [](std::string& text, const Asked& asked) {
           if (!asked.query.contains("_HLS_skip")) return;
           const auto from = text.find("#EXT-X-PROGRAM");
           text.erase(from, text.rfind("#EXT-X-PROGRAM") - from);
         };
       }},
      {29, kMust, "fails", answer([](fetch::Response& response, const Asked& asked) {
         if (asked.query.contains("_HLS_skip")) response.status = 500;
       })},
      {30, kMust, "ahead of the truth", replaced("\"b.m3u8\",LAST-MSN=1", "\"b.m3u8\",LAST-MSN=9")},
      {30, kShould, "no reports", without("#EXT-X-RENDITION-REPORT")},
      {31, kShould, "slow",
       answer([](fetch::Response& response, const Asked&) { response.time_to_first_byte = std::chrono::seconds(1); })},
      {37, kMust, "two defaults",
       index("#EXT-X-MEDIA",
             "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\",NAME=\"Other\",LANGUAGE=\"de\",DEFAULT=YES,URI=\"s."
             "m3u8\"\n#EXT-X-MEDIA")},
      {37, kMust, "no language", index("LANGUAGE=\"en\"", "LANGUAGE=\"English, please\"")},
      {37, kMust, "no name", index("NAME=\"English\",", "")},
      {40,
       kMust,
       "no key frame",
       [](LiveStream& stream) {
         stream.broadcast(SampleMedia::get(), LiveStream::Cut::kLate);
         stream.edit_playlist = [](std::string& text, const Asked&) {
           without_lines(text, "#EXT-X-INDEPENDENT-SEGMENTS");
         };
         stream.edit_multivariant = stream.edit_playlist;
       },
       0,
       {21, 36}},
      {36,
       kMust,
       "not independent",
       [](LiveStream& stream) { stream.broadcast(SampleMedia::get(), LiveStream::Cut::kLate); },
       0,
       {21}},
      {36,
       kMust,
       "not independent, which the multivariant playlist alone says",
       [](LiveStream& stream) {
         stream.broadcast(SampleMedia::get(), LiveStream::Cut::kLate);
         stream.edit_playlist = [](std::string& text, const Asked&) {
           without_lines(text, "#EXT-X-INDEPENDENT-SEGMENTS");
         };
       },
       0,
       {21}},
      {43, kMust, "times jump", media([](std::string& body, const Asked& asked) {
         if (sequence_of(asked).value_or(0) % 10 == 1) shift_decode_times(body, 50);
       })},
      {43, kMust, "torn", media([](std::string& body, const Asked&) { body.resize(body.size() - 10); }, "a/"), 0, {21}},
      {44, kMust, "starts differ", media([](std::string& body, const Asked&) { shift_decode_times(body, 400); }, "b/")},
      {45, kMust, "no WebVTT", media([](std::string& body, const Asked&) { body = "NOTE\n"; }, "s/")},
      {45, kMust, "map",
       media([](std::string& body, const Asked&) { LiveStream::replace(body, "MPEGTS:900000", "MPEGTS:soon"); }, "s/")},
      {45, kShould, "no map", media([](std::string& body, const Asked&) { body = "WEBVTT\n\n"; }, "s/")},
      {50, kShould, "HTTP/1.1",
       answer([](fetch::Response& response, const Asked&) { response.protocol = "HTTP/1.1"; })},
  };
}

void expect_found(const Case& one, LiveStream::Container container) {
  LiveStream stream(container);
  one.break_it(stream);
  const auto report = stream.check(std::chrono::seconds(one.seconds));
  const bool found = std::ranges::any_of(
      report.findings, [&](const Finding& finding) { return finding.rule == one.rule && finding.grade == one.grade; });
  EXPECT_TRUE(found) << "rule " << one.rule << ", " << one.what << ":\n" << to_text(report);
  for (const auto& finding : report.findings) {
    EXPECT_TRUE(finding.rule == one.rule || one.also.contains(finding.rule))
        << "rule " << one.rule << ", " << one.what << ", made rule " << finding.rule << " fail:\n"
        << to_text(report);
  }
}

TEST(BrokenStreams, OfTransportStreamsAreFoundByTheRuleThatTheyBreak) {
  for (const auto& one : transport_stream_cases()) expect_found(one, LiveStream::Container::kTs);
}

TEST(BrokenStreams, OfLowLatencyAreFoundByTheRuleThatTheyBreak) {
  for (const auto& one : low_latency_cases()) expect_found(one, LiveStream::Container::kFmp4);
}

TEST(BrokenStreams, EveryRuleHasOneThatBreaksItAlone) {
  std::set<int> broken;  // and no other rule with it
  for (const auto& cases : {transport_stream_cases(), low_latency_cases()}) {
    for (const auto& one : cases) {
      if (one.also.empty()) broken.insert(one.rule);
    }
  }
  for (const auto& rule : rules()) EXPECT_TRUE(broken.contains(rule.number)) << "rule " << rule.number;
}

}  // namespace
}  // namespace grandstand::hlscheck
