// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/room/outside.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Janus's API in JSON: what is asked of it and its videoroom plugin, and what it says. Also what a call's feature asks
// and is told (docs/decisions/0022-calls.md).
namespace grandstand::sfu {

// A stream that somebody publishes: the feed and its mid there.
using Stream = std::pair<std::uint64_t, std::string>;

// --- to Janus

struct Secrets {
  std::string api, admin_key;
};
// {"janus":verb} with what every request has.
std::string encode_request(const Secrets& secrets, std::string_view verb);
std::string encode_attach(const Secrets& secrets);
std::string encode_create_room(const Secrets& secrets, std::string_view pin, std::size_t publishers);
std::string encode_destroy_room(const Secrets& secrets, std::uint64_t room);
std::string encode_list_rooms(const Secrets& secrets);
std::string encode_list_publishers(const Secrets& secrets, std::uint64_t room);
std::string encode_publisher(const Secrets& secrets, std::uint64_t room, std::string_view pin, std::uint64_t feed,
                             std::string_view seat);
std::string encode_subscriber(const Secrets& secrets, std::uint64_t room, std::string_view pin,
                              const std::vector<Stream>& streams);
std::string encode_subscribe(const Secrets& secrets, const std::vector<Stream>& streams);
// `content` is {"description":{...}} or {"candidate":{...} or null}, as browsers make it.
std::string encode_content(const Secrets& secrets, bool publishes, std::string_view content);

// --- from Janus

// An answer at once. `refused`: Janus or its plugin said no.
struct Answer {
  bool refused = false;
  int code = 0;
  std::string reason;
  std::uint64_t id = 0;    // of what was made: a session or a handle
  std::uint64_t room = 0;  // the same
  std::vector<std::uint64_t> publishing;
  std::vector<std::uint64_t> empty;  // rooms of calls, of any daemon, that nobody sits in
};
Result<Answer> decode_answer(std::string_view body);

// What comes by itself, for a handle. Members that are not said are empty.
struct Happening {
  std::string kind;  // Janus's: "event", "trickle", "timeout"
  std::uint64_t handle = 0;
  std::string videoroom;  // the plugin's: "joined", "attached", "updated", "event"
  int error = 0;
  std::string reason;
  std::vector<Stream> published;                               // can be watched
  std::uint64_t gone = 0;                                      // one that cannot any more
  std::string content;                                         // {"description":...} or {"candidate":...}
  std::vector<std::pair<std::string, std::uint64_t>> streams;  // mids and their feeds
};
Result<std::vector<Happening>> decode_happenings(std::string_view body);

// --- from and to the feature

struct Wanted {
  std::int64_t generation = 0;
  std::vector<std::string> seats;  // empty: the call does not need the SFU
};
Result<Wanted> decode_wanted(std::string_view body);

struct Said {
  std::string seat;
  bool publishes = false;
  std::string content;
};
Result<Said> decode_said(std::string_view body);

room::News encode_reachable(bool reachable);
room::News encode_signal(std::int64_t generation, std::string_view seat, bool publishes, std::string_view content,
                         const std::vector<std::pair<std::string, std::string>>& streams);

}  // namespace grandstand::sfu
