// SPDX-License-Identifier: MIT
#include "server_schema.hpp"

#include "access_schema.hpp"
#include "server_sections.hpp"

namespace grandstand::config {

const std::vector<Section<ServerConfig>>& server_schema() {
  static const std::vector<Section<ServerConfig>> schema{
      top_section(),   log_section(),      http_section(),     clients_section(), rtmp_section(),
      hls_section(),   dvr_section(),      guide_section(),    access_section(),  hub_section(),
      calls_section(), identity_section(), webhooks_section(), cluster_section(), database_section()};
  return schema;
}

}  // namespace grandstand::config
