// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace grandstand::ingest {

// The NAL units between the start codes (3 or 4 bytes) of an Annex B stream, without the zero bytes that trail them.
// The spans point into `bytes`.
std::vector<std::span<const std::uint8_t>> split_annex_b(std::span<const std::uint8_t> bytes);

// Fills width, height and frame_rate (0 when the stream does not say) from decoder_config of an H.264 or HEVC track.
// The picture size is the cropped one, as displayed.
Status describe_video(media::Track& track);

// An AAC track (id 0) with decoder_config, sample_rate and channels. The rate is that of the AAC core: a frame lasts
// 1024 of its samples, also in HE-AAC.
Result<media::Track> describe_aac(std::span<const std::uint8_t> audio_specific_config);

// ISO/IEC 14496-3 AudioSpecificConfig of plain AAC; `object_type` 2 is AAC-LC. Channels 1..6 and 8.
SharedBytes make_audio_specific_config(int object_type, int sample_rate, int channels);

}  // namespace grandstand::ingest
