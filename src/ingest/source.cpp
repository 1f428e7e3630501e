// SPDX-License-Identifier: MIT
#include "feed_address.hpp"
#include "metered_source.hpp"
#include "playout.hpp"
#include "pull.hpp"
#include "rtmp_source.hpp"
#include "srt_source.hpp"
#include "thread_source.hpp"
#include "udp_socket.hpp"
#include "udp_source.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/url_authority.hpp>
#include <grandstand/ingest/source.hpp>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

namespace grandstand::ingest {

namespace {

enum class Kind { kUdp, kRtmp, kFile, kPull, kSrt };

constexpr std::size_t kMaxUrl = 4'096;
constexpr std::chrono::milliseconds kMinSilence{100};
constexpr std::chrono::milliseconds kMaxSilence{600'000};

Error wrong(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<Kind> kind_of(const FeedSettings& feed) {
  const std::string_view url = feed.url;
  const auto begins = [url](std::string_view scheme) { return url.starts_with(scheme); };
  if (begins("udp://") || begins("rtp://")) return Kind::kUdp;
  if (begins("rtmp://")) return Kind::kRtmp;
  if (begins("file:") || begins("/")) return Kind::kFile;
  if (begins("http://") || begins("https://") || begins("rtsp://") || begins("rtsps://")) return Kind::kPull;
  if (begins("srt://")) return Kind::kSrt;
  if (url.empty())
    return wrong("url is missing; expected udp://, rtp://, rtmp://publish, file:, http(s)://, rtsp:// or srt://");
  return wrong("url \"" + log::redact(url) +
               "\": its scheme is not known; expected udp://, rtp://, rtmp://publish, file: (or an absolute path), "
               "http(s)://, rtsp:// or srt://");
}

Status validate_rtmp(const FeedSettings& feed) {
  if (feed.url != "rtmp://publish") {
    // The path is left out: with many services it is the stream key.
    return wrong("url \"" + log::redact(feed.url.substr(0, feed.url.find_first_of("/?#", 7))) +
                 "/...\": RTMP is taken from publishers and not pulled; expected rtmp://publish");
  }
  if (feed.stream_key.empty() && !feed.open) {
    return wrong("stream_key is missing: anyone could publish; set one, or open: true if that is meant");
  }
  if (!feed.stream_key.empty() && feed.open) {
    return wrong("open stands beside stream_key: anyone could publish without it; expected one of the two");
  }
  return success();
}

Status validate_file(const FeedSettings& feed) {
  const std::string path = playout_path(feed.url);
  if (path.empty() || path.front() != '/') {
    return wrong("url \"" + log::redact(feed.url) +
                 "\": a file is named by its absolute path, as file:/media/loop.mp4");
  }
  return success();
}

Status validate_pull(const FeedSettings& feed) {
  const auto authority = parse_url_authority(feed.url);
  if (!authority) return wrong("url \"" + log::redact(feed.url) + "\": " + authority.error().message);
  if (feed.url.starts_with("srt:") && !authority->port) {
    return wrong("url \"" + log::redact(feed.url) + "\": the port is missing, and SRT has no usual one");
  }
  return success();
}

Status validate_options(const FeedSettings& feed, Kind kind) {
  if (kind != Kind::kUdp && !feed.interface.empty()) {
    return wrong("interface is for udp:// and rtp:// only; \"" + log::redact(feed.url) + "\" is neither");
  }
  if (kind == Kind::kRtmp && feed.program) return wrong("program is for MPEG-TS; RTMP has none");
  if (kind != Kind::kRtmp && !feed.stream_key.empty()) return wrong("stream_key is for rtmp://publish only");
  if (kind != Kind::kRtmp && feed.open) return wrong("open is for rtmp://publish only");
  if (feed.program && *feed.program == 0) return wrong("program: 0 is not a programme; expected 1 to 65535");
  if (feed.silence_timeout < kMinSilence || feed.silence_timeout > kMaxSilence) {
    return wrong("silence_timeout: " + std::to_string(feed.silence_timeout.count()) +
                 " ms is not between 100 ms and 600 s");
  }
  return success();
}

Result<std::unique_ptr<Source>> make_kind(const FeedSettings& feed, const SourceContext& context) {
  GRANDSTAND_TRY(const Kind kind, kind_of(feed));
  switch (kind) {
    case Kind::kUdp: {
      GRANDSTAND_TRY(const FeedAddress address, FeedAddress::parse(feed.url));
      return std::unique_ptr<Source>(std::make_unique<UdpSource>(feed, address, context));
    }
    case Kind::kRtmp:
      if (context.rtmp == nullptr) {
        return Error{ErrorCode::kUnavailable,
                     "the feed waits for an RTMP publisher, but the RTMP server is off (rtmp.enabled)"};
      }
      return make_rtmp_source(feed, context);
    case Kind::kFile:
      return std::unique_ptr<Source>(
          std::make_unique<ThreadSource>(context, [feed](HandOver& out) { run_playout(feed, out); }));
    case Kind::kPull:
      return std::unique_ptr<Source>(
          std::make_unique<ThreadSource>(context, [feed](HandOver& out) { run_pull(feed, out); }));
    case Kind::kSrt:
      return std::unique_ptr<Source>(std::make_unique<SrtSource>(feed, context));
  }
  return Error{ErrorCode::kInternal, "unknown kind of feed"};
}

}  // namespace

Status validate(const FeedSettings& feed) {
  if (feed.url.size() > kMaxUrl) return wrong("url is longer than 4096 characters");
  if (std::ranges::any_of(feed.url, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) {
    return wrong("url contains a control character");
  }
  GRANDSTAND_TRY(const Kind kind, kind_of(feed));
  GRANDSTAND_RETURN_IF_ERROR(validate_options(feed, kind));
  switch (kind) {
    case Kind::kUdp:
      GRANDSTAND_RETURN_IF_ERROR(FeedAddress::parse(feed.url));
      return success();
    case Kind::kRtmp:
      return validate_rtmp(feed);
    case Kind::kFile:
      return validate_file(feed);
    case Kind::kPull:
    case Kind::kSrt:
      return validate_pull(feed);
  }
  return success();
}

Status check_here(const FeedSettings& feed) {
  GRANDSTAND_TRY(const Kind kind, kind_of(feed));
  if (kind == Kind::kUdp) {
    GRANDSTAND_TRY(const FeedAddress address, FeedAddress::parse(feed.url));
    return UdpSocket::check_here(address, feed.interface);
  }
  if (kind != Kind::kFile) return success();
  const auto path = playout_path(feed.url);
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) return success();
  return Error{ErrorCode::kNotFound, "\"" + log::redact(path) + "\": there is no such file"};
}

Result<std::unique_ptr<Source>> make_source(const FeedSettings& feed, SourceContext context) {
  GRANDSTAND_RETURN_IF_ERROR(validate(feed));
  return MeteredSource::create(context, [&feed](const SourceContext& metered) { return make_kind(feed, metered); });
}

}  // namespace grandstand::ingest
