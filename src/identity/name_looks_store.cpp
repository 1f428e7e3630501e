// SPDX-License-Identifier: MIT
#include "name_look.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/identity/name_looks.hpp>
#include <grandstand/storage/sql_text.hpp>

#include <pqxx/pqxx>

namespace grandstand::identity {

Status complete_name_looks(storage::Database& database) {
  constexpr std::size_t kAtOnce = 1'000;
  std::size_t all = 0;
  for (std::size_t told = kAtOnce; told == kAtOnce; all += told) {
    const std::function<Result<std::size_t>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<std::size_t> {
      const auto version = name_look_version();
      storage::ArrayText ids, looks;
      const auto rows = work.exec_params(
          "select id, name from account where look_version is distinct from $1 order by id limit $2 for update",
          version, kAtOnce);
      for (const auto& row : rows) {
        ids.add(row["id"].c_str());
        looks.add(name_look(row["name"].c_str()));
      }
      work.exec_params0(
          "update account set look = told.look, look_version = $3 "
          "from unnest($1::bigint[], $2::text[]) as told(id, look) where account.id = told.id",
          std::move(ids).finish(), std::move(looks).finish(), version);
      return static_cast<std::size_t>(rows.size());
    };
    GRANDSTAND_TRY(told, database.run_blocking<std::size_t>(work));
  }
  if (all > 0) log::info("identity", "it is told anew what names look like", {{"accounts", all}});
  return success();
}

}  // namespace grandstand::identity
