// SPDX-License-Identifier: MIT
#include "verify_command.hpp"

#include "interrupt.hpp"

#include <grandstand/ballots/audit.hpp>
#include <grandstand/fetch/fetch.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

#include <CLI/CLI.hpp>

namespace grandstand::app {
namespace {

constexpr int kUnsound = 1;
constexpr int kCouldNotCheck = 2;
constexpr std::size_t kMostBytes = 256u << 20;

bool is_url(const std::string& place) {
  return place.starts_with("http://") || place.starts_with("https://");
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorCode::kNotFound, path + " cannot be opened"};
  std::string text;
  for (std::istreambuf_iterator<char> at(file), end; at != end && text.size() <= kMostBytes; ++at) text += *at;
  if (text.size() > kMostBytes) return Error{ErrorCode::kTooLarge, path + " has more than 256 MiB"};
  return text;
}

Result<ballots::Exhibit> read_place(const std::string& place) {
  if (!is_url(place)) {
    GRANDSTAND_TRY(const auto text, read_file(place));
    return ballots::read_exhibit(text);
  }
  const auto answer = fetch::perform({.url = place}, interrupted);
  if (!answer) return answer.error();
  if (answer->status != 200) {
    return Error{ErrorCode::kUnavailable,
                 "the server answers " + std::to_string(answer->status) + ": " + answer->body.substr(0, 300)};
  }
  return ballots::read_exhibit(answer->body);
}

// A long poll comes in pages.
Result<ballots::Exhibit> read_all(const std::string& place) {
  GRANDSTAND_TRY(auto exhibit, read_place(place));
  auto* const record = std::get_if<ballots::PollRecord>(&exhibit);
  while (record != nullptr && record->next) {
    if (!is_url(place)) {
      return Error{ErrorCode::kInvalidArgument,
                   place + " is one page of a longer poll: give the URL that it is from, with --save for all of it"};
    }
    const auto from = *record->next;
    GRANDSTAND_TRY(auto page, read_place(place + "&from=" + std::to_string(from)));
    auto* const more = std::get_if<ballots::PollRecord>(&page);
    if (more == nullptr || more->ballots.empty() || more->ballots.front().index != from) {
      return Error{ErrorCode::kUnavailable, "the page from ballot " + std::to_string(from) + " is not one"};
    }
    std::move(more->ballots.begin(), more->ballots.end(), std::back_inserter(record->ballots));
    record->next = more->next;
  }
  return exhibit;
}

Result<ballots::Audit> check(const VerifyOptions& options) {
  ballots::Trust trust;
  if (!options.key.empty()) {
    GRANDSTAND_TRY(trust.key, ballots::read_public_key(options.key));
  }
  if (!options.root.empty()) {
    GRANDSTAND_TRY(trust.root, ballots::digest_from_base64(options.root));
  }
  GRANDSTAND_TRY(const auto exhibit, read_all(options.place));
  if (const auto* receipt = std::get_if<ballots::Receipt>(&exhibit)) {
    if (options.poll.empty()) return ballots::audit(*receipt, trust);
    GRANDSTAND_TRY(const auto poll, read_all(options.poll));
    if (const auto* record = std::get_if<ballots::PollRecord>(&poll)) return ballots::audit(*receipt, *record, trust);
    return Error{ErrorCode::kInvalidArgument, options.poll + " is not an exported poll"};
  }
  const auto& record = std::get<ballots::PollRecord>(exhibit);
  if (!options.save.empty() && !(std::ofstream(options.save, std::ios::binary) << ballots::write_record(record))) {
    return Error{ErrorCode::kUnavailable, options.save + " cannot be written"};
  }
  return ballots::audit(record, trust);
}

}  // namespace

void add_verify_options(CLI::App& command, VerifyOptions& options) {
  command.add_option("place", options.place, "An exported poll or a receipt: a file, or the URL of the export")
      ->required();
  command.add_option("--key", options.key, "The public key that must have signed the result");
  command.add_option("--root", options.root, "The root that the result must have, in base64");
  command.add_option("--poll", options.poll, "With a receipt: the exported poll in which its ballot must count");
  command.add_option("--save", options.save, "Where to keep the exported poll as one file");
  command.add_flag("--json", options.json, "Print one JSON object");
}

int run_verify_command(const VerifyOptions& options) {
  watch_interrupts();
  const auto audit = check(options);
  if (!audit) {
    std::fprintf(stderr, "grandstand: %s\n", audit.error().message.c_str());
    return kCouldNotCheck;
  }
  std::fputs((options.json ? ballots::to_json(*audit) : ballots::to_text(*audit)).c_str(), stdout);
  return audit->sound() ? 0 : kUnsound;
}

}  // namespace grandstand::app
