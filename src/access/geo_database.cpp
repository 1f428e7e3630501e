// SPDX-License-Identifier: MIT
#include "geo_database.hpp"

#include <cstring>

#include <maxminddb.h>
#include <netinet/in.h>

namespace grandstand::access {

void GeoDatabase::Close::operator()(MMDB_s* database) const {
  MMDB_close(database);
  delete database;
}

Result<std::shared_ptr<const GeoDatabase>> GeoDatabase::open(const std::filesystem::path& file) {
  auto database = std::make_unique<MMDB_s>();
  const int status = MMDB_open(file.c_str(), MMDB_MODE_MMAP, database.get());
  if (status != MMDB_SUCCESS) return Error{ErrorCode::kUnavailable, file.string() + ": " + MMDB_strerror(status)};
  auto opened = std::make_shared<GeoDatabase>();
  opened->database_.reset(database.release());
  return std::shared_ptr<const GeoDatabase>(std::move(opened));
}

std::string GeoDatabase::country_of(const IpAddress& address) const {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  std::memcpy(&v6.sin6_addr, address.bytes().data(), address.bytes().size());
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  std::memcpy(&v4.sin_addr, address.bytes().data() + 12, sizeof v4.sin_addr);
  const auto* const place =
      address.is_v4() ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
  int error = MMDB_SUCCESS;
  auto found = MMDB_lookup_sockaddr(database_.get(), place, &error);
  if (error != MMDB_SUCCESS || !found.found_entry) return {};
  MMDB_entry_data_s code{};
  const int status = MMDB_get_value(&found.entry, &code, "country", "iso_code", nullptr);
  if (status != MMDB_SUCCESS || !code.has_data || code.type != MMDB_DATA_TYPE_UTF8_STRING) return {};
  return {code.utf8_string, code.data_size};
}

}  // namespace grandstand::access
