// SPDX-License-Identifier: MIT
#include <grandstand/ballots/audit.hpp>

#include <nlohmann/json.hpp>

namespace grandstand::ballots {
namespace {

using Json = nlohmann::ordered_json;

Error missing(std::string_view name, std::string_view expected) {
  return {ErrorCode::kInvalidArgument, "\"" + std::string(name) + "\" is missing or is not " + std::string(expected)};
}

Result<std::string> text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return missing(name, "a text");
  return found->get<std::string>();
}

Result<std::uint64_t> number_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return missing(name, "a number");
  return found->get<std::uint64_t>();
}

Result<std::optional<std::uint64_t>> index_or_null(const Json& value, const char* name) {
  if (value.is_null()) return std::optional<std::uint64_t>();
  if (!value.is_number_unsigned()) return missing(name, "a number or null");
  return std::optional(value.get<std::uint64_t>());
}

Result<unsigned> option_of(const Json& value) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 1'000) return missing("option", "an option's number");
  return value.get<unsigned>();
}

Result<std::vector<Ballot>> read_ballots(const Json& list, std::uint64_t first) {
  std::vector<Ballot> ballots;
  for (const auto& row : list) {
    if (!row.is_array() || row.size() != 3 || !row[2].is_string()) {
      return missing("ballots", "a list of [option, replaced ballot or null, voter]");
    }
    Ballot ballot;
    ballot.index = first + ballots.size();
    GRANDSTAND_TRY(ballot.option, option_of(row[0]));
    GRANDSTAND_TRY(ballot.replaces, index_or_null(row[1], "ballots"));
    ballot.voter = row[2].get<std::string>();
    ballots.push_back(std::move(ballot));
  }
  return ballots;
}

Result<Exhibit> read_record(const Json& object) {
  PollRecord record;
  GRANDSTAND_TRY(record.origin, text_of(object, "origin"));
  GRANDSTAND_TRY(record.terms.question, text_of(object, "question"));
  if (object.contains("change")) {
    GRANDSTAND_TRY(record.terms.change, text_of(object, "change"));
  }
  GRANDSTAND_TRY(record.checkpoint, text_of(object, "checkpoint"));
  GRANDSTAND_TRY(record.key, text_of(object, "key"));
  GRANDSTAND_TRY(const auto first, number_of(object, "from"));
  for (const auto& option : object.value("options", Json::array())) {
    if (!option.is_string()) return missing("options", "a list of texts");
    record.terms.options.push_back(option.get<std::string>());
  }
  for (const auto& count : object.value("counts", Json::array())) {
    if (!count.is_number_unsigned()) return missing("counts", "a list of numbers");
    record.counts.push_back(count.get<std::uint64_t>());
  }
  GRANDSTAND_TRY(record.ballots, read_ballots(object.value("ballots", Json::array()), first));
  GRANDSTAND_TRY(record.next, index_or_null(object.value("next", Json()), "next"));
  return Exhibit(std::move(record));
}

Result<Exhibit> read_receipt(const Json& object) {
  Receipt receipt;
  GRANDSTAND_TRY(receipt.origin, text_of(object, "origin"));
  GRANDSTAND_TRY(receipt.account, text_of(object, "account"));
  GRANDSTAND_TRY(receipt.nonce, text_of(object, "nonce"));
  GRANDSTAND_TRY(receipt.leaf, text_of(object, "leaf"));
  GRANDSTAND_TRY(receipt.ballot.index, number_of(object, "index"));
  GRANDSTAND_TRY(receipt.ballot.option, option_of(object.value("option", Json())));
  GRANDSTAND_TRY(receipt.ballot.replaces, index_or_null(object.value("replaces", Json()), "replaces"));
  if (!object.contains("checkpoint")) {
    return Error{ErrorCode::kNotFound,
                 "the receipt has no \"checkpoint\" and \"path\" yet: they are made when the poll has closed"};
  }
  GRANDSTAND_TRY(receipt.checkpoint, text_of(object, "checkpoint"));
  GRANDSTAND_TRY(receipt.key, text_of(object, "key"));
  for (const auto& hash : object.value("path", Json::array())) {
    if (!hash.is_string()) return missing("path", "a list of hashes in base64");
    GRANDSTAND_TRY(const auto digest, digest_from_base64(hash.get<std::string>()));
    receipt.path.push_back(digest);
  }
  return Exhibit(std::move(receipt));
}

}  // namespace

Result<Exhibit> read_exhibit(std::string_view json) {
  const auto object = Json::parse(json, nullptr, false);
  if (!object.is_object()) return Error{ErrorCode::kInvalidArgument, "it is not a JSON object"};
  if (object.contains("ballots") && object["ballots"].is_array()) return read_record(object);
  if (object.contains("nonce")) return read_receipt(object);
  return Error{ErrorCode::kInvalidArgument, "it is neither an exported poll (\"ballots\") nor a receipt (\"nonce\")"};
}

std::string write_record(const PollRecord& record, std::uint64_t first) {
  Json object{{"format", "grandstand-poll/1"},
              {"origin", record.origin},
              {"question", record.terms.question},
              {"options", record.terms.options},
              {"change", record.terms.change},
              {"counts", record.counts},
              {"from", first},
              {"ballots", Json::array()},
              {"next", record.next ? Json(*record.next) : Json()},
              {"checkpoint", record.checkpoint},
              {"key", record.key}};
  for (const auto& ballot : record.ballots) {
    object["ballots"].push_back({ballot.option, ballot.replaces ? Json(*ballot.replaces) : Json(), ballot.voter});
  }
  return object.dump();
}

std::string to_json(const Audit& audit) {
  Json object{{"origin", audit.origin},   {"sound", audit.sound()}, {"findings", Json::array()},
              {"options", audit.options}, {"counts", audit.counts}, {"size", audit.size},
              {"root", audit.root},       {"key", audit.key}};
  for (const auto& [sound, text, warning] : audit.findings) {
    object["findings"].push_back({{"sound", sound}, {"text", text}, {"warning", warning}});
  }
  return object.dump() + "\n";
}

}  // namespace grandstand::ballots
