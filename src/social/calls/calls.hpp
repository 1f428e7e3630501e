// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/base/token_bucket.hpp>
#include <grandstand/room/feature.hpp>
#include <grandstand/social/call_settings.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Faces and voices of a party: who sits in its call, and what their browsers have to tell each other. Media goes
// between browsers (mesh) or through an SFU; here are rules only. Nothing is stored: a call is gone with its room's
// lifetime.
namespace grandstand::social::calls {

inline constexpr std::size_t kMeshSeats = 4;
inline constexpr std::size_t kSeatsOfUser = 2;       // a phone and a television
inline constexpr std::chrono::seconds kSilence{25};  // a seat that is not heard of for longer is taken away
inline constexpr std::size_t kLongestSdp = 48u << 10;
inline constexpr std::size_t kLongestCandidate = 1u << 10;
inline constexpr RateLimit kDescriptionRate{.burst = 30, .per_second = 2};  // of one seat

enum class Mode { kMesh, kSfu };

// One browser page in the call.
struct Seat {
  std::string id;
  UserId user;
  std::string name;
  bool audio = false, video = false;
  SteadyTime heard{};
  UtcTime credentials_until{};
  TokenBucket descriptions{kDescriptionRate};
};

struct Call {
  Mode mode = Mode::kMesh;
  // Grows when everybody has to connect anew; also over lifetimes of the room, as it begins with seconds since 1970.
  std::int64_t generation = 0;
  std::vector<Seat> seats = {};  // at most CallSettings::seats, in the order of entering
  bool sfu_reachable = false;
  std::uint64_t entered = 0;  // ever
};

struct Media {
  bool audio = false, video = false;
};

enum class Leg { kPublish, kWatch };  // of a seat with the SFU

// What a browser has to say to another or to the SFU. `content` is JSON of known members only.
struct Signal {
  std::string seat, to;  // "sfu": the SFU
  std::int64_t generation = 0;
  std::optional<Leg> leg;        // with the SFU only
  std::string description_type;  // "offer", "answer"; empty: it is a candidate
  std::string content;
};

// TURN credentials after the REST API of coturn (use-auth-secret).
struct Credentials {
  std::string username, password;
};

// --- rules (calls.cpp)

// The id of the new seat; `now` and `utc` as in the facts.
Result<std::string> enter(Call& call, const CallSettings& settings, const room::User& user, Media media,
                          const room::Facts& facts);
Result<Seat*> find_seat(Call& call, std::string_view seat);
// Only the user's.
Result<Seat*> own_seat(Call& call, std::string_view seat, const UserId& user);
void leave(Call& call, std::string_view seat);
// Whoever is not heard of any more; whether there was anybody.
bool take_away_silent(Call& call, SteadyTime now);
std::optional<SteadyTime> silent_at(const Call& call);
// The SFU can be reached, or not any more. Whether this changed the call.
bool on_reachable(Call& call, bool reachable);
// Whether the user may say this now, and there is whom it is for.
Status check_signal(Call& call, const Signal& signal, const UserId& user, SteadyTime now);

// --- credentials (calls_credentials.cpp)

Credentials make_credentials(std::string_view secret, std::string_view seat, UtcTime until);

// --- codec (calls_codec.cpp)

Result<Media> decode_media(std::string_view body);
Result<std::string> decode_seat(std::string_view body);
Result<Signal> decode_signal(std::string_view body);
std::string encode_seats(const Call& call);
// For the browser that `seat` stands for.
std::string encode_signal(const Signal& signal, std::string_view from);
// What a seat needs to connect; renews its credentials. `entered`: with the seat and the call.
std::string encode_servers(const Call& call, Seat& seat, const CallSettings& settings, UtcTime now, bool entered);
// For the SFU: all that is wanted of it.
std::string encode_wanted(const Call& call);
// What a browser says to the SFU, and whether that can be reached; what it says to a browser.
std::string encode_said(const Signal& signal);
Result<bool> decode_reachable(std::string_view body);
Result<Signal> decode_told(std::string_view body);
std::string encode_asked(std::string_view seat, bool dismissed);

extern const room::FeatureSpec kSpec;
std::unique_ptr<room::Feature> make(CallSettings settings);

}  // namespace grandstand::social::calls
