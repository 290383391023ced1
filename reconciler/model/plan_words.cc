// The words of a plan's JSON that come from enums, and what follows from an action's kind.

#include "reconciler/model/plan_json.h"

namespace reconcile {

const char* name_of(Reversibility reversibility) {
  switch (reversibility) {
    case Reversibility::kReversible:
      return "reversible";
    case Reversibility::kRecoverable:
      return "recoverable";
    case Reversibility::kIrreversible:
      return "irreversible";
  }
  return "irreversible";
}

const char* name_of(Note::Kind kind) {
  switch (kind) {
    case Note::Kind::kInfo:
      return "info";
    case Note::Kind::kForeign:
      return "foreign";
    case Note::Kind::kWaiting:
      return "waiting";
    case Note::Kind::kWarning:
      return "warning";
    case Note::Kind::kUnknown:
      return "unknown";
  }
  return "unknown";
}

const char* name_of(AfterPublish how) {
  switch (how) {
    case AfterPublish::kDelete:
      return "delete";
    case AfterPublish::kTrash:
      return "trash";
    case AfterPublish::kKeep:
      return "keep";
  }
  return "keep";
}

Reversibility reversibility_of(const Action& action) {
  if (const auto* lifecycle = std::get_if<SetLifecycle>(&action)) {
    // A shorter expiry cannot be taken back once the provider's daily pass has acted on it.
    for (const SetLifecycle::Change& change : lifecycle->changes)
      if (!change.forecast.empty()) return Reversibility::kIrreversible;
    return Reversibility::kReversible;
  }
  if (const auto* upload = std::get_if<UploadFile>(&action))
    return upload->replaces ? Reversibility::kIrreversible : Reversibility::kReversible;
  if (const auto* release = std::get_if<ReleaseFile>(&action))
    return release->how == AfterPublish::kKeep ? Reversibility::kReversible : Reversibility::kRecoverable;
  if (std::holds_alternative<QuarantineFile>(action)) return Reversibility::kRecoverable;
  if (std::holds_alternative<CommitAction>(action)) return Reversibility::kRecoverable;
  if (std::holds_alternative<ExpireObject>(action)) return Reversibility::kIrreversible;
  return Reversibility::kReversible;
}

std::string domain_of(const Action& action) {
  const std::string address = address_of(action);
  return address.substr(0, address.find('/'));
}

}  // namespace reconcile
