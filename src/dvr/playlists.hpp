// SPDX-License-Identifier: MIT
#pragma once

#include "gzip_pieces.hpp"
#include "shelf.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/dvr/archive.hpp>

namespace grandstand::dvr {

// Playlists over a rendition's or a channel's past. Blocking (they read indices), from any thread. kNotFound when there
// is nothing of the stretch; the message says what there is.

Result<hls::ResourcePtr> make_media_playlist(const ChannelShelf& channel, const RenditionShelf& rendition,
                                             const Question& question, UtcTime now);
Result<hls::ResourcePtr> make_multivariant_playlist(const ChannelShelf& channel, const Question& question, UtcTime now);

// Beyond this the end of a range will not be recorded any more.
constexpr std::chrono::seconds kLate{120};
UtcTime end_of(const Stretch& stretch);  // of a kRange

// `settled`: it will not change any more.
hls::ResourcePtr to_resource(GzipPieces& pieces, std::string etag, bool settled);

// "the archive of news has 2026-11-21T08:00:00.000Z to 2026-11-21T12:00:00.000Z"
Error nothing_there(const ChannelShelf& channel);
// Of a range. Where it lies between recordings: "nothing of news was recorded from 2026-11-21T09:00:00.000Z to
// 2026-11-21T09:30:00.000Z; the nearest recording ends at 2026-11-21T08:59:58.000Z"
Error nothing_there(const ChannelShelf& channel, const Stretch& stretch, UtcTime now);

}  // namespace grandstand::dvr
