// SPDX-License-Identifier: MIT
#pragma once

#include "continuity.hpp"
#include "eit_collector.hpp"
#include "psi.hpp"
#include "splice_info.hpp"
#include "tr101290.hpp"
#include "ts_counts.hpp"
#include "ts_packet.hpp"
#include "ts_programme.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/media/sample_sink.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grandstand::ingest {

// Takes one programme out of a transport stream (headend.md 5.1): packets in, tracks and samples out.
//
// The programme is the one that is wanted or else the first in the PAT with a stream that we play; for that choice each
// PMT is waited for until one comes a second time. A PAT or PMT that changes is followed. Without a PAT that names a
// programme any more, another one is chosen only if none is wanted.
//
// Pure: time is given. Owner: the source.   Runs on: its loop.
class TsDemuxer {
 public:
  static constexpr std::size_t kMaxProgrammes = 256;

  // `sink` outlives it.
  TsDemuxer(std::optional<std::uint16_t> wanted, media::SampleSink& sink);

  // Whole packets of 188 bytes.
  void push(std::span<const std::uint8_t> packets);

  // Lets waiting end in real time, when media time does not pass.
  void tick(SteadyTime now) { programme_.tick(now); }

  // Nothing follows: gives out what is complete.
  void finish() { programme_.finish(); }

  // The transport was interrupted: forgets what is half there; the next packets are no continuity error.
  void drop_partial();

  const TsCounts& counts() const { return counts_; }

  // The programme that is taken, for the checks; another generation() says that it may be another one.
  Tr101290::Programme followed() const;
  std::uint64_t generation() const { return generation_; }

  // Why no samples come, for people; empty when nothing is known against it.
  std::string trouble() const;

 private:
  enum class Use : std::uint8_t { kNone, kPat, kPmt, kStream, kPcr, kSections };

  // Where the sections of one PID come together.
  struct SectionPid {
    SectionAssembler sections;
    Continuity continuity;
  };

  // A programme of the PAT.
  struct Candidate {
    Pat::Entry entry;
    SectionAssembler sections;
    Continuity continuity;
    std::vector<std::uint8_t> section;  // the last one, to see a change
    std::optional<Pmt> pmt;
    unsigned seen = 0;
  };

  void push_packet(const std::uint8_t* bytes);
  void on_pat_packet(const TsPacket& packet);
  void on_pmt_packet(const TsPacket& packet);
  void on_section_packet(const TsPacket& packet);
  // CAT, NIT, SDT, EIT, and splice_info_sections of the programme.
  void on_section(std::uint16_t pid, std::span<const std::uint8_t> section);
  void on_splice_section(std::span<const std::uint8_t> section);
  void on_pat_section(std::span<const std::uint8_t> section);
  void on_pmt_section(Candidate& candidate, std::span<const std::uint8_t> section);
  void take_programmes(std::vector<Pat::Entry> entries);
  void choose();
  const Candidate* first_playable() const;
  void assign_uses();
  bool take_section_packet(const TsPacket& packet, Continuity& continuity, SectionAssembler& sections);

  // given
  std::optional<std::uint16_t> wanted_;
  media::SampleSink& sink_;

  // state
  TsCounts counts_;
  std::vector<Use> uses_;  // by PID
  Continuity pat_continuity_;
  SectionAssembler pat_sections_;
  std::vector<std::uint8_t> pat_section_;
  std::map<std::uint8_t, Pat> pat_parts_;
  bool pat_seen_ = false;
  std::vector<Candidate> candidates_;
  std::map<std::uint16_t, SectionPid> section_pids_;  // of use kSections
  std::optional<std::uint16_t> chosen_;
  std::uint64_t generation_ = 0;
  TsProgramme programme_;
  EitCollector guide_;  // of the chosen programme
  SpliceCues cues_;
};

}  // namespace grandstand::ingest
