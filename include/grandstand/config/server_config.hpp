// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/access/settings.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/channels/settings.hpp>
#include <grandstand/cluster/settings.hpp>
#include <grandstand/dvr/settings.hpp>
#include <grandstand/guide/settings.hpp>
#include <grandstand/hls/settings.hpp>
#include <grandstand/http/client_settings.hpp>
#include <grandstand/http/settings.hpp>
#include <grandstand/hub/settings.hpp>
#include <grandstand/identity/settings.hpp>
#include <grandstand/ingest/settings.hpp>
#include <grandstand/sfu/settings.hpp>
#include <grandstand/social/call_settings.hpp>
#include <grandstand/storage/settings.hpp>
#include <grandstand/webhooks/settings.hpp>

#include <cstddef>
#include <filesystem>

namespace grandstand::config {

// Everything in grandstand.yaml; the defaults are those of the settings structs.
struct ServerConfig {
  std::filesystem::path data_directory = "data";          // relative to grandstand.yaml
  std::filesystem::path channels_file = "channels.yaml";  // relative to grandstand.yaml
  std::size_t loops = 0;                                  // event loop threads; 0: one per core, at most 4
  log::Settings log;
  http::Settings http;
  ingest::RtmpSettings rtmp;
  hls::Settings hls;
  dvr::Settings dvr;
  http::ClientSettings clients;
  guide::Settings guide;
  access::Settings access;
  hub::Settings hub;
  social::CallSettings calls;
  sfu::Settings sfu;
  identity::Settings identity;
  webhooks::Settings webhooks;
  cluster::Settings cluster;
  storage::Settings database;
};

}  // namespace grandstand::config
