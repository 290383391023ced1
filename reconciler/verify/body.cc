#include "reconciler/verify/body.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/verify/container.h"

namespace reconcile::verify {
namespace {

constexpr const char* kPublishAgain = "publish it again, or commit an index that names what is there";

std::string bytes_text(Bytes size) { return print_count(size.get()) + " bytes"; }

class Reading {
 public:
  explicit Reading(const Wanted& wanted)
      : wanted_(wanted), container_(wanted.name), keeps_(wanted.keep != Wanted::Keep::kNothing) {}

  std::optional<Judgement> take(const BodyHead& head, std::string_view piece) {
    if (size_ == 0 && head.length) {
      if (auto wrong = compare(*head.length, true)) return wrong;
    }
    size_ += piece.size();
    if (auto wrong = compare(Bytes(size_), false)) return wrong;
    hash_.update(view_of(piece));
    container_.update(piece);
    keep(piece);
    return std::nullopt;
  }

  Judged<Body> finish(const BodyHead& head) {
    Body out;
    out.size = Bytes(size_);
    out.sha256 = hash_.finish();
    out.modified = head.modified;
    out.may_be_cut = head.ends_with_connection;
    if (wanted_.size && out.size != *wanted_.size)
      return refuse(other_bytes(
          out, fmt::format("{}, not the {} stated", bytes_text(out.size), bytes_text(*wanted_.size)),
          kPublishAgain));
    out.was_asked = begins_as_asked();
    out.kept = keeps_ && out.was_asked;
    if (out.kept) out.text = std::move(text_);
    const Result<ContainerInfo> inside = container_.finish();
    if (inside)
      out.rows = inside->rows;
    else
      out.damage = inside.error();
    return out;
  }

 private:
  /// `whole`: so long it will be; otherwise so long it is at least.
  std::optional<Judgement> compare(Bytes size, bool whole) const {
    if (wanted_.size && (whole ? size != *wanted_.size : size > *wanted_.size))
      return publishers_fault(
          whole ? fmt::format("{}, not the {} stated", bytes_text(size), bytes_text(*wanted_.size))
                : fmt::format("more than the {} stated", bytes_text(*wanted_.size)),
          kPublishAgain);
    if (!wanted_.size && size > wanted_.bytes_max && wanted_.must_be_index)
      return publishers_fault("longer than any index: more than " + print_size(wanted_.bytes_max),
                              "commit an index, in parts if it must be large");
    if (!wanted_.size && size > wanted_.bytes_max)
      return not_judged(Blame::kReader, "longer than " + print_size(wanted_.bytes_max) + ", and not read on",
                        "raise --max-object to read it");
    return std::nullopt;
  }

  bool begins_as_asked() const {
    if (wanted_.keep == Wanted::Keep::kAll) return true;
    return wanted_.keep == Wanted::Keep::kIndex && begin_ == kIndexBegins;
  }

  void keep(std::string_view piece) {
    if (begin_.size() < kIndexBegins.size()) begin_ += piece.substr(0, kIndexBegins.size() - begin_.size());
    if (!keeps_) return;
    const bool other = wanted_.keep == Wanted::Keep::kIndex && !kIndexBegins.starts_with(begin_);
    keeps_ = !other && text_.size() + piece.size() <= wanted_.keep_max.get();
    if (keeps_)
      text_ += piece;
    else
      std::string().swap(text_);
  }

  const Wanted& wanted_;
  ContainerStream container_;
  Sha256Stream hash_;
  std::uint64_t size_ = 0;
  std::string begin_, text_;
  bool keeps_;
};

}  // namespace

Judgement other_bytes(const Body& body, std::string cause, std::string remedy) {
  if (!body.may_be_cut) return publishers_fault(std::move(cause), std::move(remedy));
  return not_judged(Blame::kInfrastructure,
                    cause + "; the answer did not say where it ends, so that the connection may have broken",
                    "verify again; servers that send Content-Length leave no doubt");
}

Judged<Body> read_body(Source& source, const Wanted& wanted) {
  Reading reading(wanted);
  const Judged<BodyHead> head = source.fetch(wanted.url, [&](const BodyHead& so_far, std::string_view piece) {
    return reading.take(so_far, piece);
  });
  if (!head) return refuse(head.error());
  // An empty body never came by.
  if (wanted.size && head->length && *head->length != *wanted.size)
    return refuse(publishers_fault(
        fmt::format("{}, not the {} stated", bytes_text(*head->length), bytes_text(*wanted.size)),
        kPublishAgain));
  return reading.finish(*head);
}

}  // namespace reconcile::verify
