// SPDX-License-Identifier: MIT
#include "ts_demuxer.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::ingest {

namespace {

bool is_playable(const Pmt& pmt) {
  return std::ranges::any_of(pmt.streams, [](const PmtStream& stream) {
    return stream.codec && media::kind_of(*stream.codec) != media::TrackKind::kText;
  });
}

}  // namespace

TsDemuxer::TsDemuxer(std::optional<std::uint16_t> wanted, media::SampleSink& sink)
    : wanted_(wanted), sink_(sink), uses_(kPidCount, Use::kNone), programme_(sink, counts_) {
  assign_uses();
}

void TsDemuxer::push(std::span<const std::uint8_t> packets) {
  for (std::size_t at = 0; at + kTsPacketSize <= packets.size(); at += kTsPacketSize) push_packet(packets.data() + at);
}

void TsDemuxer::push_packet(const std::uint8_t* bytes) {
  ++counts_.packets;
  if (bytes[0] != kTsSync) {
    ++counts_.malformed;
    return;
  }
  const std::uint16_t pid = static_cast<std::uint16_t>((bytes[1] & 0x1F) << 8 | bytes[2]);
  if (pid == kNullPid) {
    ++counts_.null_packets;
    return;
  }
  const Use use = uses_[pid];
  if (use == Use::kNone) return;
  TsPacket packet;
  if (!TsPacket::parse(bytes, packet)) {
    ++counts_.malformed;
    return;
  }
  if (packet.transport_error) {
    // What it carries, its counter and even its PID may be wrong. The gap shows at the next packet.
    ++counts_.transport_errors;
    return;
  }
  switch (use) {
    case Use::kPat:
      return on_pat_packet(packet);
    case Use::kPmt:
      return on_pmt_packet(packet);
    case Use::kStream:
    case Use::kPcr:
      return programme_.push(packet);
    case Use::kSections:
      return on_section_packet(packet);
    case Use::kNone:
      return;
  }
}

bool TsDemuxer::take_section_packet(const TsPacket& packet, Continuity& continuity, SectionAssembler& sections) {
  const auto verdict = continuity.check(packet);
  if (verdict == Continuity::Verdict::kGap) {
    ++counts_.continuity_errors;
    sections.forget();
  }
  if (verdict == Continuity::Verdict::kDuplicate) ++counts_.duplicates;
  if (packet.scrambling != 0) ++counts_.scrambled;
  return verdict != Continuity::Verdict::kDuplicate && packet.has_payload && packet.scrambling == 0;
}

void TsDemuxer::on_pat_packet(const TsPacket& packet) {
  if (!take_section_packet(packet, pat_continuity_, pat_sections_)) return;
  counts_.section_errors += pat_sections_.push(
      packet.payload, packet.unit_start, [this](std::span<const std::uint8_t> section) { on_pat_section(section); });
}

void TsDemuxer::on_pmt_packet(const TsPacket& packet) {
  // Several programmes may share one PMT PID; the first takes the packets for all.
  const auto owner =
      std::ranges::find_if(candidates_, [&](const Candidate& c) { return c.entry.pmt_pid == packet.pid; });
  if (owner == candidates_.end() || !take_section_packet(packet, owner->continuity, owner->sections)) return;
  std::vector<std::vector<std::uint8_t>> whole;
  counts_.section_errors += owner->sections.push(
      packet.payload, packet.unit_start,
      [&whole](std::span<const std::uint8_t> section) { whole.emplace_back(section.begin(), section.end()); });
  for (const auto& section : whole) {
    const std::uint16_t program = static_cast<std::uint16_t>(section[3] << 8 | section[4]);
    for (Candidate& candidate : candidates_) {
      if (candidate.entry.program == program && candidate.entry.pmt_pid == packet.pid)
        on_pmt_section(candidate, section);
    }
  }
}

void TsDemuxer::on_section_packet(const TsPacket& packet) {
  // A PID of splices may carry the clock, too.
  if (packet.pcr && programme_.known() && packet.pid == programme_.pcr_pid()) programme_.push(packet);
  SectionPid& of = section_pids_[packet.pid];
  if (!take_section_packet(packet, of.continuity, of.sections)) return;
  counts_.section_errors +=
      of.sections.push(packet.payload, packet.unit_start,
                       [this, pid = packet.pid](std::span<const std::uint8_t> section) { on_section(pid, section); });
}

