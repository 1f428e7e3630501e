// SPDX-License-Identifier: MIT
#include <grandstand/room/outbox.hpp>
#include <grandstand/social/feature_table.hpp>

#include <array>
#include <utility>

namespace grandstand::social {

namespace calls {
extern const room::FeatureSpec kSpec;
std::unique_ptr<room::Feature> make(CallSettings settings);
}  // namespace calls
namespace chat {
extern const room::FeatureSpec kSpec;
}
namespace couch {
extern const room::FeatureSpec kSpec;
}
namespace party {
extern const room::FeatureSpec kSpec;
}
namespace polls {
extern const room::FeatureSpec kSpec;
}
namespace presence {
extern const room::FeatureSpec kSpec;
}
namespace reactions {
extern const room::FeatureSpec kSpec;
}

namespace moderation {
extern const room::FeatureSpec kSpec;
}
namespace house_rules {
extern const room::FeatureSpec kSpec;
}

namespace {

constinit const std::array kTable{
    &chat::kSpec,        &polls::kSpec, &reactions::kSpec, &presence::kSpec,
    &party::kSpec,       &calls::kSpec, &couch::kSpec,
    &moderation::kSpec,  // who may speak comes before how
    &house_rules::kSpec,
};

// Everybody who hears of what is stored.
class Listeners final : public room::Outbox {
 public:
  void add(room::Outbox* listener) {
    if (listener != nullptr) all_.push_back(listener);
  }
  void put(pqxx::work& transaction, std::span<const room::StoredEvent> events) override {
    for (auto* const listener : all_) listener->put(transaction, events);
  }

 private:
  std::vector<room::Outbox*> all_;
};

}  // namespace

std::span<const room::FeatureSpec* const> feature_table() {
  return kTable;
}

std::vector<std::string> reported_kinds() {
  std::vector<std::string> kinds;
  for (const auto* spec : kTable) {
    for (const auto& event : spec->events) {
      if (event.durability == room::Durability::kStored || event.reported)
        kinds.push_back(std::string(spec->name) + "." + std::string(event.name));
    }
  }
  return kinds;
}

std::vector<storage::Migration> migrations() {
  std::vector<storage::Migration> all;
  for (const auto* spec : kTable) all.insert(all.end(), spec->migrations.begin(), spec->migrations.end());
  return all;
}

std::unique_ptr<room::FeatureCatalogue> make_feature_catalogue(storage::Database& database,
                                                               std::shared_ptr<const ballots::SigningKey> key,
                                                               std::shared_ptr<room::Classifier> classifier,
                                                               room::Outbox* outbox, CallSettings call_settings,
                                                               std::shared_ptr<room::Outside> sfu) {
  std::vector<room::FeatureCatalogue::Entry> entries;
  const auto listeners = std::make_shared<Listeners>();
  listeners->add(outbox);
  for (const auto* spec : kTable) {
    auto store = spec->make_store == nullptr ? nullptr : spec->make_store(database);
    if (store && key) store->sign_with(key);
    if (store && classifier) store->classify_with(classifier);
    if (store) store->report_to(listeners);
    if (store) listeners->add(store->listener());
    entries.push_back({spec, std::move(store)});
    if (spec == &calls::kSpec) {
      entries.back().make = [call_settings] { return calls::make(call_settings); };
      entries.back().outside = sfu;
    }
  }
  return std::make_unique<room::FeatureCatalogue>(std::move(entries));
}

}  // namespace grandstand::social
