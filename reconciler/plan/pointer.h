#pragma once
// What goes on chain for an index or a file, and what a stored commitment says about our bucket.

#include "reconciler/model/format.h"
#include "reconciler/model/plan.h"

namespace reconcile {

/// The address where readers fetch `key`: the publication's public base and the percent-encoded key.
std::string url_of(const std::string& public_base, const ObjectKey& key);

/// The inverse; nothing when the url is not below the base.
std::optional<ObjectKey> key_of_url(const std::string& public_base, const std::string& url);

/// What the format prints for an index that is (or will be) stored under `key`: for static-pointer the
/// address is that of kPointerKey, whichever index it is.
FormatValues values_for(const Desired& desired, const Observed& observed, const Index& index,
                        const ObjectKey& key, std::optional<Sha256> sha256, std::optional<Bytes> size);

/// The same for a single object, as last-file commits it.
FormatValues values_for(const Desired& desired, const Observed& observed, const IndexEntry& object);

/// Which fields the strategy in force commits.
CommitmentShape shape_of(const Desired& desired);

/// The commitment in force, as stored, says what the strategy would commit for `values`: by its digest where
/// it carries 64 bits of it or more, otherwise by its whole text.
bool says(const Desired& desired, const OwnCommitment& own, FormatValues values);

/// Is this the index that the commitment names? Under another public URL than today's too, where a digest
/// tells.
bool names_index(const Desired& desired, const Observed& observed, const OwnCommitment& own,
                 const IndexFile& file);

/// Ours, somebody else's, or nothing. Ours without a key: the url does not lie below the public base we have
/// now.
CommitmentView read_commitment(const Desired& desired, const std::string& public_base,
                               const std::optional<StoredCommitment>& stored);

}  // namespace reconcile
