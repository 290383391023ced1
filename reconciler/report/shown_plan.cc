#include "reconciler/report/shown_plan.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/display.h"
#include "reconciler/report/rows.h"
#include "reconciler/report/summary.h"

namespace reconcile {
namespace {

/// Never in the middle of a character.
std::string clipped(std::string text) {
  if (text.size() <= kShownTextMax) return text;
  std::size_t end = kShownTextMax - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u) --end;
  return text.substr(0, end) + "…";
}

BoardRow row_of(const Step& step) {
  BoardRow out{address_of(step.action), "pending", "", "", "", step.cause};
  if (const auto* upload = std::get_if<UploadFile>(&step.action)) {
    out.manifest = "published as " + upload->key.get();
    out.live = upload->already_there ? "the same bytes" : upload->replaces ? "other bytes" : "absent";
    out.local = upload->name + ", " + print_size(upload->identity.size);
  } else if (const auto* set = std::get_if<SetLifecycle>(&step.action)) {
    out.manifest = counted(set->after.rules.size(), "rule");
    out.live = counted(set->before.rules.size(), "rule");
    for (const SetLifecycle::Change& change : set->changes)
      out.why += (out.why.empty() ? "" : "; ") + change.id + ": " + change.text;
  } else if (const auto* create = std::get_if<CreateBucket>(&step.action)) {
    out.manifest = "bucket " + create->name;
    out.live = "absent";
  } else if (const auto* commit = std::get_if<CommitAction>(&step.action)) {
    out.manifest = commit->text;
    out.local = commit->before.empty() ? "nothing committed" : commit->before;
  } else if (const auto* index = std::get_if<WriteIndex>(&step.action)) {
    out.manifest = "names " + counted(index->index.objects.size(), "object");
    out.live = index->already_there ? "the same bytes" : "absent";
  } else if (const auto* release = std::get_if<ReleaseFile>(&step.action)) {
    out.manifest = "released once it is covered";
    out.live = release->key.get();
    out.local = release->name + ", " + print_size(release->identity.size);
  } else if (const auto* bad = std::get_if<QuarantineFile>(&step.action)) {
    out.manifest = "quarantined";
    out.local = bad->reason;
  } else if (const auto* renewed = std::get_if<RenewObject>(&step.action)) {
    out.manifest = "kept for readers";
    out.live = print_size(renewed->size) + ", expiring";
  } else if (const auto* expired = std::get_if<ExpireObject>(&step.action)) {
    out.manifest = "expired by " + expired->rule;
    out.live = print_size(expired->size);
  }
  return out;
}

int rank_of(const std::string& state) {
  const char* const order[] = {"blocked", "unknown", "warning", "pending", "waiting", "foreign"};
  return static_cast<int>(std::find(std::begin(order), std::end(order), state) - std::begin(order));
}

BoardRow row_of(const Note& note) {
  BoardRow out{note.address, name_of(note.kind), "", "", "", note.text};
  if (!note.cause.empty()) out.why += "; " + note.cause;
  std::string& side =
      note.address.starts_with("buffer") || note.address.starts_with("chain") ? out.local : out.live;
  if (note.kind == Note::Kind::kForeign) side = "present, not ours";
  if (note.kind == Note::Kind::kUnknown) side = "unknown";
  return out;
}

void add_board(const Plan& plan, ShownPlan& out) {
  std::vector<BoardRow>& rows = out.board;
  for (const Refusal& refusal : plan.refusals) {
    rows.push_back({refusal.address, "blocked", refusal.guard, "", "", refusal.error.cause});
    if (!refusal.allow.empty()) rows.back().why += "; to accept it once: " + refusal.allow;
  }
  for (const Step& step : plan.steps) rows.push_back(row_of(step));
  for (const Note& note : plan.notes) rows.push_back(row_of(note));
  std::stable_sort(rows.begin(), rows.end(),
                   [](const BoardRow& a, const BoardRow& b) { return rank_of(a.state) < rank_of(b.state); });
  if (rows.size() > kShownLinesMax) {
    out.board_more = rows.size() - kShownLinesMax;
    rows.resize(kShownLinesMax);
  }
  for (BoardRow& row : rows)
    for (std::string* text : {&row.address, &row.manifest, &row.live, &row.local, &row.why})
      *text = clipped(std::move(*text));
}

void add_line(const std::string& section, Row& row, ShownPlan& out) {
  ShownLine line{section,
                 row.symbol,
                 clipped(std::move(row.subject)),
                 clipped(std::move(row.detail)),
                 clipped(std::move(row.cause)),
                 {}};
  constexpr std::size_t kBelowMax = 6;
  for (std::size_t at = 0; at < std::min(row.below.size(), kBelowMax); ++at)
    line.below.push_back(clipped(std::move(row.below[at].text)));
  out.lines.push_back(std::move(line));
}

}  // namespace

ShownPlan shown_plan(const Plan& plan, const std::string& command_hint) {
  ShownPlan out;
  out.made = plan.made;
  out.digest = plan.digest;
  out.empty = plan.empty();
  out.closing = plan.empty() ? closing_empty(plan) : closing_counts(plan);
  if (!plan.steps.empty() && !command_hint.empty())
    out.command = visible(command_hint) + " --approve " + short_digest(plan.digest);
  out.unchanged = plan.counts.unchanged;
  out.domains = plan.domains;
  std::vector<Section> sections = sections_of(plan, false);
  // What cannot be undone, warns or is blocked is never folded before what is harmless.
  for (const bool keep : {true, false})
    for (Section& section : sections)
      for (Row& row : section.rows) {
        if (row.keep != keep) continue;
        if (out.lines.size() < kShownLinesMax)
          add_line(section.title, row, out);
        else
          ++out.lines_more;
      }
  const auto place = [&](const ShownLine& line) {
    return std::find_if(sections.begin(), sections.end(),
                        [&](const Section& section) { return section.title == line.section; }) -
           sections.begin();
  };
  std::stable_sort(out.lines.begin(), out.lines.end(),
                   [&](const ShownLine& a, const ShownLine& b) { return place(a) < place(b); });
  add_board(plan, out);
  return out;
}

}  // namespace reconcile
