// SPDX-License-Identifier: MIT
#include <grandstand/ingest/signal_report.hpp>

namespace grandstand::ingest {

std::string_view to_string(SignalCheck check) {
  switch (check) {
    case SignalCheck::kSyncLoss:
      return "sync_loss";
    case SignalCheck::kSyncByte:
      return "sync_byte";
    case SignalCheck::kPat:
      return "pat";
    case SignalCheck::kContinuity:
      return "continuity";
    case SignalCheck::kPmt:
      return "pmt";
    case SignalCheck::kPid:
      return "pid";
    case SignalCheck::kTransport:
      return "transport";
    case SignalCheck::kCrc:
      return "crc";
    case SignalCheck::kPcrRepetition:
      return "pcr_repetition";
    case SignalCheck::kPcrDiscontinuity:
      return "pcr_discontinuity";
    case SignalCheck::kPts:
      return "pts";
    case SignalCheck::kCat:
      return "cat";
  }
  return "unknown";
}

int priority_of(SignalCheck check) {
  return check <= SignalCheck::kPid ? 1 : 2;
}

}  // namespace grandstand::ingest
