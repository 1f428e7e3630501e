// SPDX-License-Identifier: MIT
#include "http_probe.hpp"
#include "i_frame_probe.hpp"
#include "low_latency_probe.hpp"
#include "snapshot_rules.hpp"
#include "text.hpp"
#include "url.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/hlscheck/check.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace grandstand::hlscheck {
namespace {

constexpr Seconds kDefaultTarget{6};
constexpr double kPeakTolerance = 1.25;    // Aut 1.29
constexpr double kAverageTolerance = 1.1;  // Aut 1.28
constexpr Seconds kStandstill{3};          // target durations

// One run of all stages over what one URL leads to.
class Check {
 public:
  Check(const Options& options, const World& world) : session_(options, world), options_(options) {}

  Result<Report> run() {
    GRANDSTAND_TRY(const auto first, fetch_first());
    set_up(first);
    for (auto& playlist : playlists_) {
      if (playlist->reload()) check_answer(*playlist);
    }
    check_together();
    for (auto& playlist : playlists_) {
      if (playlist->known()) playlist->fetch_segments();
    }
    if (!is_file() && !playlists_.empty() && playlists_.front()->known())
      probe_http(session_, *playlists_.front(), findings_);
    probe_low_latency();
    watch();
    probe_i_frame_playlists();
    check_together();
    reload_variants();
    check_variants();
    check_standstill();
    return finish();
  }

 private:
  bool is_file() const { return options_.url.starts_with("file:"); }

  Result<fetch::Response> fetch_first() {
    GRANDSTAND_TRY(auto first, session_.get(options_.url));
    if (!is_success(first)) {
      return Error{ErrorCode::kUnavailable, log::redact(options_.url) + ": the answer is " +
                                                std::to_string(first.status) + ", a playlist was expected"};
    }
    if (!looks_like_playlist(first.body)) {
      return Error{ErrorCode::kUnsupported, log::redact(options_.url) + ": not an HLS playlist, #EXTM3U was expected"};
    }
    return first;
  }

  void add_playlist(const std::string& url) {
    if (url.empty() || !urls_.insert(url).second) return;
    if (playlists_.size() >= options_.max_playlists) {
      session_.note("only the first " + std::to_string(options_.max_playlists) + " media playlists were checked");
      return;
    }
    playlists_.push_back(std::make_unique<WatchedPlaylist>(url, root_, session_, findings_));
  }

  void set_up(const fetch::Response& first) {
    const auto base = first.url.empty() ? options_.url : first.url;
    Findings of_media;  // a media playlist is parsed again by who watches it
    auto playlist = parse_playlist(first.body, base, of_media);
    if (!playlist.multivariant) {
      add_playlist(options_.url);
      return;
    }
    root_ = parse_playlist(first.body, base, findings_);
    root_.url = options_.url;
    check_multivariant(root_, findings_);
    check_playlist_answer(first, options_.url, false, std::nullopt, findings_);
    for (const auto& variant : root_.variants) add_playlist(variant.url);
    for (const auto& rendition : root_.renditions) add_playlist(rendition.url);
    for (const auto& variant : root_.iframe_variants) add_playlist(variant.url);
  }

  void check_answer(WatchedPlaylist& playlist) {
    if (!playlist.last_answer()) return;
    check_playlist_answer(*playlist.last_answer(), playlist.url(), playlist.latest().live(), playlist.latest().target,
                          findings_);
  }

  std::vector<WatchedPlaylist*> known() const {
    std::vector<WatchedPlaylist*> result;
    for (const auto& playlist : playlists_) {
      if (playlist->known()) result.push_back(playlist.get());
    }
    return result;
  }

  void check_together() {
    std::vector<const Playlist*> latest;
    for (const auto* playlist : known()) {
      if (standstill(*playlist) == Seconds(0)) latest.push_back(&playlist->latest());
    }
    check_renditions(latest, findings_);
  }

