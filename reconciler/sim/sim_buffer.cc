#include "reconciler/sim/sim_buffer.h"

#include <algorithm>

#include "reconciler/base/sha256.h"
#include "reconciler/sim/fate.h"
#include "reconciler/sim/witness.h"

namespace reconcile::sim {
namespace {

Container kind_of(const std::string& name) {
  if (name.ends_with(".parquet")) return Container::kParquet;
  if (name.ends_with(".gz")) return Container::kGzip;
  if (name.ends_with(".jsonl")) return Container::kJsonLines;
  return name.ends_with(".json") ? Container::kJson : Container::kOther;
}

StagedCopy copy_of(const std::string& name, const Content& content) {
  return {Path("staging") / (name + ".gz"), Bytes(content->size()), sha256_of(*content)};
}

/// The file as it lies there, if it is still the one that was scanned.
Result<WorldFile*> same_file(World& world, const BufferFile& file) {
  const auto found = world.folder.files.find(file.name);
  if (found == world.folder.files.end()) return fail(Fault::kNotFound, file.name + " is gone", "scan again");
  if (found->second.identity != file.identity)
    return fail(Fault::kConflict, file.name + " changed since it was scanned", "scan again");
  return &found->second;
}

}  // namespace

std::string sim_compressed(const std::string& content) { return "sim-gzip\n" + content; }

Observation<BufferScan> SimBuffer::scan(Instant now) {
  std::optional<std::uint64_t> partly;
  Result<BufferScan> scanned = run_call<BufferScan>(world_, "scan", "", false, [&]() -> Result<BufferScan> {
    if (world_.befalls(FaultKind::kPartialScan)) partly = world_.befallen->value;
    if (!world_.folder.exists || world_.befalls(FaultKind::kUnmounted))
      return fail(Fault::kNotFound, "no buffer folder", "make it");
    BufferScan scan;
    if (world_.befalls(FaultKind::kEmptyMount)) return scan;
    scan.marked = world_.folder.marked;
    for (const auto& [name, file] : world_.folder.files) {
      BufferFile out;
      out.name = name;
      out.identity = file.identity;
      out.compress =
          std::any_of(options_.compress_suffixes.begin(), options_.compress_suffixes.end(),
                      [&, &file_name = name](const std::string& s) { return file_name.ends_with(s); });
      out.container.kind = kind_of(name);
      if (modified_at(out) + options_.settle > now) {
        out.reason = "not settled";
      } else if (!file.damage.empty()) {
        out.state = BufferFile::State::kInvalid;
        out.reason = file.damage;
      } else {
        out.state = BufferFile::State::kReady;
        out.sha256 = sha256_of(*file.content);
        const auto staged = world_.folder.staged.find(name);
        const bool fits =
            staged != world_.folder.staged.end() && *staged->second == sim_compressed(*file.content);
        if (out.compress && fits) out.staged = copy_of(name, staged->second);
      }
      scan.files.push_back(std::move(out));
    }
    return scan;
  });
  if (!scanned || !partly) return observed(std::move(scanned));
  std::erase_if(scanned->files, [&](const BufferFile&) { return (*partly = mix(*partly, 0)) % 2 == 0; });
  return Partial<BufferScan>{*std::move(scanned),
                             {Fault::kTransient, "some files: I/O error", "look at the disk"}};
}

Result<StagedCopy> SimBuffer::compress(const BufferFile& file) {
  return run_call<StagedCopy>(world_, "compress", file.name, false, [&]() -> Result<StagedCopy> {
    TRY_ASSIGN(const WorldFile* source, same_file(world_, file));
    Content& copy = world_.folder.staged[file.name];
    copy = std::make_shared<const std::string>(sim_compressed(*source->content));
    return copy_of(file.name, copy);
  });
}

Result<Body> SimBuffer::body(const BufferFile& file) {
  return run_call<Body>(world_, "body", file.name, false, [&]() -> Result<Body> {
    TRY_ASSIGN(const WorldFile* source, same_file(world_, file));
    if (!file.compress) return body_of(*source->content);
    const auto staged = world_.folder.staged.find(file.name);
    if (staged == world_.folder.staged.end())
      return fail(Fault::kNotFound, file.name + " has no compressed copy", "compress it first");
    return body_of(*staged->second);
  });
}

Result<void> SimBuffer::mark() {
  return run_call<void>(world_, "mark", "", false, [&]() -> Result<void> {
    world_.folder.marked = true;
    return {};
  });
}

Result<void> SimBuffer::release(const BufferFile& file, AfterPublish how) {
  return run_call<void>(world_, "release", file.name, true, [&]() -> Result<void> {
    WorldFolder& folder = world_.folder;
    const Result<WorldFile*> found = same_file(world_, file);
    if (!found && found.error().fault == Fault::kNotFound) return {};
    TRY(found);
    if (world_.witness) {
      const std::string& content = *(*found)->content;
      world_.witness->releases(
          file.name, sha256_of(std::string_view(file.compress ? sim_compressed(content) : content)));
    }
    folder.staged.erase(file.name);
    folder.released.push_back(file.name);
    if (how == AfterPublish::kKeep) return {};
    if (how == AfterPublish::kTrash) folder.trash[file.name] = {world_.now, **found};
    folder.files.erase(file.name);
    return {};
  });
}

Result<void> SimBuffer::quarantine(const BufferFile& file) {
  return run_call<void>(world_, "quarantine", file.name, true, [&]() -> Result<void> {
    TRY_ASSIGN(WorldFile * found, same_file(world_, file));
    world_.folder.quarantined[file.name] = *found;
    world_.folder.files.erase(file.name);
    return {};
  });
}

Result<void> SimBuffer::tidy(Instant now) {
  return run_call<void>(world_, "tidy", "", false, [&]() -> Result<void> {
    std::erase_if(world_.folder.trash,
                  [&](const auto& entry) { return entry.second.first + options_.trash_kept <= now; });
    std::erase_if(world_.folder.staged,
                  [&](const auto& entry) { return !world_.folder.files.contains(entry.first); });
    return {};
  });
}

}  // namespace reconcile::sim
