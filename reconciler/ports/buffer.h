#pragma once
// The local folder where a scraper leaves finished files.

#include "reconciler/base/result.h"
#include "reconciler/model/observed.h"
#include "reconciler/ports/object_store.h"

namespace reconcile {

/// The reading half. The folder, patterns and settle time are given when the adapter is made.
class BufferReader {
 public:
  virtual ~BufferReader() = default;
  /// Every file that matches, each with its state. A missing folder is Unreadable (kNotFound), never an empty
  /// scan. A file that cannot be read makes the scan Partial; the others are still in it.
  virtual Observation<BufferScan> scan(Instant now) = 0;
};

class Buffer : public BufferReader {
 public:
  /// The compressed copy of a `compress` file, in the staging folder: temporary file, fsync, verified by
  /// decompressing, rename. Deterministic bytes. Repeating finds the copy already there.
  virtual Result<StagedCopy> compress(const BufferFile& file) = 0;
  /// The body to upload: the file itself, or its staged copy. kConflict when the file is not what was
  /// scanned.
  virtual Result<Body> body(const BufferFile& file) = 0;
  /// Deletes, moves to trash or keeps. Re-checks the identity first: a changed file is kConflict and stays.
  /// A file that is gone already is success. Drops its staged copy.
  virtual Result<void> release(const BufferFile& file, AfterPublish how) = 0;
  /// Moves it into the quarantine folder beside a text file with the reason.
  virtual Result<void> quarantine(const BufferFile& file) = 0;
  /// Leaves a mark in the folder, so that another one under the same path (a disk that is not mounted) is
  /// told from it. Durable; repeating changes nothing.
  virtual Result<void> mark() = 0;
  /// Removes what lies in the trash longer than its keeping time, and staged copies whose source is gone.
  virtual Result<void> tidy(Instant now) = 0;
};

}  // namespace reconcile
