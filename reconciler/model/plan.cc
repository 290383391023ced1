#include "reconciler/model/plan.h"

namespace reconcile {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace

std::string address_of(const Action& action) {
  return std::visit(Overloaded{[](const CreateBucket&) { return std::string("bucket"); },
                               [](const SetLifecycle&) { return std::string("bucket/lifecycle"); },
                               [](const QuarantineFile& a) { return "buffer/" + a.name; },
                               [](const UploadFile& a) { return "objects/" + a.key.get(); },
                               [](const RenewObject& a) { return "objects/" + a.key.get(); },
                               [](const WriteIndex& a) { return "index/" + a.key.get(); },
                               [](const CommitAction&) { return std::string("chain/commitment"); },
                               [](const ReleaseFile& a) { return "buffer/" + a.name; },
                               [](const ExpireObject& a) { return "objects/" + a.key.get(); }},
                    action);
}

const char* verb_of(const Action& action) {
  return std::visit(
      Overloaded{[](const CreateBucket&) { return "create"; }, [](const SetLifecycle&) { return "update"; },
                 [](const QuarantineFile&) { return "quarantine"; },
                 [](const UploadFile& a) { return a.replaces ? "update" : "create"; },
                 [](const RenewObject&) { return "renew"; }, [](const WriteIndex&) { return "index"; },
                 [](const CommitAction&) { return "commit"; }, [](const ReleaseFile&) { return "release"; },
                 [](const ExpireObject&) { return "delete"; }},
      action);
}

}  // namespace reconcile
