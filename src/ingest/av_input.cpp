// SPDX-License-Identifier: MIT
#include "av_input.hpp"

#include "av_deadline.hpp"
#include "av_handles.hpp"
#include "av_lane.hpp"
#include "descriptor_loop.hpp"
#include "splice_info.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <set>
#include <utility>

namespace grandstand::ingest {

namespace {

constexpr int kMaxBadPackets = 100;      // in a row
constexpr std::size_t kMaxPrimed = 256;  // samples read ahead in search of configurations
constexpr std::int64_t kProbeBytes = 4 << 20;
constexpr std::int64_t kAnalyzeMicroseconds = 4'000'000;

bool is_played(const AVStream& stream) {
  const auto codec = AvLane::codec_of(stream);
  return codec && media::kind_of(*codec) != media::TrackKind::kText;
}

class OpenInput final : public AvInput {
 public:
  explicit OpenInput(Settings settings)
      : settings_(std::move(settings)),
        deadline_(settings_.timeout, settings_.stopped, settings_.now),
        packet_(av_packet_alloc()) {}

  Status open_url();
  Status choose_streams();
  std::shared_ptr<const media::TrackSet> tracks() const override { return tracks_; }
  std::vector<media::SpliceCue> take_cues() override { return std::exchange(met_cues_, {}); }
  std::vector<GuideSection> take_guide() override { return std::exchange(met_guide_, {}); }
  std::string left_out() const override { return left_out_; }
  bool keeps_what_it_read() const override { return std::string_view(context_->iformat->name) == "hls"; }
  Result<std::optional<media::Sample>> read() override;

 private:
  void set_options(AVDictionary** options) const;
  const AVProgram* choose_program() const;
  bool has_playable(const AVProgram& program) const;
  Status add_lanes(const AVProgram* program);
  void leave_out(const std::string& what) { left_out_ += (left_out_.empty() ? "" : ", ") + what; }
  void publish_tracks();
  // Reads until each stream has shown its configuration; ADTS has none but in its frames.
  Status prime();
  bool all_configured() const;
  Result<bool> read_packet();  // into ready_; false: the end
  void take_splices(const AVPacket& section);
  void take_guide(const AVPacket& section);

