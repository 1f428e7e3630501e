// SPDX-License-Identifier: MIT
#include "video_decoder.hpp"
#include "video_encoder.hpp"
#include "video_filter.hpp"

#include <grandstand/media/video_transcoder.hpp>

#include <algorithm>
#include <deque>
#include <optional>

namespace grandstand::media {
namespace {

constexpr std::uint32_t kRungIds = 0x10000;  // above every PID
constexpr MediaTime kLongestStep = std::chrono::seconds{1};
constexpr std::size_t kRememberedKeys = 64;
constexpr double kUsualFrameRate = 25;

int even(double value) {
  return std::max(2, static_cast<int>(value / 2 + 0.5) * 2);
}

// One encoding, from the filter's output on.
struct Rung {
  Track output;
  bool wanted = true;
  std::optional<VideoEncoder> encoder;  // none: begins with the next key frame
  bool running = false;                 // it has had a key frame
  std::optional<MediaTime> latest;      // the latest picture seen, encoded or not
};

class LadderTranscoder final : public VideoTranscoder {
 public:
  LadderTranscoder(Track input, VideoLadder ladder, VideoDecoder decoder)
      : input_(std::move(input)), ladder_(std::move(ladder)), decoder_(std::move(decoder)) {}

  Status open();
  const std::vector<Track>& outputs() const override { return outputs_; }
  const std::string& encoder() const override { return encoder_; }
  const std::string& encoder_faults() const override { return encoder_faults_; }
  Result<Ready> transcode(const Sample& sample) override;
  Result<Ready> drain() override;
  void keep(std::vector<std::uint32_t> ids) override;

 private:
  void set_shape(int width, int height, AVRational sample_aspect);
  Result<VideoEncoder> open_encoder(const std::string& name, const Track& output) const;
  Status take_decoded(Ready& ready);
  Status set_up_filter(const AVFrame& picture, Ready& ready);
  Status encode_filtered(Ready& ready);
  Status encode(Rung& rung, AVFrame& picture, std::vector<Sample>& into);
  Status finish_filter(Ready& ready);
  void start_over();
  void note_key(MediaTime pts);
  std::optional<MediaTime> key_for(const Rung& rung, MediaTime pts) const;

