// SPDX-License-Identifier: MIT
// Everything that a publisher sends: handshake, chunks, commands, FLV. The first byte says how the rest is cut and
// whether the client's handshake is given before it, so that the fuzzer gets behind it.
#include "flv_demuxer.hpp"
#include "rtmp_session.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace {

using namespace grandstand;
using namespace grandstand::ingest;

class Owner final : public RtmpSessionOwner {
 public:
  RtmpPublishAnswer on_publish(const RtmpPublishName& name) override {
    if (name.key == "refused") return {false, "NetStream.Publish.Rejected", "no"};
    demuxer_ = {};
    tracks_ = nullptr;
    last_.clear();
    return {true, {}, {}};
  }
  void on_publish_refused() override {}
  void on_unpublish() override {}
  void on_media(RtmpMessage message) override {
    demuxer_.push(std::move(message));
    for (const FlvOutput& output : demuxer_.take()) check(output);
  }

 private:
  void check(const FlvOutput& output) {
    if (output.kind == FlvOutput::Kind::kTracks) tracks_ = output.tracks;
    if (output.kind == FlvOutput::Kind::kTracks || output.kind == FlvOutput::Kind::kDiscontinuity) last_.clear();
    if (output.kind != FlvOutput::Kind::kSample) return;
    const media::Sample& sample = output.sample;
    const auto before = last_.find(sample.track);
    const bool forward = before == last_.end() || sample.dts > before->second;
    if (!tracks_ || !tracks_->find(sample.track)) std::abort();
    if (sample.data.empty() || sample.pts < sample.dts || !forward) std::abort();
    last_[sample.track] = sample.dts;
  }

  FlvDemuxer demuxer_;
  std::shared_ptr<const media::TrackSet> tracks_;
  std::map<std::uint32_t, media::MediaTime> last_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::span<const std::uint8_t> bytes(data + 1, size - 1);
  const std::size_t piece = 1 + (data[0] & 0x7FU) * 33U;
  Owner owner;
  RtmpSession session(1u << 20, 1, owner);
  if ((data[0] & 0x80U) != 0) {
    std::vector<std::uint8_t> handshake(1 + 2 * RtmpHandshake::kBlockSize, 0);
    handshake[0] = 3;
    if (!session.feed(handshake)) std::abort();
  }
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(piece, bytes.size()));
    if (!session.feed(part)) break;
    (void)session.take_output();
    bytes = bytes.subspan(part.size());
  }
  return 0;
}
