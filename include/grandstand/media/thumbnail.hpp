// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace grandstand::media {

// A small picture, not encoded: planes Y, Cb and Cr one behind the other, full range, chroma halved both ways.
struct SmallPicture {
  int width = 0;  // even
  int height = 0;
  std::vector<std::uint8_t> planes;
};

struct Thumbnail {
  static constexpr int kWidth = 320;
  static constexpr int kTileWidth = 160;

  SharedBytes jpeg;  // kWidth wide
  int height = 0;
  SmallPicture tile;  // the same, kTileWidth wide, for a sheet
};

// Makes thumbnails of a video track's key frames. Blocking and CPU-bound: run it on a thread of its own
// (channels::ThumbnailWorker).
class Thumbnailer {
 public:
  static Result<std::unique_ptr<Thumbnailer>> create(const Track& input);
  virtual ~Thumbnailer() = default;
  // `sample` is a key frame. A damaged one is an error and does no harm.
  virtual Result<Thumbnail> make(const Sample& sample) = 0;
};

Result<SharedBytes> encode_jpeg(const SmallPicture& picture);

// Thumbnails of one size side by side, row by row: what players' seek bars show.
class ThumbnailSheet {
 public:
  static constexpr int kColumns = 5;
  static constexpr int kRows = 5;
  static constexpr std::size_t kTiles = std::size_t{kColumns} * kRows;

  ThumbnailSheet(int tile_width, int tile_height);

  // False: it is full, or the tile has another size.
  bool add(const SmallPicture& tile);
  std::size_t size() const { return size_; }
  int tile_width() const { return tile_width_; }
  int tile_height() const { return tile_height_; }
  // What is not there yet is black.
  Result<SharedBytes> jpeg() const;

 private:
  int tile_width_;
  int tile_height_;
  std::size_t size_ = 0;
  SmallPicture picture_;
};

}  // namespace grandstand::media
