#pragma once
// The manifests that could describe what was found, the most wanted first.

#include "reconciler/cli/import_survey.h"
#include "reconciler/manifest/write.h"

namespace reconcile::cli {

/// A rule of the bucket that a manifest cannot say.
struct ForeignRule {
  std::string id;
  std::string why;
};

struct Draft {
  Desired desired;
  bool as_wished = true;  ///< commits where that was asked for, and does so by itself
};

/// Rules that a manifest can say, as it would, and the others.
struct SortedRules {
  std::vector<LifecycleRule> declared;
  std::vector<ForeignRule> foreign;
};
SortedRules sort_rules(const Survey& found);

/// At least one. The later ones ask for less: to look only, without a commitment, without rules.
std::vector<Draft> drafts_of(const Desired& wish, const Survey& found);

/// Why a plan is not empty; nullopt: it is.
std::optional<Error> first_wish_of(const Plan& plan);

}  // namespace reconcile::cli
