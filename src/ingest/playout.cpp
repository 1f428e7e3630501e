// SPDX-License-Identifier: MIT
#include "playout.hpp"

#include "av_input.hpp"
#include "feed_back_off.hpp"
#include "pacer.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/text.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <utility>

namespace grandstand::ingest {

namespace {

constexpr std::chrono::milliseconds kLateTolerance{1'000};
constexpr std::size_t kMaxFiles = 10'000;
// Playing less than this in a loop would be nothing but opening files.
constexpr media::MediaTime kShortest = std::chrono::milliseconds{100};
// Enough to have met the first sample of each track.
constexpr std::size_t kLookAhead = 64;

// Texts come now and then: they say nothing about when a file begins and how long it is.
std::optional<media::MediaTime> first_time(const std::deque<media::Sample>& samples, const media::TrackSet& tracks) {
  std::optional<media::MediaTime> first;
  for (const media::Sample& sample : samples) {
    if (!tracks.is_text(sample.track)) first = std::min(first.value_or(sample.dts), sample.dts);
  }
  return first;
}

// One endless programme made of files.
class Playout {
 public:
  Playout(FeedSettings feed, HandOver& out) : feed_(std::move(feed)), out_(out), pacer_(kLateTolerance) {}

  void run();

 private:
  Result<std::vector<std::string>> list_files() const;
  Status play(const std::string& path);
  Status give(AvInput& input, media::Sample sample, media::MediaTime offset);
  void begin(AvInput& input);

  FeedSettings feed_;
  HandOver& out_;
  Pacer pacer_;
  bool down_ = true;    // nothing was given since the last failure
  bool joined_ = true;  // the discontinuity of this file was announced
  bool ever_ = false;
  std::shared_ptr<const media::TrackSet> told_;
  std::string left_out_told_;  // a file that is repeated is logged once
  media::MediaTime end_{0};    // of everything so far
  std::map<std::uint32_t, media::MediaTime> last_dts_;
};

void Playout::run() {
  BackOff back_off = feed_back_off(out_.channel(), feed_.url);
  while (!out_.stopped()) {
    std::string reason;
    bool played = false;
    Result<std::vector<std::string>> files = list_files();
    if (!files) {
      reason = files.error().message;
    } else {
      for (const std::string& file : *files) {
        const Status status = play(file);
        if (out_.stopped()) return;
        if (status) {
          played = true;
          continue;
        }
        reason = "\"" + file + "\": " + status.error().message;
        log::warning("ingest", "file cannot be played", {{"channel", out_.channel()}, {"reason", reason}});
      }
    }
    if (played) {
      back_off.reset();
      continue;
    }
    down_ = true;
    out_.push_state(SourceState::kDown, reason);
    if (!out_.wait_for(back_off.next())) return;
  }
}

Result<std::vector<std::string>> Playout::list_files() const {
  const std::string path = playout_path(feed_.url);
  if (is_playlist(path)) return read_playlist(path);
  return std::vector<std::string>{path};
}

Status Playout::play(const std::string& path) {
  AvInput::Settings settings;
  settings.url = path;
  settings.local = true;
  settings.program = feed_.program;
  settings.stopped = [this] { return out_.stopped(); };
  settings.now = [this] { return out_.now(); };
  GRANDSTAND_TRY(const std::unique_ptr<AvInput> input, AvInput::open(std::move(settings)));
  if (std::string left_out = input->left_out(); left_out != left_out_told_) {
    left_out_told_ = std::move(left_out);
    if (!left_out_told_.empty()) {
      log::warning("ingest", "not everything of the source is passed on",
                   {{"channel", out_.channel()}, {"file", path}, {"left_out", left_out_told_}});
    }
  }

  // Where the file begins shows only when each track has been met.
  std::deque<media::Sample> head;
  bool more = true;
  while (more && head.size() < kLookAhead) {
    GRANDSTAND_TRY(std::optional<media::Sample> sample, input->read());
    more = sample.has_value();
    if (more) head.push_back(std::move(*sample));
  }
  const auto begin = first_time(head, *input->tracks());
  if (!begin) return Error{ErrorCode::kUnsupported, "it holds no samples"};
  const media::MediaTime offset = ever_ ? end_ - *begin : media::MediaTime{0};

  joined_ = false;
  last_dts_.clear();
  const media::MediaTime began = *begin + offset;
  for (media::Sample& sample : head) {
    GRANDSTAND_RETURN_IF_ERROR(give(*input, std::move(sample), offset));
  }
  while (more) {
    Result<std::optional<media::Sample>> sample = input->read();
    // What was given stays given; a file that breaks off in the middle has played to there.
    if (!sample || !*sample) break;
    GRANDSTAND_RETURN_IF_ERROR(give(*input, std::move(**sample), offset));
  }
  if (end_ - began < kShortest) return Error{ErrorCode::kUnsupported, "it is shorter than 100 ms"};
  return success();
}

void Playout::begin(AvInput& input) {
  if (!std::exchange(joined_, true) && ever_) out_.push(HandOver::Discontinuity{"the next file begins"});
  if (std::exchange(down_, false)) out_.push_state(SourceState::kRunning, {});
  ever_ = true;
  const auto tracks = input.tracks();
  const auto before = std::exchange(told_, tracks);
  if (!before || *before != *tracks) out_.push(tracks);
}

Status Playout::give(AvInput& input, media::Sample sample, media::MediaTime offset) {
  if (input.tracks() != told_ || !joined_) begin(input);
  sample.dts += offset;
  sample.pts += offset;
  for (media::SpliceCue& cue : input.take_cues()) {
    cue.pts += offset;
    out_.push(std::move(cue));
  }
  if (!told_->is_text(sample.track)) {
    const auto [last, first] = last_dts_.try_emplace(sample.track, sample.dts);
    media::MediaTime duration = sample.duration;
    if (duration <= media::MediaTime{0} && !first) duration = sample.dts - last->second;
    last->second = sample.dts;
    end_ = std::max(end_, sample.dts + std::max(duration, media::MediaTime{0}));
    out_.wait_until(pacer_.due(sample.track, sample.dts, out_.now()));
  }
  if (!out_.push(std::move(sample))) return Error{ErrorCode::kCancelled, "stopped"};
  return success();
}

}  // namespace

std::string playout_path(std::string_view url) {
  if (url.starts_with("file:")) {
    url.remove_prefix(5);
    if (url.starts_with("//")) url.remove_prefix(2);
  }
  return std::string(url);
}

bool is_playlist(std::string_view path) {
  return path.ends_with(".m3u") || path.ends_with(".m3u8") || path.ends_with(".txt");
}

Result<std::vector<std::string>> read_playlist(const std::string& path) {
  std::ifstream in(path);
  if (!in) return Error{ErrorCode::kNotFound, "playlist \"" + path + "\": " + std::strerror(errno)};
  std::vector<std::string> files;
  std::string line;
  while (std::getline(in, line) && files.size() < kMaxFiles) {
    const std::string_view entry = trim(line);
    if (entry.empty() || entry.front() == '#') continue;
    if (entry.find("://") != std::string_view::npos && !entry.starts_with("file://")) {
      return Error{ErrorCode::kInvalidArgument,
                   "playlist \"" + path + "\": \"" + log::redact(entry) + "\" is not a file of this machine"};
    }
    std::filesystem::path file(playout_path(entry));
    if (file.is_relative()) file = std::filesystem::path(path).parent_path() / file;
    files.push_back(file.string());
  }
  if (files.empty()) return Error{ErrorCode::kInvalidArgument, "playlist \"" + path + "\" names no file"};
  return files;
}

void run_playout(const FeedSettings& feed, HandOver& out) {
  Playout(feed, out).run();
}

}  // namespace grandstand::ingest