  Track input_;
  VideoLadder ladder_;
  VideoDecoder decoder_;
  std::optional<VideoFilter> filter_;
  std::vector<std::size_t> filtered_;  // by output of the filter: the rung
  std::vector<Rung> rungs_;
  std::vector<Track> outputs_;
  std::string encoder_;
  std::string encoder_faults_;
  int source_height_ = 0;
  std::deque<MediaTime> keys_;  // pts of the latest key frames of the source
  std::optional<MediaTime> latest_dts_;
  FrameHandle picture_{av_frame_alloc()};
};

// The sizes of the rungs, in square pixels, for pictures of this shape.
void LadderTranscoder::set_shape(int width, int height, AVRational sample_aspect) {
  source_height_ = height;
  const double aspect = sample_aspect.num > 0 && sample_aspect.den > 0 ? av_q2d(sample_aspect) : 1;
  const double shape = width * aspect / height;
  const auto before = std::exchange(rungs_, {});
  outputs_.clear();
  for (std::size_t i = 0; i < ladder_.rungs.size(); ++i) {
    const auto& wanted = ladder_.rungs[i];
    if (wanted.height > height) continue;
    Rung rung;
    rung.output.id = input_.id + kRungIds * static_cast<std::uint32_t>(i + 1);
    rung.output.codec = Codec::kH264;
    rung.output.language = input_.language;
    rung.output.height = even(wanted.height);
    rung.output.width = even(wanted.height * shape);
    rung.output.bit_rate = wanted.bit_rate;
    rung.output.derived_from = input_.id;
    const bool doubled = ladder_.deinterlace == Deinterlace::kFields && input_.interlaced;
    rung.output.frame_rate = input_.frame_rate * (doubled ? 2 : 1);
    for (const auto& former : before) {
      if (former.output.id == rung.output.id) rung.wanted = former.wanted;
    }
    rungs_.push_back(std::move(rung));
  }
}

Result<VideoEncoder> LadderTranscoder::open_encoder(const std::string& name, const Track& output) const {
  return VideoEncoder::open({.name = name,
                             .output = output,
                             .source_height = source_height_,
                             .preset = ladder_.preset,
                             .threads = ladder_.threads});
}

Status LadderTranscoder::open() {
  if (rungs_.empty()) set_shape(input_.width, input_.height, decoder_.sample_aspect());
  if (rungs_.empty()) {
    return Error{ErrorCode::kUnsupported, "The ladder has no rung of at most " + std::to_string(input_.height) +
                                              " lines, the height of track " + std::to_string(input_.id) + "."};
  }
  const auto names = encoder_.empty() ? ladder_.encoders : std::vector<std::string>{encoder_};
  std::string faults;
  for (const auto& name : names) {
    bool opened = true;
    for (auto& rung : rungs_) {
      auto encoder = open_encoder(name, rung.output);
      opened = encoder.ok();
      if (!opened) {
        faults += (faults.empty() ? "" : "; ") + encoder.error().message;
        break;
      }
      rung.output.decoder_config = encoder->decoder_config();
      rung.encoder = std::move(*encoder);
    }
    if (!opened) continue;
    encoder_ = name;
    encoder_faults_ = faults;
    outputs_.clear();
    for (const auto& rung : rungs_) outputs_.push_back(rung.output);
    return success();
  }
  return Error{ErrorCode::kUnsupported, "No encoder of the ladder can be used: " + faults + "."};
}

Result<VideoTranscoder::Ready> LadderTranscoder::transcode(const Sample& sample) {
  Ready ready;
  if (latest_dts_ && (sample.dts < *latest_dts_ || sample.dts > *latest_dts_ + kLongestStep)) {
    GRANDSTAND_TRY(ready, drain());
  }
  latest_dts_ = sample.dts;
  if (sample.key) note_key(sample.pts);
  decoder_.send(sample);
  auto taken = take_decoded(ready);
  ready.damaged += decoder_.take_damaged();
  if (!taken) {
    start_over();
    return taken.error();
  }
  return ready;
}

Result<VideoTranscoder::Ready> LadderTranscoder::drain() {
  Ready ready;
  decoder_.end();
  auto drained = take_decoded(ready);
  decoder_.flush();
  if (drained) drained = finish_filter(ready);
  start_over();
  ready.damaged += decoder_.take_damaged();
  latest_dts_.reset();
  keys_.clear();
  if (!drained) return drained.error();
  return ready;
}

void LadderTranscoder::keep(std::vector<std::uint32_t> ids) {
  for (auto& rung : rungs_) {
    rung.wanted = std::find(ids.begin(), ids.end(), rung.output.id) != ids.end();
    if (rung.wanted) continue;
    rung.encoder.reset();
    rung.running = false;
    rung.latest.reset();
  }
  filter_.reset();
}

void LadderTranscoder::start_over() {
  filter_.reset();
  for (auto& rung : rungs_) {
    rung.encoder.reset();
    rung.running = false;
    rung.latest.reset();
  }
}

void LadderTranscoder::note_key(MediaTime pts) {
  keys_.push_back(pts);
  if (keys_.size() > kRememberedKeys) keys_.pop_front();
}

Status LadderTranscoder::take_decoded(Ready& ready) {
  while (decoder_.receive(*picture_)) {
    GRANDSTAND_RETURN_IF_ERROR(set_up_filter(*picture_, ready));
    const int code = filter_ ? filter_->send(*picture_) : 0;
    av_frame_unref(picture_.get());
    if (code < 0) return Error{ErrorCode::kInternal, "The pictures cannot be scaled: " + av_error_text(code) + "."};
    GRANDSTAND_RETURN_IF_ERROR(encode_filtered(ready));
  }
  return success();
}

Status LadderTranscoder::set_up_filter(const AVFrame& picture, Ready& ready) {
  if (filter_ && filter_->fits(picture)) return success();
  if (filter_) {
    GRANDSTAND_RETURN_IF_ERROR(finish_filter(ready));
    start_over();
  }
  auto before = std::move(rungs_);
  rungs_.clear();
  for (const auto& rung : before) rungs_.push_back({.output = rung.output, .wanted = rung.wanted});
  set_shape(picture.width, picture.height, picture.sample_aspect_ratio);
  const bool same =
      std::equal(before.begin(), before.end(), rungs_.begin(), rungs_.end(), [](const Rung& a, const Rung& b) {
        return a.output.width == b.output.width && a.output.height == b.output.height;
      });
  if (same) {
    rungs_ = std::move(before);
    outputs_.clear();
    for (const auto& rung : rungs_) outputs_.push_back(rung.output);
  } else {
    GRANDSTAND_RETURN_IF_ERROR(open());
    ready.outputs_changed = true;
  }
  std::vector<VideoFilter::Output> sizes;
  filtered_.clear();
  for (std::size_t i = 0; i < rungs_.size(); ++i) {
    auto& rung = rungs_[i];
    if (!rung.wanted) continue;
    if (!rung.encoder) {
      GRANDSTAND_TRY(rung.encoder, open_encoder(encoder_, rung.output));
    }
    sizes.push_back({rung.output.width, rung.output.height, rung.encoder->format(), rung.encoder->device()});
    filtered_.push_back(i);
  }
  filter_.reset();
  if (sizes.empty()) return success();
  const double rate = input_.frame_rate > 0 ? input_.frame_rate : kUsualFrameRate;
  GRANDSTAND_TRY(filter_, VideoFilter::open(picture,
                                            {.frame_rate = av_d2q(rate, 1001 * 240),
                                             .deinterlace = ladder_.deinterlace,
                                             .threads = ladder_.threads},
                                            sizes));
  return success();
}

Status LadderTranscoder::finish_filter(Ready& ready) {
  if (!filter_) return success();
  filter_->end();
  GRANDSTAND_RETURN_IF_ERROR(encode_filtered(ready));
  for (auto& rung : rungs_) {
    if (!rung.encoder || !rung.running) continue;
    GRANDSTAND_RETURN_IF_ERROR(rung.encoder->drain(ready.samples));
  }
  return success();
}

Status LadderTranscoder::encode_filtered(Ready& ready) {
  if (!filter_) return success();
  const FrameHandle scaled{av_frame_alloc()};
  for (std::size_t i = 0; i < filtered_.size(); ++i) {
    while (filter_->receive(i, *scaled)) {
      auto encoded = encode(rungs_[filtered_[i]], *scaled, ready.samples);
      av_frame_unref(scaled.get());
      if (!encoded) return encoded;
    }
  }
  return success();
}

// The key frame of the source that this picture shows, or that was lost since the one before it.
std::optional<MediaTime> LadderTranscoder::key_for(const Rung& rung, MediaTime pts) const {
  for (auto key = keys_.rbegin(); key != keys_.rend(); ++key) {
    if (*key == pts) return *key;
    if (*key < pts && rung.latest && *key > *rung.latest) return *key;
  }
  return std::nullopt;
}

Status LadderTranscoder::encode(Rung& rung, AVFrame& picture, std::vector<Sample>& into) {
  const MediaTime pts{picture.pts};
  if (rung.latest && pts <= *rung.latest) return success();
  const bool key = key_for(rung, pts).has_value();
  rung.latest = pts;
  if (!key && !rung.running) return success();
  rung.running = true;
  return rung.encoder->encode(picture, key, into);
}

}  // namespace

Result<std::unique_ptr<VideoTranscoder>> VideoTranscoder::create(const Track& input, VideoLadder ladder) {
  GRANDSTAND_TRY(auto decoder, VideoDecoder::open(input));
  auto transcoder = std::make_unique<LadderTranscoder>(input, std::move(ladder), std::move(decoder));
  GRANDSTAND_RETURN_IF_ERROR(transcoder->open());
  return std::unique_ptr<VideoTranscoder>(std::move(transcoder));
}

}  // namespace grandstand::media
