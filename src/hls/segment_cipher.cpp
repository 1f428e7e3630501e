// SPDX-License-Identifier: MIT
#include <grandstand/base/assert.hpp>
#include <grandstand/base/text.hpp>
#include <grandstand/hls/segment_cipher.hpp>

#include <array>
#include <charconv>
#include <memory>
#include <utility>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace grandstand::hls {
namespace {

constexpr std::size_t kBlock = 16;  // also the length of keys

const std::uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// Nothing when what is to be decrypted was not encrypted so.
std::optional<SharedBytes> run_cipher(bool encrypt, const std::string& key, const std::string& vector,
                                      const SharedBytes& bytes) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                &EVP_CIPHER_CTX_free);
  std::string out(bytes.size() + kBlock, '\0');
  auto* const to = reinterpret_cast<std::uint8_t*>(out.data());
  int written = 0;
  int last = 0;
  const bool done = context &&
                    EVP_CipherInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, bytes_of(key), bytes_of(vector),
                                      encrypt ? 1 : 0) == 1 &&
                    EVP_CipherUpdate(context.get(), to, &written, bytes.data(), static_cast<int>(bytes.size())) == 1 &&
                    EVP_CipherFinal_ex(context.get(), to + written, &last) == 1;
  if (!done) return {};
  out.resize(static_cast<std::size_t>(written) + static_cast<std::size_t>(last));
  return SharedBytes(std::move(out));
}

}  // namespace

SegmentCipher::SegmentCipher(ChannelId channel, std::string secret, std::uint64_t rotation, UtcTime started)
    : channel_(std::move(channel)),
      secret_(std::move(secret)),
      rotation_(rotation),
      // Sequence numbers begin at the wall clock in seconds.
      newest_(
          static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(started.time_since_epoch()).count())) {
  GRANDSTAND_ASSERT(rotation_ > 0 && !secret_.empty());
}

std::string SegmentCipher::derive(std::string_view what) const {
  const auto text = channel_.value() + "\n" + std::string(what);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  const auto* const made = HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()), bytes_of(text),
                                text.size(), mac.data(), &size);
  GRANDSTAND_ASSERT(made != nullptr && size >= kBlock);
  return {mac.begin(), mac.begin() + kBlock};
}

std::string SegmentCipher::key(std::uint64_t number) const {
  return derive("key " + std::to_string(number));
}

// Keys are named by the first segment that they may be for, so that another rotation gives no old name to another key.
std::uint64_t SegmentCipher::key_number(std::uint64_t sequence) const {
  return sequence - sequence % rotation_;
}

std::string SegmentCipher::vector(std::string_view rendition, std::uint64_t sequence) const {
  return derive("iv " + std::string(rendition) + " " + std::to_string(sequence));
}

SharedBytes SegmentCipher::encrypt(std::string_view rendition, std::uint64_t sequence, const SharedBytes& segment) {
  auto encrypted = run_cipher(true, key(key_number(sequence)), vector(rendition, sequence), segment);
  GRANDSTAND_ASSERT(encrypted.has_value());
  if (sequence > newest_.load()) newest_.store(sequence);
  return std::move(*encrypted);
}

std::optional<SharedBytes> SegmentCipher::decrypt(std::string_view rendition, std::uint64_t sequence,
                                                  std::string_view key_line, const SharedBytes& encrypted) const {
  constexpr std::string_view kName = "/key-";
  const auto start = vector(rendition, sequence);
  const auto at = key_line.find(kName);
  std::uint64_t number = 0;
  if (at == std::string_view::npos || !key_line.ends_with(to_hex({bytes_of(start), start.size()}))) return {};
  const auto* const digits = key_line.data() + at + kName.size();
  if (std::from_chars(digits, key_line.data() + key_line.size(), number).ec != std::errc{}) return {};
  return run_cipher(false, key(number), start, encrypted);
}

std::string SegmentCipher::key_line(std::string_view rendition, std::uint64_t sequence) const {
  const auto start = vector(rendition, sequence);
  return "#EXT-X-KEY:METHOD=AES-128,URI=\"../key-" + std::to_string(key_number(sequence)) + ".key\",IV=0x" +
         to_hex({bytes_of(start), start.size()});
}

ResourcePtr SegmentCipher::find(std::string_view path) const {
  constexpr std::string_view kBefore = "key-";
  constexpr std::string_view kAfter = ".key";
  if (!path.starts_with(kBefore) || !path.ends_with(kAfter) || path.size() <= kBefore.size() + kAfter.size()) return {};
  const auto digits = path.substr(kBefore.size(), path.size() - kBefore.size() - kAfter.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  // Who may watch today gets no key of tomorrow.
  if (!whole || digits != std::to_string(number) || number > newest_.load()) return {};
  auto resource = std::make_shared<Resource>();
  resource->body = SharedBytes(key(number));
  resource->content_type = "application/octet-stream";
  resource->cache_control = "private, max-age=3600";  // not for shared caches
  return resource;
}

}  // namespace grandstand::hls