  void probe_low_latency() {
    if (is_file()) return;
    bool first = true;
    for (auto* playlist : known()) {
      const auto& latest = playlist->latest();
      if (latest.iframes_only || !latest.server_control) continue;
      LowLatencyProbe probe(session_, *playlist, findings_);
      if (latest.ended) {
        probe.probe_ended();
        continue;
      }
      const bool blocks = latest.server_control->attributes.yes("CAN-BLOCK-RELOAD");
      if (blocks) probe.probe_blocking();
      if (blocks && first) probe.probe_wrong_directives();
      probe.probe_hint();
      probe.probe_part_bytes();
      probe.probe_delta();
      probe.probe_reports(known());
      probe.check_setting();
      first = false;
    }
  }

  void probe_i_frame_playlists() {
    for (auto* playlist : known()) {
      const bool named = std::ranges::any_of(root_.iframe_variants,
                                             [&](const Tag& variant) { return variant.url == playlist->url(); });
      if (!named && !playlist->latest().iframes_only) continue;
      if (!is_file()) playlist->reload();
      probe_i_frames(*playlist, session_, findings_);
    }
  }

  std::chrono::milliseconds interval() const {
    Seconds shortest{1};
    for (const auto* playlist : known()) {
      shortest =
          std::min(shortest, playlist->latest().low_latency() ? Seconds(0.2)
                                                              : playlist->latest().target.value_or(kDefaultTarget) / 8);
    }
    return std::max(std::chrono::milliseconds(200), std::chrono::duration_cast<std::chrono::milliseconds>(shortest));
  }

  void watch() {
    const auto deadline = session_.now() + options_.duration;
    if (is_file()) return;
    while (!session_.stopped() && session_.now() < deadline) {
      bool live = false;
      for (auto* playlist : known()) {
        if (playlist->latest().ended) continue;
        live = true;
        if (playlist->reload()) playlist->fetch_segments();
        playlist->fetch_removed();
      }
      if (!live) return;
      session_.sleep(interval());
    }
  }

  WatchedPlaylist* find(const std::string& url) const {
    const auto found = std::ranges::find_if(playlists_, [&](const auto& playlist) { return playlist->url() == url; });
    return found == playlists_.end() || !(*found)->known() ? nullptr : found->get();
  }

  // Rates of a live stream may be measured ones: those of now count.
  void reload_variants() {
    if (!root_.multivariant || is_file() || session_.stopped()) return;
    const auto again = session_.get(options_.url);
    if (!again || !is_success(*again) || !looks_like_playlist(again->body)) {
      findings_.must(18, root_.at(), "it cannot be had again", "a whole playlist each time");
      return;
    }
    Findings known;
    for (auto& variant : parse_playlist(again->body, again->url.empty() ? options_.url : again->url, known).variants) {
      const auto url = variant.url;
      variants_now_.emplace(url, std::move(variant));
    }
  }

  // Rule 34: of the attribute, what it said at first and says now.
  void check_rate(const Tag& variant, const char* attribute, double measured, double tolerance, Grade worst) {
    const auto found = variants_now_.find(variant.url);
    const auto number = [&](const Tag& tag) {
      return static_cast<double>(tag.attributes.integer(attribute).value_or(0));
    };
    measured = std::floor(measured);  // attributes are whole numbers, rounded either way
    const double first = number(variant);
    const double now = found == variants_now_.end() ? first : number(found->second);
    if (first <= 0 || measured <= first) return;
    const auto wrong = "the variant in line " + std::to_string(variant.line) + " has " +
                       std::to_string(static_cast<std::int64_t>(measured)) + " bit/s, " + attribute + " is " +
                       std::to_string(static_cast<std::int64_t>(first));
    if (measured > tolerance * std::max(first, now)) {
      findings_.add(worst, 34, root_.at(variant.line), wrong, std::string(attribute) + " that is true");
    } else if (worst == Grade::kMust || measured > tolerance * first) {
      findings_.should(34, root_.at(variant.line), wrong, std::string(attribute) + " that is true from the start");
    }
  }

