#include "reconciler/directory/ledger.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "reconciler/directory/folder.h"
#include "reconciler/directory/ledger_line.h"

namespace reconcile::directory {
namespace {

struct LedgerState {
  std::uint64_t lines = 0;
  std::uint64_t whole_bytes = 0;  ///< up to and with the last newline
  bool torn = false;              ///< something follows it
  std::optional<StoredCommitment> commitment;
};

/// Reads every line, so that a damaged one is found wherever it is.
class LedgerScan {
 public:
  LedgerScan(const Path& file, const Account& account) : file_(file), account_(account) {}

  bool take(std::string_view chunk) {
    while (!chunk.empty()) {
      const std::size_t newline = chunk.find('\n');
      line_ += chunk.substr(0, newline);
      if (line_.size() > kLineBytesMax) return stop("line is too long");
      if (newline == std::string_view::npos) return true;
      if (!take_line()) return false;
      chunk.remove_prefix(newline + 1);
    }
    return true;
  }

  Result<LedgerState> finish(const Result<void>& read) {
    if (!error_.cause.empty()) return fail(error_);
    TRY(read);
    state_.torn = !line_.empty();
    return std::move(state_);
  }

 private:
  bool take_line() {
    Result<LedgerRecord> record = parse_line(line_);
    if (!record) return stop(record.error().cause);
    if (record->block != state_.lines + 1)
      return stop("block " + std::to_string(record->block) + " is out of order");
    ++state_.lines;
    if (record->account == account_)
      state_.commitment = StoredCommitment{std::move(record->fields), record->block};
    state_.whole_bytes += line_.size() + 1;
    line_.clear();
    return true;
  }

  bool stop(const std::string& why) {
    error_ = {Fault::kCorrupt, file_.string() + ":" + std::to_string(state_.lines + 1) + ": " + why,
              "restore the ledger from a backup; it is append-only, never edited"};
    return false;
  }

  const Path& file_;
  const Account& account_;
  LedgerState state_;
  std::string line_;
  Error error_;
};

Result<LedgerState> read_ledger(int fd, const Path& file, const Account& account) {
  LedgerScan scan(file, account);
  return scan.finish(
      read_chunks(fd, file.string(), [&](std::string_view chunk) { return scan.take(chunk); }));
}

Result<void> lock_file(int fd, int operation, const Path& file) {
  while (::flock(fd, operation) != 0)
    if (errno != EINTR) return fail(error_from_errno("locking " + file.string(), errno));
  return {};
}

ChainView empty_view() {
  ChainView view;
  view.network = "ledger";
  return view;
}

Result<std::vector<StoredField>> checked(const Commitment& commitment) {
  const ChainLimits limits;
  const auto refuse = [](const std::string& why) {
    return fail(Fault::kInvalidInput, why, "shorten the commitment: 1 to 3 fields, Raw of at most 128 bytes");
  };
  if (commitment.fields.empty() || commitment.fields.size() > limits.fields_max)
    return refuse("a commitment of " + std::to_string(commitment.fields.size()) + " fields");
  std::vector<StoredField> fields;
  for (const Field& field : commitment.fields) {
    const bool raw = field.kind == Field::Kind::kRaw;
    const std::size_t size = field.bytes.size();
    if (raw ? size > limits.raw_bytes_max : size != 32)
      return refuse(std::string(raw ? "a Raw" : "a Sha256") + " field of " + std::to_string(size) + " bytes");
    fields.push_back({raw ? "Raw" : "Sha256", field.bytes, std::nullopt});
  }
  return fields;
}

Result<Descriptor> open_for_append(const Path& file) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (error) return fail(error_from_errno("making folder " + file.parent_path().string(), error.value()));
  Descriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!fd) return fail(error_from_errno("opening the ledger " + file.string(), errno));
  TRY(sync_folder(file.parent_path()));
  return fd;
}

/// All of the line or nothing of it; only a failed sync leaves the outcome open.
Result<void> append(int fd, const std::string& line, std::uint64_t at, const Path& file) {
  if (::ftruncate(fd, static_cast<off_t>(at)) != 0)  // what a crash left of an append
    return fail(error_from_errno("cutting " + file.string(), errno));
  Result<void> written = write_all(fd, line, file.string());
  if (!written) {
    if (::ftruncate(fd, static_cast<off_t>(at)) != 0 || ::fsync(fd) != 0)
      written.error().cause += "; what was written of the line stays behind and is ignored";
    return written;
  }
  if (::fsync(fd) == 0) return {};
  return fail(Fault::kUnknownOutcome, error_from_errno("syncing " + file.string(), errno).cause,
              "check the disk; the ledger is read back before anything is repeated");
}

}  // namespace

Result<ChainView> LedgerReader::observe(const Account& account) {
  ChainView view = empty_view();
  const Descriptor fd(::open(file_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd && errno == ENOENT) return view;
  if (!fd) return fail(error_from_errno("opening the ledger " + file_.string(), errno));
  TRY(lock_file(fd.get(), LOCK_SH, file_));
  TRY_ASSIGN(LedgerState state, read_ledger(fd.get(), file_, account));
  view.finalized_block = state.lines;
  view.commitment = std::move(state.commitment);
  if (state.torn)
    view.notes.push_back(file_.string() + " ends in an unfinished line, which never happened and is ignored");
  return view;
}

Result<Inclusion> Ledger::commit(const Account& account, const Commitment& commitment) {
  TRY_ASSIGN(std::vector<StoredField> fields, checked(commitment));
  LedgerRecord record{0, clock_.now(), account, std::move(fields)};
  TRY(print_line(record));  // refuses before anything is created
  TRY_ASSIGN(const Descriptor fd, open_for_append(file_));
  TRY(lock_file(fd.get(), LOCK_EX, file_));
  TRY_ASSIGN(const LedgerState state, read_ledger(fd.get(), file_, account));
  record.block = state.lines + 1;
  TRY_ASSIGN(const std::string line, print_line(record));
  TRY(append(fd.get(), line, state.whole_bytes, file_));
  return Inclusion{record.block, file_.string() + ":" + std::to_string(record.block)};
}

}  // namespace reconcile::directory
