// SPDX-License-Identifier: MIT
#include "guide_store.hpp"

#include "guide_sql.hpp"

#include <grandstand/storage/sql_text.hpp>

#include <array>
#include <string>
#include <string_view>
#include <tuple>

#include <pqxx/pqxx>

namespace grandstand::guide {

namespace {

constexpr std::array kMigrations{storage::Migration{"guide", 1, kGuideSql}};

#define PROGRAMME_COLUMNS                                                                                  \
  "title, subtitle, description, language, categories, credits, date, icon, episode, episode_ns, rating, " \
  "star_rating, "                                                                                          \
  "source"

// What must not stand in a field of several lines; the reader leaves no such characters, other sources might.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return text;
}

template <class Items, class Line>
std::string join(const Items& items, Line line) {
  std::string text;
  for (const auto& item : items) {
    if (!text.empty()) text += '\n';
    text += line(item);
  }
  return text;
}

template <class Take>
void for_each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    take(line);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
}

void insert(pqxx::work& transaction, const ScheduleBook::Change& change) {
  pqxx::stream_to rows(
      transaction, "guide_programme",
      std::vector<std::string>{"channel", "start", "stop", "title", "subtitle", "description", "language", "categories",
                               "credits", "date", "icon", "episode", "episode_ns", "rating", "star_rating", "source"});
  for (const auto& p : change.added) {
    rows << std::make_tuple(
        change.channel.value(), to_rfc3339(p->start), to_rfc3339(p->stop), p->title, p->subtitle, p->description,
        p->language, join(p->categories, [](const std::string& category) { return one_line(category); }),
        join(p->credits, [](const auto& credit) { return one_line(credit.role) + '\t' + one_line(credit.name); }),
        p->date, p->icon, p->episode, p->episode_ns, p->rating, p->star_rating, p->source);
  }
  rows.complete();
}

std::shared_ptr<const Programme> read(const pqxx::row& row) {
  auto p = std::make_shared<Programme>();
  p->start = storage::time_of(row[1]);
  p->stop = storage::time_of(row[2]);
  p->title = row["title"].c_str();
  p->subtitle = row["subtitle"].c_str();
  p->description = row["description"].c_str();
  p->language = row["language"].c_str();
  for_each_line(row["categories"].c_str(), [&p](std::string_view line) { p->categories.emplace_back(line); });
  for_each_line(row["credits"].c_str(), [&p](std::string_view line) {
    const auto tab = line.find('\t');
    if (tab != line.npos) p->credits.push_back({std::string(line.substr(0, tab)), std::string(line.substr(tab + 1))});
  });
  p->date = row["date"].c_str();
  p->icon = row["icon"].c_str();
  p->episode = row["episode"].c_str();
  p->episode_ns = row["episode_ns"].c_str();
  p->rating = row["rating"].c_str();
  p->star_rating = row["star_rating"].c_str();
  p->source = row["source"].c_str();
  return p;
}

}  // namespace

std::span<const storage::Migration> GuideStore::migrations() {
  return kMigrations;
}

Result<std::map<ChannelId, Programmes>> GuideStore::load() {
  const std::function<Result<std::map<ChannelId, Programmes>>(pqxx::work&)> work = [](pqxx::work& transaction) {
    std::map<ChannelId, Programmes> channels;
    const auto rows = transaction.exec("SELECT channel, " MICROSECONDS("start") ", " MICROSECONDS(
        "stop") ", " PROGRAMME_COLUMNS " FROM guide_programme ORDER BY channel, start");
    for (const auto& row : rows) channels[ChannelId(row[0].c_str())].push_back(read(row));
    return channels;
  };
  return database_.run_blocking(work);
}

Status GuideStore::apply(const std::vector<ScheduleBook::Change>& changes) {
  const std::function<Status(pqxx::work&)> work = [&changes](pqxx::work& transaction) {
    for (const auto& change : changes) {
      transaction.exec_params0(
          "DELETE FROM guide_programme WHERE channel = $1 AND start < $3::timestamptz AND stop > $2::timestamptz",
          change.channel.value(), to_rfc3339(change.from), to_rfc3339(change.to));
      insert(transaction, change);
    }
    return success();
  };
  return database_.run_blocking(work);
}

Status GuideStore::forget(UtcTime stopped_before) {
  const std::function<Status(pqxx::work&)> work = [stopped_before](pqxx::work& transaction) {
    transaction.exec_params0("DELETE FROM guide_programme WHERE stop <= $1::timestamptz", to_rfc3339(stopped_before));
    return success();
  };
  return database_.run_blocking(work);
}

}  // namespace grandstand::guide
