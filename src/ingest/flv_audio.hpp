// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <span>

namespace grandstand::ingest {

// A track (id 0) with sample_rate and channels: of AAC from its AudioSpecificConfig, of Opus from OpusHead (RFC 7845
// 5.1), of AC-3 and E-AC-3, which have no sequence header, from a frame.
Result<media::Track> describe_audio(media::Codec codec, std::span<const std::uint8_t> bytes);

// How many samples of the track's rate a frame lasts; 0 when it is damaged.
int audio_frame_samples(media::Codec codec, std::span<const std::uint8_t> frame);

}  // namespace grandstand::ingest
