// SPDX-License-Identifier: MIT
#include <grandstand/hlscheck/rules.hpp>

#include <array>

namespace grandstand::hlscheck {
namespace {

constexpr auto kMust = Grade::kMust;
constexpr auto kShould = Grade::kShould;
constexpr auto kWhole = Coverage::kWhole;
constexpr auto kPartly = Coverage::kPartly;

constexpr std::array<Rule, 50> kRules = {{
    // One snapshot of a media playlist
    {1, kMust, kWhole,
     "starts with #EXTM3U, UTF-8 without byte order mark and control characters, well-formed tags, one EXT-X-VERSION "
     "that fits the tags (bis 4, 8)",
     ""},
    {2, kMust, kWhole, "EXT-X-TARGETDURATION is there and no EXTINF, rounded, is above it (bis 4.4.3.1, Aut 7.7)", ""},
    {3, kMust, kWhole,
     "a live window is at least three target durations long (bis 6.2.2), of at least 6 segments (Aut 8.11)", ""},
    {4, kMust, kWhole,
     "a live playlist that removes segments has no EXT-X-PLAYLIST-TYPE, VOD is complete (bis 4.4.3.5)", ""},
    {5, kMust, kWhole,
     "EXT-X-DISCONTINUITY-SEQUENCE stands before the first segment and any discontinuity (bis 4.4.3.3), always there "
     "when live (Aut 8.17)",
     ""},
    {6, kMust, kWhole,
     "EXT-X-PROGRAM-DATE-TIME is there when live (Aut 8.4), after each discontinuity, with zone and milliseconds, and "
     "agrees with the durations within a frame and a slew of 500 ppm (bis 4.4.4.6)",
     ""},
    {7, kMust, kPartly, "EXTINF is a decimal number and adds up to what the media lasts, within a frame (Aut 8.1)",
     "the sum only over the segments that were fetched"},
    {8, kMust, kWhole,
     "EXT-X-MAP is there for fMP4 before the first segment, and changes with a discontinuity (bis 4.4.4.5)", ""},
    {9, kMust, kPartly,
     "lost media is marked by EXT-X-GAP or a discontinuity, not hidden by a longer EXTINF (bis 4.4.4.7)",
     "only in the segments that were fetched"},
    {10, kMust, kWhole,
     "EXT-X-DATERANGE has an ID and dates that do not contradict each other; SCTE-35 is a section with a valid CRC "
     "(bis 4.4.5.1)",
     ""},
    // Successive reloads
    {11, kMust, kWhole, "EXT-X-TARGETDURATION and PART-TARGET never change (bis 6.2.1)", ""},
    {12, kMust, kPartly, "EXT-X-MEDIA-SEQUENCE never decreases and rises by the number of segments removed (bis 6.2.2)",
     "restarts of the server, unless one happens meanwhile"},
    {13, kMust, kWhole,
     "EXT-X-DISCONTINUITY-SEQUENCE rises exactly when a segment with a discontinuity leaves (bis 6.2.2)", ""},
    {14, kMust, kWhole,
     "a segment keeps its URI, duration, discontinuity number, map, date and key for life (bis 6.2.1)", ""},
    {15, kMust, kWhole, "between reloads only what bis 6.2.1 permits is edited", ""},
    {16, kMust, kWhole, "a new segment comes within 1.5 target durations, a new part within a PART-TARGET (bis 6.2.2)",
     ""},
    {17, kMust, kWhole,
     "a segment can be fetched while it is listed, and then for its duration and that of the longest playlist with it "
     "(bis 6.2.2)",
     ""},
    {18, kMust, kPartly, "no answer with a playlist is torn, empty or an error",
     "one reader asks at a time, not a thousand"},
    {19, kMust, kWhole,
     "EXT-X-DATERANGE stays while a segment of its range does; an ID is never used for another range (bis 6.2.1)", ""},
    // Low latency
    {20, kMust, kWhole,
     "EXT-X-SERVER-CONTROL: PART-HOLD-BACK, HOLD-BACK and CAN-SKIP-UNTIL are large enough (bis 4.4.3.8, Aut 14.3)", ""},
    {21, kMust, kWhole,
     "parts last between 85 % and 100 % of PART-TARGET, add up to EXTINF and to the bytes of their segment (bis "
     "4.4.4.9)",
     ""},
    {22, kMust, kWhole, "INDEPENDENT=YES stands exactly at the parts with a key frame (bis 4.4.4.9)", ""},
    {23, kMust, kWhole,
     "parts are listed for three target durations from the end and can be fetched still later (bis 6.2.2)", ""},
    {24, kMust, kWhole,
     "EXT-X-PRELOAD-HINT: one per type, names the next part, is held and answered whole (bis 4.4.5.3)", ""},
    {25, kMust, kWhole, "_HLS_msn and _HLS_part hold the answer until it has what they name (bis 6.2.5.2)", ""},
    {26, kMust, kWhole, "an old _HLS_msn gets the current playlist at once (bis 6.2.5.2)", ""},
    {27, kMust, kWhole, "impossible and malformed directives get 400 at once (bis 6.2.5.2)", ""},
    {28, kMust, kPartly,
     "no request is held longer than three target durations; directives are ignored after EXT-X-ENDLIST (bis 6.2.5.2)",
     "loss of the source cannot be made from outside"},
    {29, kMust, kWhole, "a delta update skips only what may be skipped and merges to the full playlist (bis 6.2.5.1)",
     ""},
    {30, kMust, kWhole, "EXT-X-RENDITION-REPORT for each other rendition, and true (bis 4.4.5.4)", ""},
    {31, kShould, kWhole, "PART-TARGET is above the round trip; long windows offer delta updates (Aut 14.2, 14.4)", ""},
    {32, kMust, kWhole, "no playlist stands still while others advance", ""},
    // Multivariant playlist
    {33, kMust, kWhole,
     "EXT-X-STREAM-INF: BANDWIDTH and existing groups (bis 4.4.6.2); AVERAGE-BANDWIDTH, CODECS, RESOLUTION, "
     "FRAME-RATE, CLOSED-CAPTIONS (Aut 9.1-9.15)",
     ""},
    {34, kMust, kPartly, "BANDWIDTH and AVERAGE-BANDWIDTH are what the segments have (Aut 1.28, 1.29)",
     "over the segments that were fetched, not over an hour"},
    {35, kMust, kWhole, "CODECS agree with the media; HEVC is fMP4 with hvc1", ""},
    {36, kMust, kWhole, "EXT-X-INDEPENDENT-SEGMENTS is there (Aut 9.12) and true; more than one bit rate (Aut 9.9)",
     ""},
    {37, kMust, kWhole,
     "EXT-X-MEDIA: one default per group, unique names, languages of BCP 47, CHANNELS, INSTREAM-ID (bis 4.4.6.1, Aut "
     "8.10)",
     ""},
    {38, kMust, kPartly, "there are I-frame playlists (Aut 6.1), each entry one key frame (bis 4.4.3.6)",
     "the latest entries of each, not all"},
    {39, kMust, kWhole,
     "renditions have the same target duration, discontinuities, dates, EXT-X-SERVER-CONTROL and boundaries (bis "
     "6.2.4, Aut 8.2)",
     ""},
    // Segments
    {40, kMust, kWhole,
     "segments start with a key frame (Aut 7.4), have one about every two seconds (Aut 1.13), are progressive (Aut "
     "1.14)",
     ""},
    {41, kMust, kWhole,
     "MPEG-TS: PAT and PMT first and true, counters continuous, nothing scrambled, delimiters, one programme (bis "
     "3.1.2, Aut 7.2)",
     ""},
    {42, kMust, kWhole,
     "MPEG-TS: decoding times rise modulo 2^33, PTS >= DTS, no holes in the sound, sound and picture start together",
     ""},
    {43, kMust, kWhole,
     "fMP4: fragments continue within a tick (Aut 7.3), numbers rise, no samples in the map, flags tell key frames",
     ""},
    {44, kMust, kPartly, "fMP4: renditions start their segments at the same time, to the tick",
     "consistent priming of different audio encoders is not compared"},
    {45, kMust, kPartly,
     "one audio programme per playlist (Aut 2.17); WebVTT has X-TIMESTAMP-MAP and the video's durations (Aut 5.6)",
     "whether a segment without cues should have some"},
    // HTTP
    {46, kMust, kWhole, "playlists are known as such; content types and CORS headers are there, on errors too (bis 4)",
     ""},
    {47, kMust, kWhole, "playlists come compressed when accepted (Aut 10.1), with Vary", ""},
    {48, kMust, kWhole, "no redirects of live playlists (Aut 8.18); HEAD, Range and If-None-Match work", ""},
    {49, kMust, kPartly, "caches may keep segments long, playlists and errors shortly",
     "reuse of a URI after a restart"},
    {50, kShould, kPartly, "low latency comes by HTTP/2 and TLS (bis appendix B, Aut 12.1)",
     "the version of TLS: libcurl accepts 1.2 and above only"},
}};

}  // namespace

std::string_view to_string(Grade grade) {
  return grade == Grade::kMust ? "Must" : "Should";
}

std::string_view to_string(Coverage coverage) {
  return coverage == Coverage::kWhole ? "whole" : "partly";
}

std::span<const Rule> rules() {
  return kRules;
}

}  // namespace grandstand::hlscheck
