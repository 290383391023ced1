#pragma once
// Three ways a read can end, as three types: it failed, it stopped half-way, it is whole (and maybe empty).
// Only `Complete` may lead to "missing" or to a delete.

#include <utility>
#include <variant>

#include "reconciler/base/result.h"

namespace reconcile {

struct Unreadable {
  Error why;
};

template <class T>
struct Partial {
  T value;
  Error why;  ///< what stopped the read
};

template <class T>
struct Complete {
  T value;
};

template <class T>
using Observation = std::variant<Unreadable, Partial<T>, Complete<T>>;

/// The value when the read was whole, otherwise nullptr.
template <class T>
const T* if_complete(const Observation<T>& observation) {
  const auto* whole = std::get_if<Complete<T>>(&observation);
  return whole ? &whole->value : nullptr;
}

/// What was read, whole or not; nullptr when nothing could be read.
template <class T>
const T* if_any(const Observation<T>& observation) {
  if (const auto* part = std::get_if<Partial<T>>(&observation)) return &part->value;
  return if_complete(observation);
}

/// Why the read was not whole; nullptr when it was.
template <class T>
const Error* why_not(const Observation<T>& observation) {
  if (const auto* none = std::get_if<Unreadable>(&observation)) return &none->why;
  if (const auto* part = std::get_if<Partial<T>>(&observation)) return &part->why;
  return nullptr;
}

/// A Result as an observation: an error is "could not read".
template <class T>
Observation<T> observed(Result<T> result) {
  if (!result) return Unreadable{std::move(result).error()};
  return Complete<T>{*std::move(result)};
}

/// "complete", "partial" or "none": the words of the plan's header.
template <class T>
const char* completeness_of(const Observation<T>& observation) {
  return observation.index() == 0 ? "none" : observation.index() == 1 ? "partial" : "complete";
}

}  // namespace reconcile
