// SPDX-License-Identifier: MIT
#include "admitted_streams.hpp"

#include "site.hpp"
#include "stream_connection.hpp"

#include <utility>

namespace grandstand::http {
namespace {

constexpr std::chrono::seconds kRenewal{5};

}  // namespace

void AdmittedStreams::add(std::shared_ptr<BodyStream> stream, access::Viewing viewing) {
  streams_.push_back({std::move(stream), std::move(viewing), {}});
}

void AdmittedStreams::renew(Site& site, aio::Loop& loop, SteadyTime now) {
  std::erase_if(streams_, [](const Stream& stream) { return !stream.body->open(); });
  auto* const gate = site.parts.gate;
  if (gate == nullptr) return;
  for (auto& stream : streams_) {
    if (now - stream.asked < kRenewal || gate->open_to_all(stream.viewing.channel)) continue;
    stream.asked = now;
    gate->ask(loop, stream.viewing, [body = stream.body](const access::Verdict& verdict) {
      // An outage of who decides ends nothing that was allowed.
      if (!verdict.allowed() && verdict.refusal != access::Refusal::kUnavailable) body->end();
    });
  }
}

}  // namespace grandstand::http
