// SPDX-License-Identifier: MIT
#include "sdt.hpp"

#include "descriptor_loop.hpp"
#include "dvb_text.hpp"

#include <grandstand/base/text.hpp>

namespace grandstand::ingest {

namespace {

void read_service_descriptor(std::span<const std::uint8_t> body, Sdt::Service& service) {
  if (body.size() < 2) return;
  const std::size_t provider = body[1];
  if (body.size() < 3 + provider) return;
  service.provider = trim(dvb_text_to_utf8(body.subspan(2, provider)));
  const std::size_t name = body[2 + provider];
  if (body.size() < 3 + provider + name) return;
  service.name = trim(dvb_text_to_utf8(body.subspan(3 + provider, name)));
}

}  // namespace

std::optional<Sdt> parse_sdt(std::span<const std::uint8_t> section) {
  constexpr std::size_t kHeader = 11;
  if (section.size() < kHeader + 4 || section[0] != 0x42 || (section[5] & 0x01) == 0) return std::nullopt;
  Sdt sdt;
  auto rest = section.subspan(kHeader, section.size() - kHeader - 4);
  while (rest.size() >= 5) {
    Sdt::Service service;
    service.id = read_16_bits(rest, 0);
    const std::size_t length = read_16_bits(rest, 3) & 0x0FFF;
    if (rest.size() < 5 + length) return std::nullopt;
    for_each_descriptor(rest.subspan(5, length), [&service](std::uint8_t tag, std::span<const std::uint8_t> body) {
      if (tag == 0x48) read_service_descriptor(body, service);
    });
    sdt.services.push_back(std::move(service));
    rest = rest.subspan(5 + length);
  }
  return sdt;
}

}  // namespace grandstand::ingest
