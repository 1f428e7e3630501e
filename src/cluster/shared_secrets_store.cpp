// SPDX-License-Identifier: MIT
#include <grandstand/cluster/shared_secrets.hpp>

#include <functional>

#include <pqxx/pqxx>

namespace grandstand::cluster {

Result<std::string> share_secret(storage::Database& database, const std::string& name, const std::string& own) {
  return database.run_blocking<std::string>([&](pqxx::work& work) -> Result<std::string> {
    work.exec_params0("insert into cluster_secret (name, secret) values ($1, $2) on conflict do nothing", name, own);
    return work.exec_params1("select secret from cluster_secret where name = $1", name)[0].as<std::string>();
  });
}

}  // namespace grandstand::cluster
