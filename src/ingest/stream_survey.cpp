// SPDX-License-Identifier: MIT
#include "stream_survey.hpp"

#include "sdt.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace grandstand::ingest {

namespace {

constexpr std::uint64_t kTurn = std::uint64_t{1} << 33;
// Two clocks further apart say nothing about jitter: the stream jumped.
constexpr std::uint64_t kLargestStep = 45'000;

std::string hex(std::uint8_t value) {
  constexpr char kDigits[] = "0123456789abcdef";
  return {'0', 'x', kDigits[value >> 4], kDigits[value & 15]};
}

std::string description_of(const PmtStream& stream) {
  if (!stream.description.empty()) return stream.description;
  if (stream.stream_type == kSpliceStreamType) return "SCTE-35 splices";
  if (stream.codec) return std::string(media::to_string(*stream.codec));
  return "stream_type " + hex(stream.stream_type);
}

bool carries_tables(std::uint16_t pid) {
  return pid == kPatPid || pid == kSdtPid;
}

}  // namespace

void StreamSurvey::push(std::span<const std::uint8_t> packets, std::chrono::nanoseconds arrived) {
  for (std::size_t at = 0; at + kTsPacketSize <= packets.size(); at += kTsPacketSize) {
    push_packet(packets.data() + at, arrived);
  }
}

void StreamSurvey::push_packet(const std::uint8_t* bytes, std::chrono::nanoseconds arrived) {
  TsPacket packet;
  if (!TsPacket::parse(bytes, packet) || packet.transport_error) return;
  Pid& pid = pids_[packet.pid];
  ++pid.packets;
  if (packet.pid == kNullPid) return;
  const auto verdict = pid.continuity.check(packet);
  if (verdict == Continuity::Verdict::kGap) ++pid.continuity_errors;
  if (packet.scrambling != 0) ++pid.scrambled;
  if (packet.pcr) take_clock(pid, packet, arrived);
  if (carries_tables(packet.pid) && !pid.sections) pid.sections.emplace();
  if (!pid.sections || !packet.has_payload || verdict == Continuity::Verdict::kDuplicate) return;
  if (verdict == Continuity::Verdict::kGap) pid.sections->forget();
  std::vector<std::vector<std::uint8_t>> whole;
  pid.sections->push(packet.payload, packet.unit_start, [&whole](std::span<const std::uint8_t> section) {
    whole.emplace_back(section.begin(), section.end());
  });
  for (const auto& section : whole) take_section(packet.pid, section);
}

void StreamSurvey::take_clock(Pid& pid, const TsPacket& packet, std::chrono::nanoseconds arrived) {
  const auto before = std::exchange(pid.pcr, packet.pcr);
  const auto arrived_before = std::exchange(pid.pcr_arrived, arrived);
  ++pid.clock.count;
  if (!before || packet.discontinuity) return;
  const std::uint64_t step = (*packet.pcr - *before) & (kTurn - 1);
  if (step > kLargestStep) return;
  const double by_arrival = std::chrono::duration<double, std::milli>(arrived - arrived_before).count();
  const double deviation = std::abs(by_arrival - static_cast<double>(step) / 90);
  pid.deviations += deviation;
  pid.clock.largest_jitter_ms = std::max(pid.clock.largest_jitter_ms, deviation);
}

void StreamSurvey::take_section(std::uint16_t pid, std::span<const std::uint8_t> section) {
  if (pid == kPatPid) {
    const auto pat = parse_pat(section);
    if (!pat) return;
    for (const Pat::Entry& entry : pat->entries) {
      programmes_[entry.program] = entry;
      if (auto& sections = pids_[entry.pmt_pid].sections; !sections) sections.emplace();
    }
  } else if (pid == kSdtPid) {
    const auto sdt = parse_sdt(section);
    if (!sdt) return;
    for (const Sdt::Service& service : sdt->services) names_[service.id] = {service.name, service.provider};
  } else if (auto pmt = parse_pmt(section)) {
    pmts_[pmt->program] = std::move(*pmt);
  }
}

std::string StreamSurvey::use_of(std::uint16_t pid) const {
  constexpr std::pair<std::uint16_t, const char*> kKnown[] = {{kPatPid, "PAT"},  {kCatPid, "CAT"}, {kNitPid, "NIT"},
                                                              {kSdtPid, "SDT"},  {kEitPid, "EIT"}, {0x14, "TDT"},
                                                              {kNullPid, "null"}};
  for (const auto& [known, use] : kKnown) {
    if (pid == known) return use;
  }
  for (const auto& [number, entry] : programmes_) {
    if (entry.pmt_pid == pid) return "PMT of " + std::to_string(number);
  }
  for (const auto& [number, pmt] : pmts_) {
    for (const PmtStream& stream : pmt.streams) {
      if (stream.pid == pid) return description_of(stream) + " of " + std::to_string(number);
    }
    if (pmt.pcr_pid == pid) return "PCR of " + std::to_string(number);
  }
  return {};
}

void StreamSurvey::fill(ProbeReport& report, std::chrono::nanoseconds length) const {
  const double seconds = std::max(1e-3, std::chrono::duration<double>(length).count());
  for (const auto& [number, entry] : programmes_) {
    ProbedProgramme programme{.number = number, .pmt_pid = entry.pmt_pid};
    if (const auto name = names_.find(number); name != names_.end()) {
      std::tie(programme.name, programme.provider) = name->second;
    }
    if (const auto pmt = pmts_.find(number); pmt != pmts_.end()) {
      programme.pcr_pid = pmt->second.pcr_pid;
      for (const PmtStream& stream : pmt->second.streams) {
        programme.streams.push_back({stream.pid, stream.stream_type, description_of(stream), stream.language});
      }
    }
    report.programmes.push_back(std::move(programme));
  }
  for (const auto& [number, pid] : pids_) {
    if (pid.packets == 0) continue;
    ProbedPid probed{.pid = number, .use = use_of(number)};
    probed.bit_rate = static_cast<double>(pid.packets * kTsPacketSize * 8) / seconds;
    probed.scrambled_share = static_cast<double>(pid.scrambled) / static_cast<double>(pid.packets);
    probed.continuity_errors = pid.continuity_errors;
    probed.clock = pid.clock;
    if (pid.clock.count > 1) probed.clock.jitter_ms = pid.deviations / static_cast<double>(pid.clock.count - 1);
    report.pids.push_back(std::move(probed));
  }
}

}  // namespace grandstand::ingest