void TsDemuxer::on_section(std::uint16_t pid, std::span<const std::uint8_t> section) {
  if (!chosen_) return;
  guide_.follow(*chosen_);
  if (pid == kEitPid) return guide_.give(section, sink_);
  const bool splices = std::ranges::any_of(programme_.pmt().streams, [pid](const PmtStream& stream) {
    return stream.pid == pid && stream.stream_type == kSpliceStreamType;
  });
  if (splices) on_splice_section(section);
}

void TsDemuxer::on_splice_section(std::span<const std::uint8_t> section) {
  auto cues =
      cues_.take(section, [this](std::uint64_t stamp) { return programme_.time_of(stamp); }, programme_.latest_time());
  if (!cues) {
    ++counts_.section_errors;
    return;
  }
  for (media::SpliceCue& cue : *cues) sink_.on_splice_cue(std::move(cue));
}

void TsDemuxer::on_pat_section(std::span<const std::uint8_t> section) {
  if (std::ranges::equal(section, pat_section_)) return;
  std::optional<Pat> pat = parse_pat(section);
  if (!pat) return;
  pat_seen_ = true;
  if (pat->last_section == 0) {
    pat_section_.assign(section.begin(), section.end());
    pat_parts_.clear();
    return take_programmes(std::move(pat->entries));
  }
  // A PAT of several sections counts when all of one version are there.
  if (!pat_parts_.empty() && pat_parts_.begin()->second.version != pat->version) pat_parts_.clear();
  const std::size_t wanted = pat->last_section + std::size_t{1};
  pat_parts_[pat->section] = std::move(*pat);
  if (pat_parts_.size() < wanted) return;
  std::vector<Pat::Entry> entries;
  for (const auto& [number, part] : pat_parts_) entries.insert(entries.end(), part.entries.begin(), part.entries.end());
  take_programmes(std::move(entries));
}

void TsDemuxer::take_programmes(std::vector<Pat::Entry> entries) {
  if (entries.size() > kMaxProgrammes) entries.resize(kMaxProgrammes);
  std::vector<Candidate> candidates;
  for (const Pat::Entry& entry : entries) {
    const auto same = std::ranges::find_if(candidates_, [&](const Candidate& old) { return old.entry == entry; });
    if (same != candidates_.end()) {
      candidates.push_back(std::move(*same));
      same->entry = {};
    } else {
      candidates.emplace_back();
      candidates.back().entry = entry;
    }
  }
  candidates_ = std::move(candidates);
  const bool gone =
      chosen_ && std::ranges::none_of(candidates_, [this](const Candidate& c) { return c.entry.program == *chosen_; });
  if (gone) {
    programme_.clear();
    chosen_.reset();
  }
  assign_uses();
  choose();
}

void TsDemuxer::on_pmt_section(Candidate& candidate, std::span<const std::uint8_t> section) {
  ++candidate.seen;
  const bool changed = !std::ranges::equal(section, candidate.section);
  if (changed) {
    std::optional<Pmt> pmt = parse_pmt(section);
    if (!pmt) return;
    candidate.section.assign(section.begin(), section.end());
    candidate.pmt = std::move(pmt);
  }
  if (!chosen_) return choose();
  if (changed && candidate.entry.program == *chosen_) {
    programme_.update(*candidate.pmt);
    assign_uses();
  }
}

const TsDemuxer::Candidate* TsDemuxer::first_playable() const {
  const bool once_around = std::ranges::any_of(candidates_, [](const Candidate& c) { return c.seen >= 2; });
  for (const Candidate& candidate : candidates_) {
    if (!candidate.pmt && !once_around) return nullptr;
    if (candidate.pmt && is_playable(*candidate.pmt)) return &candidate;
  }
  return nullptr;
}

