// SPDX-License-Identifier: MIT
#include "read_piece.hpp"

#include "file_io.hpp"
#include "playlists.hpp"
#include "selection.hpp"

#include <grandstand/hls/segment_cipher.hpp>

#include <algorithm>

namespace grandstand::dvr {
namespace {

// A channel of which nothing has come for so long is not waited for.
constexpr std::chrono::seconds kPatience{120};

bool is_stream(const ReelHead& head) {
  return head.kind == "variant" && head.container == "ts";
}

// The first TS variant that has something of the stretch, and where.
bool place(const RenditionShelves& renditions, Playhead& head, UtcTime now) {
  for (const auto& [name, rendition] : renditions) {
    const auto selection = select_range(*rendition, head.from, head.until, now);
    if (selection.empty() || !is_stream(selection.pieces.front().contents->head)) continue;
    head.rendition = name;
    head.next = selection.sequence();
    return true;
  }
  return false;
}

// As it is in the continuous stream of live.
std::optional<SharedBytes> decrypt(const ChannelId& channel, const std::string& secret, const std::string& rendition,
                                   std::uint64_t sequence, const Entry& entry, const SharedBytes& bytes) {
  if (secret.empty()) return {};
  return hls::SegmentCipher(channel, secret, 1, UtcTime{}).decrypt(rendition, sequence, entry.key_line, bytes);
}

ReelPtr reel_with(const Reels& reels, std::uint64_t sequence) {
  const auto found = std::find_if(reels.begin(), reels.end(), [&](const ReelPtr& reel) {
    return sequence >= reel->name().sequence && sequence - reel->name().sequence < reel->count;
  });
  return found == reels.end() ? nullptr : *found;
}

}  // namespace

Result<Piece> read_piece(const ChannelShelf& channel, Playhead head, UtcTime now, const std::string& secret) {
  const auto renditions = channel.renditions.load();
  if (!head.next && !place(*renditions, head, now)) {
    const auto length = std::chrono::duration_cast<std::chrono::seconds>(head.until - head.from);
    return nothing_there(channel, {Stretch::Kind::kRange, head.from, length, {}}, now);
  }
  const auto rendition = renditions->find(head.rendition);
  if (rendition == renditions->end()) return nothing_there(channel);
  const auto reels = rendition->second->reels.load();
  if (reels->empty()) return nothing_there(channel);
  const auto recorded = reels->back()->end();  // before looking, so that what makes it whole is found
  // Whoever reads more slowly than the archive expires goes on with what there is.
  head.next = std::max(*head.next, reels->front()->name().sequence);
  while (const auto reel = reel_with(*reels, *head.next)) {
    const auto contents = reel->contents(now);
    const auto index = *head.next - reel->name().sequence;
    if (index >= contents->count) break;
    const auto& entry = contents->at(index);
    if (entry.date >= head.until) return Piece{{}, true, std::move(head)};
    ++*head.next;
    if (entry.size == 0) continue;  // a gap
    reel->extend_lease(now + kPatience);
    auto bytes = read_range(reel->media_file(), entry.offset, entry.size);
    if (!bytes) continue;
    if (entry.key_line.empty()) return Piece{std::move(*bytes), false, std::move(head)};
    auto plain = decrypt(channel.id, secret, head.rendition, reel->name().source_sequence + index, entry, *bytes);
    if (!plain) {
      return Error{ErrorCode::kUnsupported,
                   "the archive of " + channel.id.value() + " is encrypted there with the keys of another daemon"};
    }
    return Piece{std::move(*plain), false, std::move(head)};
  }
  return Piece{{}, recorded >= head.until || now > recorded + kPatience, std::move(head)};
}

}  // namespace grandstand::dvr
