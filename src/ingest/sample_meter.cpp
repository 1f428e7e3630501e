// SPDX-License-Identifier: MIT
#include "sample_meter.hpp"

#include <algorithm>

namespace grandstand::ingest {

namespace {

std::chrono::milliseconds elapsed(SteadyTime since, SteadyTime now) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::max(now, since) - since);
}

}  // namespace

void SampleMeter::on_tracks(const media::TrackSet& tracks, SteadyTime now) {
  std::vector<Stream> before;
  before.swap(streams_);
  for (const media::Track& track : tracks.tracks) {
    const auto same = std::ranges::find_if(before, [&track](const Stream& old) {
      return old.report.track == track.id && old.report.codec == track.codec;
    });
    if (same != before.end()) {
      streams_.push_back(*same);
      continue;
    }
    Stream stream;
    stream.report.track = track.id;
    stream.report.codec = track.codec;
    stream.kind = track.kind();
    stream.last = now;
    streams_.push_back(stream);
  }
}

void SampleMeter::on_sample(const media::Sample& sample, SteadyTime now) {
  roll(now);
  for (Stream& stream : streams_) {
    if (stream.report.track != sample.track) continue;
    stream.last = now;
    stream.window_bytes += sample.data.size();
    ++stream.report.samples;
    if (stream.kind == media::TrackKind::kVideo) last_picture_ = now;
    if (stream.kind == media::TrackKind::kAudio) last_sound_ = now;
    return;
  }
}

void SampleMeter::roll(SteadyTime now) {
  if (now - window_began_ < kWindow) return;
  const double seconds = std::chrono::duration<double>(now - window_began_).count();
  for (Stream& stream : streams_) {
    stream.report.bit_rate = static_cast<double>(stream.window_bytes) * 8 / seconds;
    stream.window_bytes = 0;
  }
  window_began_ = now;
}

void SampleMeter::fill(SignalReport& report, SteadyTime now) {
  roll(now);
  double sum = 0;
  for (const Stream& stream : streams_) {
    report.has_video |= stream.kind == media::TrackKind::kVideo;
    report.has_audio |= stream.kind == media::TrackKind::kAudio;
    report.streams.push_back(stream.report);
    report.streams.back().silent = elapsed(stream.last, now);
    sum += stream.report.bit_rate;
  }
  report.since_picture = elapsed(last_picture_, now);
  report.since_sound = elapsed(last_sound_, now);
  if (!report.packets) report.bit_rate = sum;
}

}  // namespace grandstand::ingest
