// SPDX-License-Identifier: MIT
// Another server's answers to hlscheck. The input is a row of bodies, parted by "~~~~"; each begins with a letter: what
// begins with "p" is given, in turn, for playlists, the rest for everything else.
#include "manual_clock.hpp"

#include <grandstand/hlscheck/check.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace grandstand;

class Server {
 public:
  explicit Server(std::string_view input) {
    while (!input.empty()) {
      const auto end = input.find("~~~~");
      const auto body = input.substr(0, end);
      if (!body.empty()) (body[0] == 'p' ? playlists_ : others_).emplace_back(body.substr(1));
      input.remove_prefix(end == std::string_view::npos ? input.size() : end + 4);
    }
  }

  Result<fetch::Response> answer(const fetch::Request& request) {
    const bool playlist = request.url.find(".m3u8") != std::string::npos;
    auto& bodies = playlist ? playlists_ : others_;
    auto& next = playlist ? next_playlist_ : next_other_;
    fetch::Response response;
    response.url = request.url;
    response.protocol = "HTTP/1.1";
    response.status = bodies.empty() ? 404 : 200;
    response.headers = {{"content-type", playlist ? "application/vnd.apple.mpegurl" : "video/mp2t"},
                        {"access-control-allow-origin", "*"}};
    // The last playlist goes on being the answer.
    if (!bodies.empty()) response.body = bodies[playlist ? std::min(next, bodies.size() - 1) : next % bodies.size()];
    ++next;
    return response;
  }

 private:
  std::vector<std::string> playlists_, others_;
  std::size_t next_playlist_ = 0, next_other_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Server server({reinterpret_cast<const char*>(data), size});
  ManualClock clock;
  const auto report = hlscheck::check(
      {.url = "http://192.0.2.1/live/index.m3u8",
       .duration = std::chrono::seconds(3),
       .max_playlists = 3,
       .max_segments_per_playlist = 3,
       .max_requests = 60},
      {.fetch = [&](const fetch::Request& request) { return server.answer(request); },
       .clock = clock,
       .sleep = [&](std::chrono::milliseconds time) { clock.advance(std::max(time, std::chrono::milliseconds(1))); }});
  if (report && (hlscheck::to_text(*report).empty() || hlscheck::to_json(*report).empty())) std::abort();
  return 0;
}
