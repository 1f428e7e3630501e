// SPDX-License-Identifier: MIT
#include "archive_stream.hpp"

#include "live_access.hpp"
#include "problem.hpp"
#include "stream_connection.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/aio/ticker.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

namespace grandstand::http {
namespace {

constexpr std::chrono::milliseconds kAskAgain{500};
// What goes to the socket's queue at once.
constexpr std::size_t kSlice = std::size_t{2} << 20;

// Reads a segment ahead of what the reader takes, no more.
//
// Owner: the tasks and callbacks that it waits for.   Runs on: the connection's loop.   Stops: with the reader, or with
// the stretch.
class ArchiveStream : public std::enable_shared_from_this<ArchiveStream> {
 public:
  ArchiveStream(std::shared_ptr<Site> site, aio::Loop& loop, std::shared_ptr<BodyStream> stream, bool chunked)
      : site_(std::move(site)), loop_(loop), stream_(std::move(stream)), chunked_(chunked) {}

  void take(dvr::Piece piece) {
    if (!stream_->open()) return;
    if (piece.ended) return end();
    head_ = std::move(piece.head);
    bytes_ = std::move(piece.bytes);
    if (!bytes_.empty()) return push();
    aio::run_after(loop_, kAskAgain, [self = shared_from_this()] { self->ask(); });
  }

 private:
  // RFC 9112 7.1.
  bool send(const SharedBytes& bytes) {
    if (!chunked_) return stream_->send(bytes);
    char size[24];
    const auto length = static_cast<std::size_t>(std::snprintf(size, sizeof size, "%zx\r\n", bytes.size()));
    return stream_->send(SharedBytes(std::string(size, length))) && stream_->send(bytes) &&
           stream_->send(SharedBytes(std::string("\r\n")));
  }

  void end() {
    if (chunked_ && !stream_->send(SharedBytes(std::string("0\r\n\r\n")))) return;
    stream_->end();
  }

  void push() {
    while (!bytes_.empty() && stream_->drained()) {
      const auto size = std::min(bytes_.size(), kSlice);
      const auto slice = bytes_.slice(0, size);
      bytes_ = bytes_.slice(size, bytes_.size() - size);
      if (!send(slice)) return;
    }
    if (stream_->drained()) return ask();
    stream_->on_drained = [self = shared_from_this()] {
      self->stream_->on_drained = nullptr;
      self->push();
    };
  }

  void ask() {
    if (!stream_->open()) return;
    aio::spawn(loop_, next(shared_from_this()), [self = shared_from_this()](const Status& outcome) {
      if (!outcome) self->stream_->end();
    });
  }

  static aio::Task<Status> next(std::shared_ptr<ArchiveStream> self) {
    auto piece = co_await self->site_->parts.archive->read(self->head_);
    if (!piece) co_return piece.error();
    self->take(std::move(*piece));
    co_return success();
  }

  std::shared_ptr<Site> site_;
  aio::Loop& loop_;
  std::shared_ptr<BodyStream> stream_;
  const bool chunked_;  // so that the client knows a whole answer from a broken one
  dvr::Playhead head_;
  SharedBytes bytes_;
};

aio::Task<Status> begin(std::shared_ptr<Site> site, dvr::Playhead head, bool head_only,
                        std::shared_ptr<LateReply> reply) {
  auto piece = co_await site->parts.archive->read(std::move(head));
  if (!piece) co_return piece.error();
  reply->answer([&](Exchange& exchange) {
    const bool chunked = exchange.request().version >= 11;
    auto& answer = exchange.begin(200).field("Content-Type", "video/mp2t").field("Cache-Control", "no-store");
    if (chunked) answer.field("Transfer-Encoding", "chunked");
    if (head_only) return exchange.send_without_body();
    auto& loop = exchange.loop();
    access::Viewing viewing;
    if (site->parts.gate != nullptr) viewing = viewing_of(*site, piece->head.channel, exchange.request(), exchange);
    auto stream = exchange.begin_stream(Exchange::kMediaQueue);
    site->desks[loop.index()].admitted.add(stream, std::move(viewing));
    std::make_shared<ArchiveStream>(site, loop, std::move(stream), chunked)->take(std::move(*piece));
  });
  co_return success();
}

}  // namespace

void stream_archive(const std::shared_ptr<Site>& site, dvr::Question question, const Request& request,
                    Exchange& exchange) {
  const auto& stretch = question.stretch;
  dvr::Playhead head;
  head.channel = question.channel;
  head.from = stretch.start;
  // An open one is followed for as long as somebody reads.
  head.until = stretch.duration.count() > 0 ? stretch.start + stretch.duration : UtcTime::max();
  auto reply = exchange.defer();
  run(exchange, begin(site, std::move(head), request.method == Method::kHead, reply), reply);
}

}  // namespace grandstand::http
