// SPDX-License-Identifier: MIT
#include "file_io.hpp"
#include "playlists.hpp"
#include "read_piece.hpp"
#include "writer.hpp"

#include <grandstand/aio/offload.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/dvr/archive.hpp>

#include <atomic>
#include <future>
#include <utility>

namespace grandstand::dvr {
namespace {

// Segments without media weigh little, but not nothing.
constexpr std::size_t kMostQueued = 16'384;
constexpr std::size_t kMostReading = 256;
constexpr const char* kForGood = "max-age=86400, immutable";

std::size_t weight_of(const hls::FinishedSegment& segment) {
  return (segment.media ? segment.media->body.size() : 0) + (segment.init ? segment.init->body.size() : 0);
}

std::string type_of(std::string_view uri, std::string_view kind) {
  if (uri.ends_with(".ts")) return "video/mp2t";
  if (uri.ends_with(".vtt")) return "text/vtt";
  return kind == "audio" ? "audio/mp4" : "video/mp4";
}

hls::ResourcePtr file_resource(const std::string& uri, SharedBytes body, std::string_view kind) {
  auto resource = std::make_shared<hls::Resource>();
  resource->body = std::move(body);
  resource->content_type = type_of(uri, kind);
  resource->etag = "\"" + uri + "\"";
  resource->cache_control = kForGood;
  return resource;
}

Error no_such_file() {
  return {ErrorCode::kNotFound, "the channel has no such file, or has it no more"};
}

Result<hls::ResourcePtr> find_file(const RenditionShelf& rendition, const std::string& uri, UtcTime now) {
  constexpr std::uint64_t kLargestInit = std::uint64_t{16} << 20;
  if (!is_plain_name(uri)) return no_such_file();
  const auto reels = rendition.reels.load();
  const auto number = number_in(uri);
  for (auto at = reels->rbegin(); number && at != reels->rend(); ++at) {
    const auto& reel = **at;
    const auto first = reel.name().source_sequence;
    if (*number < first || *number - first >= reel.count) continue;
    const auto contents = reel.contents(now);
    if (*number - first >= contents->count) continue;
    const auto& entry = contents->at(*number - first);
    if (entry.uri != uri || entry.size == 0) continue;
    auto bytes = read_range(reel.media_file(), entry.offset, entry.size);
    if (!bytes) return no_such_file();  // gone between the two
    return file_resource(uri, std::move(*bytes), contents->head.kind);
  }
  const auto size = size_of(rendition.init_file(uri));
  if (size == 0 || size > kLargestInit) return no_such_file();
  auto bytes = read_range(rendition.init_file(uri), 0, size);
  if (!bytes) return no_such_file();
  return file_resource(uri, std::move(*bytes), reels->empty() ? "" : reels->back()->contents(now)->head.kind);
}

}  // namespace

struct Archive::State {
  State(Settings s, const Clock& c, ops::Metrics& metrics)
      : settings(std::move(s)),
        clock(c),
        writer(settings, clock, metrics),
        readers("dvr-read", settings.readers, kMostReading) {
    queue_gauge = metrics.gauge("grandstand_dvr_queue_bytes", "Segments that wait for the disk");
    refused = metrics.counter("grandstand_dvr_reads_refused_total", "Requests refused because too many read at once");
  }

  // True when it will run.
  bool post(std::function<void()> work) { return thread.try_post(std::move(work)); }

