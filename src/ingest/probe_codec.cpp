// SPDX-License-Identifier: MIT
#include <grandstand/ingest/probe.hpp>

#include <nlohmann/json.hpp>

namespace grandstand::ingest {

namespace {

using Json = nlohmann::ordered_json;

Json programmes_of(const ProbeReport& report) {
  auto programmes = Json::array();
  for (const ProbedProgramme& programme : report.programmes) {
    auto streams = Json::array();
    for (const ProbedStream& stream : programme.streams) {
      streams.push_back({{"pid", stream.pid},
                         {"stream_type", stream.stream_type},
                         {"description", stream.description},
                         {"language", stream.language}});
    }
    programmes.push_back({{"number", programme.number},
                          {"name", programme.name},
                          {"provider", programme.provider},
                          {"pmt_pid", programme.pmt_pid},
                          {"pcr_pid", programme.pcr_pid},
                          {"streams", std::move(streams)}});
  }
  return programmes;
}

Json pids_of(const ProbeReport& report) {
  auto pids = Json::array();
  for (const ProbedPid& pid : report.pids) {
    Json one{{"pid", pid.pid},
             {"use", pid.use},
             {"bit_rate", pid.bit_rate},
             {"scrambled_share", pid.scrambled_share},
             {"continuity_errors", pid.continuity_errors}};
    if (pid.clock.count > 0) {
      one["pcr"] = {{"count", pid.clock.count},
                    {"jitter_ms", pid.clock.jitter_ms},
                    {"largest_jitter_ms", pid.clock.largest_jitter_ms}};
    }
    pids.push_back(std::move(one));
  }
  return pids;
}

Json tracks_of(const ProbeReport& report) {
  auto tracks = Json::array();
  for (const media::Track& track : report.tracks.tracks) {
    double rate = 0;
    for (const StreamReport& stream : report.signal.streams) {
      if (stream.track == track.id) rate = stream.bit_rate;
    }
    Json one{{"id", track.id},
             {"codec", std::string(media::to_string(track.codec))},
             {"language", track.language},
             {"bit_rate", rate}};
    if (track.kind() == media::TrackKind::kVideo) {
      one.update({{"width", track.width},
                  {"height", track.height},
                  {"frame_rate", track.frame_rate},
                  {"interlaced", track.interlaced}});
    } else if (track.kind() == media::TrackKind::kAudio) {
      one.update({{"sample_rate", track.sample_rate}, {"channels", track.channels}});
    }
    tracks.push_back(std::move(one));
  }
  return tracks;
}

}  // namespace

std::string to_json(const ProbeReport& report) {
  const SignalReport& signal = report.signal;
  Json json{{"url", report.url},         {"well", report.is_well()},    {"duration_ms", report.duration.count()},
            {"trouble", signal.trouble}, {"bit_rate", signal.bit_rate}, {"tracks", tracks_of(report)}};
  if (signal.packets) {
    auto checks = Json::object();
    for (std::size_t i = 0; i < kSignalChecks; ++i) {
      const auto check = static_cast<SignalCheck>(i);
      checks[std::string(to_string(check))] = {
          {"priority", priority_of(check)}, {"errors", signal.checks[i].errors}, {"alarm", signal.checks[i].in_alarm}};
    }
    json["programmes"] = programmes_of(report);
    json["pids"] = pids_of(report);
    json["datagrams"] = report.datagrams;
    json["bytes"] = report.bytes;
    json["garbage"] = report.garbage;
    json["kernel_drops"] = signal.kernel_drops;
    json["null_share"] = signal.null_share;
    json["scrambled_share"] = signal.scrambled_share;
    json["rtp"] = {{"lost", signal.rtp_lost},
                   {"reordered", signal.rtp_reordered},
                   {"duplicates", signal.rtp_duplicates},
                   {"jitter_ms", signal.jitter_ms}};
    json["mdi"] = {{"delay_factor_ms", signal.delay_factor_ms}, {"loss_rate", signal.media_loss_rate}};
    json["tr101290"] = std::move(checks);
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace grandstand::ingest
