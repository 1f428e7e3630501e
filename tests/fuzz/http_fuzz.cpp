// SPDX-License-Identifier: MIT
// The first byte says what the rest is and how it is cut: a request, or the frames of a WebSocket client. Whatever
// comes, the same bytes mean the same in other cuts, and what is kept stays within the limits.
#include "byte_range.hpp"
#include "frame_reader.hpp"
#include "negotiation.hpp"
#include "request_parser.hpp"
#include "site_address.hpp"
#include "uri_text.hpp"
#include "websocket_handshake.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace grandstand;
using namespace grandstand::http;

constexpr std::size_t kMaxMessage = 512;

void require(bool condition) {
  if (!condition) std::abort();
}

class Recorder final : public FrameListener {
 public:
  std::string heard;

 private:
  void on_text(std::string_view message) override {
    require(message.size() <= kMaxMessage);
    heard.append("T").append(message).append("\n");
  }
  void on_ping(std::string_view payload) override {
    require(payload.size() <= 125);
    heard.append("P").append(payload).append("\n");
  }
  void on_pong(std::string_view payload) override { heard.append("p").append(payload).append("\n"); }
  void on_close(std::optional<std::uint16_t> code, std::string_view reason) override {
    heard.append("C").append(std::to_string(code.value_or(0))).append(reason).append("\n");
  }
};

std::string read_frames(std::vector<std::uint8_t> bytes, std::size_t step) {
  FrameReader reader(kMaxMessage);
  Recorder recorder;
  std::span<std::uint8_t> rest(bytes);
  while (!rest.empty()) {
    const auto count = std::min(step, rest.size());
    if (const auto failure = reader.feed(rest.first(count), recorder)) {
      return recorder.heard + "F" + std::to_string(static_cast<int>(failure->code));
    }
    rest = rest.subspan(count);
  }
  return recorder.heard;
}

void look_at(const Request& request) {
  const auto range = parse_range(request.field(FieldName::kRange), 1000);
  require(range.offset + range.length <= 1000);
  static_cast<void>(accepts_gzip(request.field(FieldName::kAcceptEncoding)));
  static_cast<void>(matches_etag(request.field(FieldName::kIfNoneMatch), "\"v1\""));
  static_cast<void>(find_cookie(request.field(FieldName::kCookie), "grandstand_session"));
  static_cast<void>(public_base_url(request));
  static_cast<void>(check_handshake(request, {}));
  static_cast<void>(percent_decode(request.path));
  static_cast<void>(parse_query(request.query));
}

std::string read_request(const std::string& bytes, std::size_t step) {
  RequestParser parser({1024, 256});
  for (std::size_t size = std::min(step, bytes.size()); !bytes.empty(); size = std::min(size + step, bytes.size())) {
    const std::vector<char> elsewhere(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    switch (parser.parse({elsewhere.data(), elsewhere.size()})) {
      case RequestParser::Progress::kNeedMore:
        break;
      case RequestParser::Progress::kRefused:
        // What is wrong with an unfinished header is seen sooner or later, as it is cut.
        return "none";
      case RequestParser::Progress::kComplete:
        require(parser.consumed() <= size);
        require(parser.request().path.starts_with('/'));
        require(parser.request().body.size() <= 256);
        look_at(parser.request());
        return std::string(parser.request().target) + "\n" + std::string(parser.request().body) + "\n" +
               std::to_string(parser.consumed());
    }
    if (size == bytes.size()) break;
  }
  return "none";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t step = 1 + (bytes[0] >> 1);
  if ((bytes[0] & 1) != 0) {
    const std::vector<std::uint8_t> frames(bytes + 1, bytes + size);
    require(read_frames(frames, frames.size() + 1) == read_frames(frames, step));
  } else {
    const std::string request(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    require(read_request(request, request.size() + 1) == read_request(request, step));
  }
  return 0;
}