  const Settings settings;
  const Clock& clock;
  std::string segment_secret;
  Writer writer;
  std::atomic<std::size_t> queued{0};
  std::atomic<bool> behind{false};  // a segment found no room in the queue, which has not been half empty since
  ops::Gauge queue_gauge;
  mutable ops::Counter refused;
  mutable aio::Offload readers;
  aio::Offload thread{"dvr-write", 1, kMostQueued};
};

Archive::Archive(std::unique_ptr<State> state) : state_(std::move(state)) {}

Archive::~Archive() {
  stop();
}

Result<std::unique_ptr<Archive>> Archive::open(Settings settings, const Clock& clock, ops::Metrics& metrics) {
  GRANDSTAND_RETURN_IF_ERROR(make_folder(settings.directory));
  auto state = std::make_unique<State>(std::move(settings), clock, metrics);
  state->writer.take_over();
  return std::unique_ptr<Archive>(new Archive(std::move(state)));
}

void Archive::set_segment_secret(std::string secret) {
  state_->segment_secret = std::move(secret);
}

void Archive::set_recordings(Recordings recordings) {
  if (!state_->post([this, recordings] { state_->writer.set_recordings(recordings); }))
    log::error("dvr", "The writer's queue is full: the lineup's recordings are not applied");
}

void Archive::on_segment(const hls::FinishedSegment& segment) {
  if (!state_->writer.served()->contains(segment.channel.value())) return;
  const auto weight = weight_of(segment);
  const auto queued = state_->queued + weight;
  const bool fits = queued <= state_->settings.queue_bytes;
  auto kept = segment;
  if (!fits) kept.media = nullptr;
  if (!fits && !state_->behind.exchange(true))
    log::warning("dvr", "The disk takes less than comes: segments become gaps",
                 {{"waiting_bytes", state_->queued.load()}});
  if (queued <= state_->settings.queue_bytes / 2) state_->behind = false;
  const auto held = fits ? weight : 0;
  state_->queue_gauge.set(static_cast<double>(state_->queued += held));
  const bool posted = state_->post([this, fits, held, kept = std::move(kept)] {
    state_->writer.record(kept, fits);
    state_->queue_gauge.set(static_cast<double>(state_->queued -= held));
  });
  // Not even a gap can be told: the writer sees that the numbers jump.
  if (!posted) state_->queued -= held;
}

std::string Archive::trouble(const ChannelId& channel) const {
  const auto served = state_->writer.served();
  const auto found = served->find(channel.value());
  if (found == served->end()) return {};
  auto trouble = *found->second->trouble.load();
  if (trouble.empty() && state_->behind) trouble = "the disk takes less than comes: segments become gaps";
  return trouble;
}

void Archive::tick() {
  static_cast<void>(state_->post([this] { state_->writer.tick(); }));
}

std::optional<Window> Archive::window(const ChannelId& channel) const {
  const auto served = state_->writer.served();
  const auto found = served->find(channel.value());
  return found == served->end() ? std::nullopt : found->second->window();
}

std::vector<RecordingStatus> Archive::list() const {
  std::vector<RecordingStatus> result;
  const auto served = state_->writer.served();
  for (const auto& [id, channel] : *served) {
    const bool recording = channel->recording;
    auto reason = *channel->trouble.load();
    if (!recording && reason.empty()) reason = "nothing has been recorded yet";
    result.push_back({channel->id, recording, std::move(reason), channel->window(), std::chrono::seconds(channel->keep),
                      channel->bytes});
  }
  return result;
}

Result<hls::ResourcePtr> Archive::find_now(const Question& question) const {
  const auto served = state_->writer.served();
  const auto channel = served->find(question.channel);
  if (channel == served->end()) {
    return Error{ErrorCode::kNotFound, "the lineup has no such channel, or it has no archive"};
  }
  const auto now = state_->clock.utc();
  if (question.kind == Question::Kind::kMultivariant) {
    return make_multivariant_playlist(*channel->second, question, now);
  }
  const auto renditions = channel->second->renditions.load();
  const auto rendition = renditions->find(question.rendition);
  if (rendition == renditions->end()) {
    const bool playlist = question.kind == Question::Kind::kMedia;
    return playlist && !channel->second->window() ? nothing_there(*channel->second) : no_such_file();
  }
  if (question.kind == Question::Kind::kFile) return find_file(*rendition->second, question.uri, now);
  return make_media_playlist(*channel->second, *rendition->second, question, now);
}

aio::Task<Result<hls::ResourcePtr>> Archive::find(Question question) const {
  auto work = [this, question = std::move(question)] { return find_now(question); };
  auto answer = co_await state_->readers.run<hls::ResourcePtr>(std::move(work));
  if (!answer && answer.error().code == ErrorCode::kUnavailable) state_->refused.add();
  co_return answer;
}

Result<Piece> Archive::read_now(Playhead head) const {
  const auto served = state_->writer.served();
  const auto channel = served->find(head.channel);
  if (channel == served->end()) {
    return Error{ErrorCode::kNotFound, "the lineup has no such channel, or it has no archive"};
  }
  return read_piece(*channel->second, std::move(head), state_->clock.utc(), state_->segment_secret);
}

aio::Task<Result<Piece>> Archive::read(Playhead head) const {
  auto work = [this, head = std::move(head)] { return read_now(head); };
  auto answer = co_await state_->readers.run<Piece>(std::move(work));
  if (!answer && answer.error().code == ErrorCode::kUnavailable) state_->refused.add();
  co_return answer;
}

void Archive::drain() {
  std::promise<void> done;
  if (state_->post([&] { done.set_value(); })) done.get_future().wait();
}

void Archive::stop() {
  state_->thread.stop();
  state_->readers.stop();
}

}  // namespace grandstand::dvr