  // Rules 34 and 35: what a variant says against the media of its playlist and its groups.
  void check_variant(const Tag& variant) {
    const auto* playlist = find(variant.url);
    if (!playlist || playlist->sequence().tracks().empty()) return;
    const auto place = root_.at(variant.line);
    const auto target = playlist->latest().target.value_or(kDefaultTarget);
    auto tracks = playlist->sequence().tracks();
    double peak = playlist->sequence().peak_rate(target);
    double average = playlist->sequence().average_rate();
    double audio_peak = 0;
    double audio_average = 0;
    for (const auto& rendition : root_.renditions) {
      const auto type = rendition.attributes.text("TYPE");
      const auto* other = find(rendition.url);
      if (!other || other == playlist || type != "AUDIO" ||
          rendition.attributes.text("GROUP-ID") != variant.attributes.text("AUDIO")) {
        continue;
      }
      audio_peak = std::max(audio_peak, other->sequence().peak_rate(target));
      audio_average = std::max(audio_average, other->sequence().average_rate());
      tracks.insert(tracks.end(), other->sequence().tracks().begin(), other->sequence().tracks().end());
    }
    peak += audio_peak;
    average += audio_average;
    check_codecs(place, variant.attributes.text("CODECS"), tracks, playlist->sequence().container(), findings_);
    check_rate(variant, "BANDWIDTH", peak, playlist->latest().live() ? kPeakTolerance : kAverageTolerance,
               Grade::kMust);
    check_rate(variant, "AVERAGE-BANDWIDTH", average, kAverageTolerance, Grade::kShould);
  }

  void check_variants() {
    const WatchedPlaylist* reference = nullptr;
    for (const auto& variant : root_.variants) {
      check_variant(variant);
      const auto* playlist = find(variant.url);
      if (!playlist || playlist->sequence().container() != SegmentMedia::Container::kFmp4) continue;
      if (!std::ranges::any_of(playlist->sequence().tracks(), [](const auto& track) { return track.video(); }))
        continue;
      if (reference && reference != playlist)
        check_starts(Place{playlist->url()}, reference->sequence(), playlist->sequence(), findings_);
      if (!reference) reference = playlist;
    }
  }

  // How long it has not advanced while another one did; zero when it goes on.
  Seconds standstill(const WatchedPlaylist& playlist) const {
    const auto& latest = playlist.latest();
    if (!latest.live() || latest.iframes_only) return Seconds(0);
    SteadyTime newest = playlist.watch().last_segment_at();
    for (const auto* other : known()) newest = std::max(newest, other->watch().last_segment_at());
    const Seconds still = newest - playlist.watch().last_segment_at();
    return still > kStandstill.count() * latest.target.value_or(kDefaultTarget) ? still : Seconds(0);
  }

  void check_standstill() {
    for (const auto* playlist : known()) {
      if (const auto still = standstill(*playlist); still > Seconds(0)) {
        findings_.must(32, playlist->latest().at(),
                       "it stands still for " + seconds_text(still) + " while others advance",
                       "all playlists of a stream advance");
      }
    }
  }

  Report finish() {
    if (findings_.full()) session_.note("more different faults were found than are listed");
    if (session_.stopped())
      session_.note("the check ended early: it was interrupted, or a limit of requests or bytes was reached");
    auto report = std::move(session_.report());
    report.url = log::redact(options_.url);
    report.findings = findings_.sorted();
    report.playlists = known().size();
    return report;
  }

  Session session_;
  const Options& options_;
  Findings findings_;
  Playlist root_;                            // empty when the URL was a media playlist's
  std::map<std::string, Tag> variants_now_;  // at the end, by URL
  std::set<std::string> urls_;
  std::vector<std::unique_ptr<WatchedPlaylist>> playlists_;
};

}  // namespace

Result<Report> check(const Options& options, const World& world) {
  return Check(options, world).run();
}

}  // namespace grandstand::hlscheck
