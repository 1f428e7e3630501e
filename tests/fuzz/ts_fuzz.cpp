// SPDX-License-Identifier: MIT
// Datagrams through detection, RTP order and demuxing. The input is a row of datagrams, each behind its length (16
// bits) and 4 bits of milliseconds that pass before it.
#include "datagram_reader.hpp"
#include "stream_survey.hpp"

#include <grandstand/media/sample_sink.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>

namespace {

using namespace grandstand;

// What every receiver may rely on.
class CheckingSink : public media::SampleSink {
 public:
  void on_tracks(std::shared_ptr<const media::TrackSet> tracks) override {
    if (tracks == nullptr || tracks->tracks.empty()) std::abort();
    int video = 0;
    for (const media::Track& track : tracks->tracks) {
      const bool is_video = track.kind() == media::TrackKind::kVideo;
      video += is_video ? 1 : 0;
      if (is_video && (track.decoder_config.empty() || track.width <= 0 || track.height <= 0)) std::abort();
      if (track.kind() == media::TrackKind::kAudio && (track.sample_rate <= 0 || track.channels <= 0)) std::abort();
    }
    if (video > 1) std::abort();
    tracks_ = std::move(tracks);
  }
  void on_sample(media::Sample sample) override {
    if (tracks_ == nullptr || tracks_->find(sample.track) == nullptr) std::abort();
    if (sample.pts < sample.dts || sample.data.empty()) std::abort();
  }
  void on_discontinuity(std::string) override {}

 private:
  std::shared_ptr<const media::TrackSet> tracks_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  CheckingSink sink;
  ingest::TsDemuxer demuxer(size > 0 && data[0] % 8 == 7 ? std::optional<std::uint16_t>(1) : std::nullopt, sink);
  ingest::DatagramReader reader(demuxer);
  ingest::StreamSurvey survey;  // of grandstand probe
  reader.watch_packets([&survey](std::span<const std::uint8_t> packets, std::chrono::nanoseconds arrived) {
    survey.push(packets, arrived);
  });
  SteadyTime now{std::chrono::hours(1)};
  std::size_t at = 0;
  while (at + 2 <= size) {
    const std::size_t wanted = (data[at] & 0x0Fu) << 8 | data[at + 1];
    now += std::chrono::milliseconds((data[at] >> 4) * 10);
    at += 2;
    const std::size_t count = wanted < size - at ? wanted : size - at;
    reader.push({data + at, count}, now);
    reader.tick(now);
    at += count;
  }
  demuxer.finish();
  ingest::ProbeReport report;
  survey.fill(report, std::chrono::seconds(1));
  if (report.pids.size() > ingest::kPidCount) std::abort();
  if (ingest::to_text(report).empty() || ingest::to_json(report).empty()) std::abort();
  if (demuxer.trouble().size() > 100'000) std::abort();
  return 0;
}