void TsDemuxer::choose() {
  if (chosen_) return;
  const Candidate* choice = nullptr;
  if (wanted_) {
    for (const Candidate& candidate : candidates_) {
      if (candidate.entry.program == *wanted_ && candidate.pmt) choice = &candidate;
    }
  } else {
    choice = first_playable();
  }
  if (choice == nullptr) return;
  chosen_ = choice->entry.program;
  programme_.update(*choice->pmt);
  assign_uses();
}

void TsDemuxer::assign_uses() {
  std::ranges::fill(uses_, Use::kNone);
  for (const std::uint16_t pid : {kCatPid, kNitPid, kSdtPid, kEitPid}) uses_[pid] = Use::kSections;
  for (const PmtStream& stream : programme_.pmt().streams) {
    if (stream.stream_type == kSpliceStreamType) uses_[stream.pid] = Use::kSections;
  }
  for (const auto& stream : programme_.streams()) uses_[stream->track().id] = Use::kStream;
  if (programme_.known() && programme_.pcr_pid() != kNullPid && uses_[programme_.pcr_pid()] == Use::kNone) {
    uses_[programme_.pcr_pid()] = Use::kPcr;
  }
  for (const Candidate& candidate : candidates_) {
    const bool needed = chosen_ ? candidate.entry.program == *chosen_ : !wanted_ || candidate.entry.program == *wanted_;
    if (needed) uses_[candidate.entry.pmt_pid] = Use::kPmt;
  }
  uses_[kPatPid] = Use::kPat;
  ++generation_;
  std::erase_if(section_pids_, [this](const auto& entry) { return uses_[entry.first] != Use::kSections; });
}

Tr101290::Programme TsDemuxer::followed() const {
  Tr101290::Programme followed;
  if (!chosen_) return followed;
  followed.pcr_pid = programme_.pcr_pid();
  for (const Candidate& candidate : candidates_) {
    if (candidate.entry.program == *chosen_) followed.pmt_pid = candidate.entry.pmt_pid;
  }
  for (const PmtStream& stream : programme_.pmt().streams) {
    // Sections and texts come when there is something to say.
    const bool constant = !stream.description.empty();
    if (constant) followed.streams.push_back({stream.pid, true});
  }
  return followed;
}

void TsDemuxer::drop_partial() {
  pat_continuity_.forget();
  pat_sections_.forget();
  for (Candidate& candidate : candidates_) {
    candidate.continuity.forget();
    candidate.sections.forget();
  }
  for (auto& [pid, of] : section_pids_) {
    of.continuity.forget();
    of.sections.forget();
  }
  programme_.drop_partial();
}

std::string TsDemuxer::trouble() const {
  if (counts_.packets == 0) return "datagrams arrive but hold no MPEG-TS";
  if (!pat_seen_) return "datagrams arrive but no PAT";
  if (chosen_) return programme_.trouble();
  if (candidates_.empty()) return "the PAT names no programme";
  std::string known;
  for (const Candidate& candidate : candidates_) {
    known += (known.empty() ? "" : ", ") + std::to_string(candidate.entry.program);
    if (known.size() > 80) {
      known += ", ...";
      break;
    }
  }
  const auto has = [this](std::uint16_t program) {
    return std::ranges::any_of(candidates_, [program](const Candidate& c) { return c.entry.program == program; });
  };
  if (wanted_ && !has(*wanted_)) {
    return "programme " + std::to_string(*wanted_) + " is not in the PAT (it has " + known + ")";
  }
  if (wanted_) return "programme " + std::to_string(*wanted_) + " has no PMT";
  std::string foreign;
  for (const Candidate& candidate : candidates_) {
    if (!candidate.pmt) continue;
    for (const PmtStream& stream : candidate.pmt->streams) {
      if (stream.description.empty() || foreign.find(stream.description) != std::string::npos) continue;
      foreign += (foreign.empty() ? "" : ", ") + stream.description;
    }
  }
  if (foreign.empty()) return "no PMT arrives for the programmes in the PAT (" + known + ")";
  return (candidates_.size() == 1 ? "the programme carries nothing playable: "
                                  : "no programme carries anything playable: ") +
         foreign;
}

}  // namespace grandstand::ingest
