// SPDX-License-Identifier: MIT
#include "pull.hpp"

#include "av_input.hpp"
#include "feed_back_off.hpp"
#include "pacer.hpp"
#include "renewed_input.hpp"
#include "srt_input.hpp"

#include <grandstand/base/log.hpp>

#include <atomic>
#include <functional>
#include <future>
#include <utility>

namespace grandstand::ingest {

namespace {

constexpr std::chrono::milliseconds kLateTolerance{200};
constexpr std::chrono::milliseconds kMinTimeout{5'000};
// Longer than the distance of key pictures: before the first one, nothing can be shown.
constexpr std::chrono::milliseconds kPatience{20'000};
// Whoever ran this long worked: the next failure begins with the shortest pause again.
constexpr std::chrono::seconds kWorked{10};

// Reads until it fails or ends. Gives why.
std::string read_all(AvInput& input, const FeedSettings& feed, HandOver& out,
                     std::shared_ptr<const media::TrackSet>& told) {
  const bool paced = feed.url.starts_with("http");
  Pacer pacer(kLateTolerance);
  bool running = false;
  while (true) {
    Result<std::optional<media::Sample>> sample = input.read();
    if (!sample) return sample.error().message;
    if (!*sample) return "it ended";
    const auto tracks = input.tracks();
    if (tracks->tracks.empty()) continue;
    if (!running) {
      running = true;
      if (told) out.push(HandOver::Discontinuity{"the pull begins anew"});
      out.push_state(SourceState::kRunning, {});
    }
    if (told != tracks) {
      const auto before = std::exchange(told, tracks);
      if (!before || *before != *tracks) out.push(tracks);
    }
    for (media::SpliceCue& cue : input.take_cues()) out.push(std::move(cue));
    for (AvInput::GuideSection& section : input.take_guide()) out.push(std::move(section));
    if (paced && !tracks->is_text((*sample)->track) &&
        !out.wait_until(pacer.due((*sample)->track, (*sample)->dts, out.now())))
      return "stopped";
    if (!out.push(std::move(**sample))) return "stopped";
  }
}

// From connecting until it fails or ends. Gives why.
std::string read_srt(const FeedSettings& feed, HandOver& out) {
  const auto opened = SrtInput::open({.url = feed.url,
                                      .timeout = std::max(feed.silence_timeout, kMinTimeout),
                                      .stopped = [&out] { return out.stopped(); },
                                      .now = [&out] { return out.now(); }});
  if (!opened) return opened.error().message;
  out.push_state(SourceState::kRunning, {});
  while (true) {
    Result<SharedBytes> bytes = (*opened)->read();
    if (!bytes) return bytes.error().message;
    if (!out.push(std::move(*bytes))) return "stopped";
  }
}

// From opening until it fails or ends. Gives why.
std::string read_once(const FeedSettings& feed, HandOver& out, std::shared_ptr<const media::TrackSet>& told) {
  std::atomic<bool> over = false;
  AvInput::Settings settings;
  settings.url = feed.url;
  settings.program = feed.program;
  settings.timeout = std::max(feed.silence_timeout, kMinTimeout);
  settings.patience = std::max(settings.timeout, kPatience);
  settings.stopped = [&] { return over || out.stopped(); };
  settings.now = [&out] { return out.now(); };
  auto opened = AvInput::open(settings);
  if (!opened) return opened.error().message;
  auto input = std::move(opened).value();
  if (const std::string left_out = input->left_out(); !left_out.empty()) {
    log::warning("ingest", "not everything of the source is passed on",
                 {{"channel", out.channel()}, {"feed", log::redact(feed.url)}, {"left_out", left_out}});
  }
  if (input->keeps_what_it_read()) {
    const auto open = [settings] { return std::async(std::launch::async, AvInput::open, settings); };
    input = std::make_unique<RenewedInput>(std::move(input), RenewedInput::Settings{.open = open, .now = settings.now});
  }
  auto reason = read_all(*input, feed, out, told);
  over = true;  // what is being opened meanwhile is waited for
  return reason;
}

}  // namespace

void run_pull(const FeedSettings& feed, HandOver& out) {
  BackOff back_off = feed_back_off(out.channel(), feed.url);
  const bool srt = feed.url.starts_with("srt:");
  std::shared_ptr<const media::TrackSet> told;
  while (!out.stopped()) {
    const SteadyTime began = out.now();
    const std::string reason = srt ? read_srt(feed, out) : read_once(feed, out, told);
    if (out.stopped()) return;
    log::warning("ingest", "pull failed",
                 {{"channel", out.channel()}, {"feed", log::redact(feed.url)}, {"reason", reason}});
    out.push_state(SourceState::kDown, reason);
    if (out.now() - began >= kWorked) back_off.reset();
    if (!out.wait_for(back_off.next())) return;
  }
}

}  // namespace grandstand::ingest
