// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grandstand::wire {

// What the server sends (docs/protocol.md). Views: made, encoded and forgotten in one go.

struct UserView {
  std::string_view id, name, role;
};

// One entry of a room. offset 0: a passing event, which has no epoch and offset on the wire.
struct EventView {
  std::string_view room;
  std::string_view epoch;
  std::uint64_t offset = 0;
  std::string_view kind;
  UtcTime server_time{};
  std::optional<UtcTime> media_time;
  std::optional<UserView> user;
  std::string_view body;  // JSON object
};

struct WelcomeView {
  std::int64_t id = 0;
  std::uint64_t session = 0;
  std::optional<UserView> user;  // none: a spectator
  UtcTime server_time{};
  std::chrono::milliseconds ping_interval{};
};

struct JoinedView {
  std::int64_t id = 0;
  std::string_view room, epoch;
  std::uint64_t offset = 0;
  std::size_t members = 0;
  bool recovered = false;
  std::string_view events;          // recovered: comma-separated
  std::string_view snapshots = {};  // object; empty: there is none
  std::string_view personal = {};   // the same
};

struct DoneView {
  std::int64_t id = 0;
  std::string_view room, epoch;
  std::uint64_t offset = 0;  // 0: nothing was to be stored
  bool stored = false;
  bool held = false;             // waits for a moderator
  std::string_view result = {};  // object; empty: there is none
};

void append_event(std::string& out, const EventView& event);

std::string encode_welcome(const WelcomeView& welcome);
std::string encode_user(const UserView& user);  // what the account has become
std::string encode_joined(const JoinedView& joined);
std::string encode_left(std::int64_t id, std::string_view room);
std::string encode_done(const DoneView& done);
std::string encode_refusal(std::int64_t id, const Error& error,
                           std::optional<std::chrono::milliseconds> retry_after = {});
std::string encode_error(const Error& error);  // to a message without a readable id
std::string encode_pong(double client_time, UtcTime received, UtcTime sent);
// The room goes on elsewhere: join it again.
std::string encode_moved(std::string_view room);
std::string encode_drain(std::chrono::milliseconds reconnect_within);
// `events`: each made by append_event.
std::string encode_events(std::span<const std::string> events);

}  // namespace grandstand::wire
