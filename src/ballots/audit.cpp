// SPDX-License-Identifier: MIT
#include <grandstand/ballots/audit.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace grandstand::ballots {
namespace {

void say(Audit& audit, bool sound, std::string text) {
  audit.findings.push_back({sound, std::move(text)});
}

void warn(Audit& audit, std::string text) {
  audit.findings.push_back({true, std::move(text), true});
}

std::string name_of(std::uint64_t ballot) {
  return "Ballot " + std::to_string(ballot);
}

// What signature, size and root say of the checkpoint; `root` is what was computed here.
void check_checkpoint(Audit& audit, std::string_view note, std::string_view own_key, const Trust& trust,
                      const Digest& root, std::uint64_t size) {
  audit.root = to_base64(root);
  audit.size = size;
  auto key = trust.key ? Result<PublicKey>(*trust.key) : read_public_key(own_key);
  if (!key) return say(audit, false, key.error().message);
  audit.key = to_base64(*key);
  const auto checkpoint = read_checkpoint(note, &*key);
  if (!checkpoint) return say(audit, false, checkpoint.error().message);
  say(audit, true, "The checkpoint is signed by " + audit.key + (trust.key ? "." : ", the key that it names itself."));
  say(audit, checkpoint->origin == audit.origin, "The checkpoint is of " + checkpoint->origin + ".");
  say(audit, checkpoint->size == size,
      "The checkpoint is of " + std::to_string(checkpoint->size) + " ballots; here are " + std::to_string(size) + ".");
  say(audit, checkpoint->root == root,
      "The checkpoint's root is " + to_base64(checkpoint->root) + "; the ballots lead to " + audit.root + ".");
  if (trust.root) say(audit, *trust.root == root, "The root that was asked for is " + to_base64(*trust.root) + ".");
}

// A text that goes over lines could pass for several.
bool is_in_lines(const Terms& terms) {
  const auto is_line = [](const std::string& text) { return text.find('\n') == std::string::npos; };
  return is_line(terms.change) && is_line(terms.question) && std::ranges::all_of(terms.options, is_line);
}

// Whether the ballots are about this question and these options.
void check_terms(Audit& audit, const PollRecord& record) {
  const auto checkpoint = read_checkpoint(record.checkpoint, nullptr);
  if (!checkpoint) return;  // said already
  if (!checkpoint->asked) {
    return warn(audit,
                "The checkpoint was made before what is asked was signed: nothing here shows that question, "
                "options and whether votes may be changed are those of the poll.");
  }
  const bool same = is_in_lines(record.terms) && *checkpoint->asked == terms_hash(record.terms);
  say(audit, same,
      same ? "Question, options and whether votes may be changed are those that were signed."
           : "Question, options or whether votes may be changed are not those that were signed.");
}

// Each ballot counts unless a later one of the same voter replaces it.
void recount(Audit& audit, const PollRecord& record) {
  std::vector<bool> replaced(record.ballots.size(), false);
  audit.counts.assign(record.terms.options.size(), 0);
  for (std::size_t i = 0; i < record.ballots.size(); ++i) {
    const auto& ballot = record.ballots[i];
    const auto name = name_of(i);
    if (ballot.index != i) return say(audit, false, name + " is numbered " + std::to_string(ballot.index) + ".");
    if (ballot.option < 1 || ballot.option > record.terms.options.size()) {
      return say(audit, false, name + " is for option " + std::to_string(ballot.option) + ", which there is not.");
    }
    if (!ballot.replaces) continue;
    if (record.terms.change == "none") {
      return say(audit, false, name + " changes a vote in a poll whose votes cannot be changed.");
    }
    if (*ballot.replaces >= i || replaced[*ballot.replaces]) {
      return say(audit, false, name + " replaces ballot " + std::to_string(*ballot.replaces) + ", which it cannot.");
    }
    replaced[*ballot.replaces] = true;
  }
  for (const auto& ballot : record.ballots) {
    if (!replaced[ballot.index]) ++audit.counts[ballot.option - 1];
  }
  say(audit, audit.counts == record.counts,
      audit.counts == record.counts ? "The count is what was announced." : "The count is not what was announced.");
}

Audit audit_alone(const Receipt& receipt, const Trust& trust) {
  Audit found;
  found.origin = receipt.origin;
  auto ballot = receipt.ballot;
  ballot.voter = voter_commitment(receipt.nonce, receipt.account);
  const auto leaf = hash_of(receipt.origin, ballot);
  if (!receipt.leaf.empty()) {
    const bool same = to_base64(leaf) == receipt.leaf;
    say(found, same,
        same ? "The ballot is the one that was given when the vote was taken."
             : "The ballot is not the one that was given when the vote was taken.");
  }
  const auto checkpoint = read_checkpoint(receipt.checkpoint, nullptr);
  const auto size = checkpoint ? checkpoint->size : 0;
  const auto root = root_by_path(leaf, ballot.index, size, receipt.path);
  if (!root) {
    say(found, false, root.error().message + ".");
    return found;
  }
  check_checkpoint(found, receipt.checkpoint, receipt.key, trust, *root, size);
  say(found, true,
      name_of(ballot.index) + " is for option " + std::to_string(ballot.option) + ", by " + receipt.account + ".");
  return found;
}

}  // namespace

bool Audit::sound() const {
  return std::ranges::all_of(findings, &Finding::sound);
}

Audit audit(const PollRecord& record, const Trust& trust) {
  Audit found;
  found.origin = record.origin;
  found.options = record.terms.options;
  recount(found, record);
  std::vector<Digest> hashes;
  hashes.reserve(record.ballots.size());
  for (const auto& ballot : record.ballots) hashes.push_back(hash_of(record.origin, ballot));
  check_checkpoint(found, record.checkpoint, record.key, trust, tree_root(hashes), hashes.size());
  check_terms(found, record);
  return found;
}

Audit audit(const Receipt& receipt, const Trust& trust) {
  auto found = audit_alone(receipt, trust);
  warn(found, "Whether a later ballot replaces this one, only the whole poll tells.");
  return found;
}

Audit audit(const Receipt& receipt, const PollRecord& record, const Trust& trust) {
  auto found = audit(record, trust);
  auto own = audit_alone(receipt, trust);
  std::ranges::move(own.findings, std::back_inserter(found.findings));
  const auto index = receipt.ballot.index;
  auto ballot = receipt.ballot;
  ballot.voter = voter_commitment(receipt.nonce, receipt.account);
  if (receipt.origin != record.origin || index >= record.ballots.size() || record.ballots[index] != ballot) {
    say(found, false, name_of(index) + " of the receipt is not in this poll.");
    return found;
  }
  const auto later = std::ranges::find(record.ballots, std::optional(index), &Ballot::replaces);
  const bool counts = later == record.ballots.end();
  say(found, counts,
      counts ? name_of(index) + " counts: no later one replaces it."
             : name_of(index) + " counts no more: ballot " + std::to_string(later->index) +
                   " replaces it. Unless this voter changed the vote, somebody else did.");
  return found;
}

std::string to_text(const Audit& audit) {
  std::string text = audit.origin + "\n";
  for (const auto& [sound, sentence, warning] : audit.findings) {
    text += (!sound ? "  WRONG: " : warning ? "  BUT: " : "  good: ") + sentence + "\n";
  }
  for (std::size_t i = 0; i < audit.options.size() && i < audit.counts.size(); ++i) {
    text += "  " + std::to_string(audit.counts[i]) + "  " + audit.options[i] + "\n";
  }
  text += audit.sound() ? "Everything fits together.\n" : "It does not fit together.\n";
  return text;
}

}  // namespace grandstand::ballots
