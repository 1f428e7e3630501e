// SPDX-License-Identifier: MIT
#include "thumbnail_worker.hpp"

#include "thumbnail_reel.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/published.hpp>

#include <utility>

namespace grandstand::channels {
namespace {

class PublishedFiles final : public hls::SideResources {
 public:
  hls::ResourcePtr find(std::string_view path) const override {
    if (path == "thumbnail.jpg" && !pictures_) return nullptr;
    const auto files = files_.load();
    const auto file = files->find(path);
    return file == files->end() ? nullptr : file->second;
  }
  void set_pictures(bool any) { pictures_ = any; }
  void store(std::shared_ptr<const ThumbnailReel::Files> files) { files_.store(std::move(files)); }

 private:
  std::atomic<bool> pictures_ = false;  // there are some on air
  Published<ThumbnailReel::Files> files_{std::make_shared<const ThumbnailReel::Files>()};
};

}  // namespace

struct ThumbnailWorker::State {
  State(ChannelId c, std::chrono::seconds interval) : channel(std::move(c)), reel(interval) {}

  Status make(const media::Track& track, const media::Sample& sample, UtcTime date);

  ChannelId channel;
  std::shared_ptr<PublishedFiles> files = std::make_shared<PublishedFiles>();
  ops::Counter errors;

  // on the thread only
  ThumbnailReel reel;
  std::unique_ptr<media::Thumbnailer> thumbnailer;
  std::optional<media::Track> track;  // that of the thumbnailer
  bool failing = false;
};

Status ThumbnailWorker::State::make(const media::Track& of, const media::Sample& sample, UtcTime date) {
  if (!thumbnailer || track != of) {
    GRANDSTAND_TRY(thumbnailer, media::Thumbnailer::create(of));
    track = of;
  }
  GRANDSTAND_TRY(const auto thumbnail, thumbnailer->make(sample));
  GRANDSTAND_RETURN_IF_ERROR(reel.add(thumbnail, date));
  files->store(reel.files());
  return success();
}

ThumbnailWorker::ThumbnailWorker(const ChannelId& channel, ThumbnailSettings settings, ops::Metrics& metrics)
    : interval_(settings.interval),
      state_(std::make_shared<State>(channel, settings.interval)),
      thread_("thumbnail", 1, 1) {
  state_->errors = metrics.counter("grandstand_thumbnail_errors_total",
                                   "Key frames of which no thumbnail could be made", {{"channel", channel.value()}});
}

ThumbnailWorker::~ThumbnailWorker() {
  thread_.abandon();
}

std::shared_ptr<const hls::SideResources> ThumbnailWorker::files() const {
  return state_->files;
}

void ThumbnailWorker::set_track(const media::Track* track) {
  track_.reset();
  if (track != nullptr) track_ = *track;
  state_->files->set_pictures(track != nullptr);
}

void ThumbnailWorker::push(const media::Sample& sample, UtcTime date) {
  if (!track_ || sample.track != track_->id || !sample.key) return;
  if (latest_ && date >= *latest_ && date < *latest_ + interval_) return;
  const bool queued = thread_.try_post([state = state_, track = *track_, sample, date] {
    const auto made = state->make(track, sample, date);
    if (made) {
      state->failing = false;
      return;
    }
    state->errors.add();
    if (!std::exchange(state->failing, true)) {
      log::warning("channels", "No thumbnails can be made of a channel",
                   {{"channel", state->channel.value()}, {"reason", made.error().message}});
    }
  });
  if (queued) latest_ = date;
}

}  // namespace grandstand::channels