  Settings settings_;
  AvDeadline deadline_;
  InputHandle context_;
  PacketHandle packet_;
  std::vector<std::unique_ptr<AvLane>> lanes_;  // by stream index; null: not taken, or splices
  std::set<int> splices_;                       // stream indexes
  SpliceCues cues_;
  std::vector<media::SpliceCue> met_cues_;
  std::optional<int> guide_;  // stream index
  std::uint16_t service_ = 0;
  std::vector<GuideSection> met_guide_;
  std::string left_out_;
  TimeUnwrap unwrap_;
  std::shared_ptr<const media::TrackSet> tracks_;
  std::vector<media::Sample> fresh_;
  std::deque<media::Sample> ready_;
  int bad_in_row_ = 0;
  std::optional<SteadyTime> last_sample_;
};

void OpenInput::set_options(AVDictionary** options) const {
  const std::string_view url = settings_.url;
  const std::string timeout = std::to_string(std::chrono::microseconds(settings_.timeout).count());
  // What is fetched must not make us open other things: an HLS playlist cannot name a file of this machine.
  if (settings_.local) {
    av_dict_set(options, "protocol_whitelist", "file", 0);
  } else if (url.starts_with("http")) {
    av_dict_set(options, "protocol_whitelist", "http,https,httpproxy,tcp,tls,crypto", 0);
    av_dict_set(options, "rw_timeout", timeout.c_str(), 0);
  } else {
    av_dict_set(options, "protocol_whitelist", "rtsp,rtsps,rtp,udp,tcp,tls", 0);
    av_dict_set(options, "rtsp_transport", "tcp", 0);
    av_dict_set(options, "timeout", timeout.c_str(), 0);
  }
}

Status OpenInput::open_url() {
  AVFormatContext* context = avformat_alloc_context();
  if (context == nullptr || !packet_) return Error{ErrorCode::kInternal, "out of memory"};
  context->interrupt_callback = deadline_.interrupt();
  context->probesize = kProbeBytes;
  context->max_analyze_duration = kAnalyzeMicroseconds;
  AVDictionary* options = nullptr;
  set_options(&options);
  deadline_.arm();
  // A path that looks like a URL ("a:b") is still a path.
  const std::string url = settings_.local ? "file:" + settings_.url : settings_.url;
  const int code = avformat_open_input(&context, url.c_str(), nullptr, &options);
  av_dict_free(&options);
  if (code < 0) return deadline_.failed("opening", av_error_text(code));
  context_.reset(context);
  deadline_.arm();
  if (const int found = avformat_find_stream_info(context, nullptr); found < 0)
    return deadline_.failed("reading the streams", av_error_text(found));
  return success();
}

bool OpenInput::has_playable(const AVProgram& program) const {
  for (unsigned i = 0; i < program.nb_stream_indexes; ++i) {
    if (is_played(*context_->streams[program.stream_index[i]])) return true;
  }
  return false;
}

const AVProgram* OpenInput::choose_program() const {
  const AVProgram* best = nullptr;
  std::int64_t best_rate = -1;
  for (unsigned i = 0; i < context_->nb_programs; ++i) {
    const AVProgram* program = context_->programs[i];
    if (settings_.program) {
      if (program->id == *settings_.program) return program;
      continue;
    }
    if (!has_playable(*program)) continue;
    // Of an HLS multivariant playlist, each variant is a "program" with its bit rate: take the best. Otherwise the
    // first.
    const AVDictionaryEntry* rate = av_dict_get(program->metadata, "variant_bitrate", nullptr, 0);
    const std::int64_t value = rate != nullptr ? std::atoll(rate->value) : 0;
    if (value > best_rate) {
      best = program;
      best_rate = value;
    }
  }
  return best;
}

Status OpenInput::choose_streams() {
  const AVProgram* program = choose_program();
  if (program == nullptr && settings_.program) {
    return Error{ErrorCode::kNotFound, "programme " + std::to_string(*settings_.program) + " is not in it"};
  }
  return add_lanes(program);
}

Status OpenInput::add_lanes(const AVProgram* program) {
  std::set<unsigned> wanted;
  if (program != nullptr) {
    wanted.insert(program->stream_index, program->stream_index + program->nb_stream_indexes);
  }
  lanes_.resize(context_->nb_streams);
  const bool has_guide =
      program != nullptr && !settings_.local && std::string_view(context_->iformat->name) == "mpegts";
  if (has_guide) service_ = static_cast<std::uint16_t>(program->id);
  bool have_video = false;
  bool any = false;
  for (unsigned i = 0; i < context_->nb_streams; ++i) {
    AVStream& stream = *context_->streams[i];
    stream.discard = AVDISCARD_ALL;
    const AVMediaType type = stream.codecpar->codec_type;
    if (has_guide && stream.codecpar->codec_id == AV_CODEC_ID_EPG) {
      stream.discard = AVDISCARD_DEFAULT;
      guide_ = static_cast<int>(i);
      continue;
    }
    if (!wanted.empty() && !wanted.contains(i)) continue;
    if (stream.codecpar->codec_id == AV_CODEC_ID_NONE) continue;
    if ((stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) continue;
    if (stream.codecpar->codec_id == AV_CODEC_ID_SCTE_35) {
      stream.discard = AVDISCARD_DEFAULT;
      splices_.insert(static_cast<int>(i));
      continue;
    }
    if (type == AVMEDIA_TYPE_VIDEO && have_video) {
      leave_out("another " + std::string(avcodec_get_name(stream.codecpar->codec_id)));
      continue;
    }
    Result<std::unique_ptr<AvLane>> lane = AvLane::create(*context_, stream);
    if (!lane) {
      leave_out(lane.error().message);
      continue;
    }
    stream.discard = AVDISCARD_DEFAULT;
    have_video |= type == AVMEDIA_TYPE_VIDEO;
    lanes_[i] = std::move(lane).value();
    any |= is_played(stream);
  }
  if (!any) {
    return Error{ErrorCode::kUnsupported,
                 left_out_.empty() ? "it holds neither pictures nor sound" : "it holds nothing playable: " + left_out_};
  }
  return prime();
}

bool OpenInput::all_configured() const {
  return std::ranges::all_of(lanes_, [](const auto& lane) { return !lane || lane->configured(); });
}

Status OpenInput::prime() {
  publish_tracks();
  while (!all_configured() && ready_.size() < kMaxPrimed) {
    GRANDSTAND_TRY(const bool more, read_packet());
    if (!more) break;
  }
  return success();
}

void OpenInput::publish_tracks() {
  auto tracks = std::make_shared<media::TrackSet>();
  for (const auto& lane : lanes_) {
    if (lane && lane->configured()) tracks->tracks.push_back(lane->track());
  }
  const auto is_text = [](const media::Track& track) { return track.kind() == media::TrackKind::kText; };
  if (std::ranges::all_of(tracks->tracks, is_text)) tracks->tracks.clear();  // texts of nothing
  tracks_ = std::move(tracks);
}

Result<bool> OpenInput::read_packet() {
  deadline_.arm();
  if (!last_sample_) last_sample_ = settings_.now();
  if (settings_.patience > std::chrono::milliseconds{0} && settings_.now() - *last_sample_ > settings_.patience) {
    return Error{ErrorCode::kUnsupported, "packets arrive, but for " + std::to_string(settings_.patience.count()) +
                                              " ms no picture and no sound could be made of them"};
  }
  const int code = av_read_frame(context_.get(), packet_.get());
  if (code == AVERROR_EOF) return false;
  if (code < 0) return deadline_.failed("reading", av_error_text(code));
  const auto index = static_cast<std::size_t>(packet_->stream_index);
  if (splices_.contains(packet_->stream_index)) take_splices(*packet_);
  if (guide_ == packet_->stream_index) take_guide(*packet_);
  if (index >= lanes_.size() || !lanes_[index]) {
    av_packet_unref(packet_.get());
    return true;
  }
  fresh_.clear();
  const Result<bool> changed = lanes_[index]->convert(*packet_, unwrap_, fresh_);
  av_packet_unref(packet_.get());
  if (!changed) {
    if (++bad_in_row_ >= kMaxBadPackets) return changed.error();
    return true;
  }
  bad_in_row_ = 0;
  if (*changed) publish_tracks();
  if (lanes_[index]->track().kind() == media::TrackKind::kText) {
    if (tracks_->tracks.empty()) return true;
  } else if (!fresh_.empty()) {
    last_sample_ = settings_.now();
  }
  for (media::Sample& sample : fresh_) ready_.push_back(std::move(sample));
  return true;
}

void OpenInput::take_splices(const AVPacket& section) {
  const auto time_of = [this](std::uint64_t stamp) { return unwrap_.nearest(stamp); };
  std::optional<media::MediaTime> clock;  // that of the programme when the section came
  if (section.pts != AV_NOPTS_VALUE) {
    const auto base = context_->streams[section.stream_index]->time_base;
    clock = time_of(static_cast<std::uint64_t>(av_rescale_q(section.pts, base, kMediaBase)));
  }
  auto cues = cues_.take({section.data, static_cast<std::size_t>(section.size)}, time_of, clock);
  if (!cues) {
    log::warning("ingest", "a splice_info_section is of no use",
                 {{"feed", log::redact(settings_.url)}, {"reason", cues.error().message}});
    return;
  }
  std::ranges::move(*cues, std::back_inserter(met_cues_));
}

void OpenInput::take_guide(const AVPacket& section) {
  const std::span bytes(section.data, static_cast<std::size_t>(section.size));
  if (bytes.size() < 5 || read_16_bits(bytes, 3) != service_) return;
  met_guide_.push_back({service_, SharedBytes::copy_of(bytes)});
}

Result<std::optional<media::Sample>> OpenInput::read() {
  while (ready_.empty()) {
    GRANDSTAND_TRY(const bool more, read_packet());
    if (!more) return std::optional<media::Sample>{};
  }
  media::Sample sample = std::move(ready_.front());
  ready_.pop_front();
  return std::optional(std::move(sample));
}

}  // namespace

std::string av_error_text(int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  return text;
}

Result<std::unique_ptr<AvInput>> AvInput::open(Settings settings) {
  auto input = std::make_unique<OpenInput>(std::move(settings));
  GRANDSTAND_RETURN_IF_ERROR(input->open_url());
  GRANDSTAND_RETURN_IF_ERROR(input->choose_streams());
  return std::unique_ptr<AvInput>(std::move(input));
}

}  // namespace grandstand::ingest
