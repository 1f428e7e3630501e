// SPDX-License-Identifier: MIT
#include "house_rules.hpp"
#include "house_rules_codec.hpp"
#include "house_rules_said_store.hpp"

#include <grandstand/social/decision_store.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace grandstand::social::house_rules {
namespace {

using Decisions = std::vector<Result<std::string>>;
using Events = std::vector<room::StoredEvent>;

bool is_check(const room::StoredEvent& stored) {
  return stored.event.kind == "house_rules.check";
}

bool is_said(const room::StoredEvent& stored) {
  return stored.event.kind == "house_rules.said";
}

// The log of the room's rules; what was said, beside it; and the way to the classifier: what it is asked about is
// decided, but not kept.
class HouseRulesStore final : public room::FeatureStore {
 public:
  HouseRulesStore(storage::Database& database, std::unique_ptr<room::FeatureStore> log)
      : said_(database), log_(std::move(log)) {}

  void report_to(std::shared_ptr<room::Outbox> outbox) override { log_->report_to(std::move(outbox)); }
  void classify_with(std::shared_ptr<room::Classifier> classifier) override { classifier_ = std::move(classifier); }

  aio::Task<Status> append(std::shared_ptr<const Events> events) override { return log_->append(std::move(events)); }
  aio::Task<Result<std::vector<room::Event>>> load_newest(RoomId room, std::size_t limit) override {
    GRANDSTAND_CO_TRY(auto events, co_await said_.load(room));
    GRANDSTAND_CO_TRY(auto logged, co_await log_->load_newest(std::move(room), limit));
    std::ranges::move(logged, std::back_inserter(events));
    co_return events;
  }
  aio::Task<Result<std::string>> query(RoomId room, std::string query, room::QueryParameters parameters,
                                       std::optional<room::User> asker) override {
    return log_->query(std::move(room), std::move(query), std::move(parameters), std::move(asker));
  }

  aio::Task<Result<Decisions>> commit(std::shared_ptr<const Events> events) override {
    std::vector<room::Utterance> asked;
    std::vector<room::StoredEvent> said;
    auto kept = std::make_shared<Events>();
    for (const auto& stored : *events) {
      if (is_check(stored)) {
        asked.push_back(utterance_of(stored));
      } else if (is_said(stored)) {
        said.push_back(stored);
      } else if (classifier_ || !turns_classifier_on(stored)) {
        kept->push_back(stored);
      }
    }
    if (!said.empty()) {
      GRANDSTAND_CO_RETURN_IF_ERROR(co_await said_.keep(std::move(said)));
    }
    Decisions logged;
    if (!kept->empty()) {
      GRANDSTAND_CO_TRY(logged, co_await log_->commit(std::move(kept)));
    }
    const auto classified = co_await classify(std::move(asked));
    Decisions decisions;
    std::size_t next_logged = 0, next_asked = 0;
    for (const auto& stored : *events) {
      if (is_check(stored)) {
        decisions.emplace_back(classified[next_asked++]);
      } else if (is_said(stored)) {
        decisions.emplace_back(std::string());
      } else if (classifier_ || !turns_classifier_on(stored)) {
        decisions.push_back(std::move(logged[next_logged++]));
      } else {
        decisions.emplace_back(Error{ErrorCode::kUnsupported, "This server has no classifier (hub.classifier_url)."});
      }
    }
    co_return decisions;
  }

 private:
  // What the room is told of each: {"severity","category"}, or nothing when it was not judged.
  aio::Task<std::vector<std::string>> classify(std::vector<room::Utterance> asked) {
    std::vector<std::string> all(asked.size(), "{}");
    if (asked.empty() || !classifier_) co_return all;
    const auto classified = co_await classifier_->classify(std::move(asked));
    if (!classified.ok()) co_return all;
    for (std::size_t i = 0; i < all.size() && i < classified->size(); ++i) {
      all[i] = encode_classified((*classified)[i]);
    }
    co_return all;
  }

  SaidStore said_;
  std::unique_ptr<room::FeatureStore> log_;
  std::shared_ptr<room::Classifier> classifier_;
};

}  // namespace

std::unique_ptr<room::FeatureStore> make_store(storage::Database& database) {
  return std::make_unique<HouseRulesStore>(database,
                                           make_decision_store(database, {"house_rules", {"decided", "nuked"}}));
}

}  // namespace grandstand::social::house_rules
