#pragma once
// The checks by what they look at. Each says something of all its ids, whatever fails. Private to doctor/.

#include <optional>
#include <string>

#include "reconciler/doctor/findings.h"
#include "reconciler/doctor/subject.h"
#include "reconciler/net/contact.h"
#include "reconciler/s3/session.h"

namespace reconcile::doctor {

/// manifest/schema, upload/cadence
void look_at_manifest(const Subject& subject, Findings& findings);
/// env/mode, env/git
void look_at_env_file(const EnvFile& env_file, Findings& findings);
/// tls/ca-bundle
void look_at_trust(const Subject& subject, Findings& findings);
/// buffer/*
void look_at_buffer(const Subject& subject, Findings& findings);
/// journal/integrity
void look_at_journal(const Subject& subject, Findings& findings);
/// wallet/*
void look_at_wallet(const Subject& subject, Findings& findings);
/// bucket/* and public/*
void look_at_bucket(const Subject& subject, Findings& findings);
/// chain/*
void look_at_chain(const Subject& subject, Findings& findings);
/// commitment/length
void look_at_length(const Subject& subject, Findings& findings);

/// Permission bits; nullopt: it cannot be looked at, and errno says why.
std::optional<unsigned> mode_of(const Path& file);

// ---- what connections show

/// GROUP/dns, GROUP/tcp and GROUP/tls of one server. True: requests may be sent.
bool judge_contact(const std::string& group, const net::Contact& contact, Instant now, Findings& findings);
/// The same of several, of which one that works is enough.
bool judge_contacts(const std::string& group, const std::vector<net::Contact>& contacts, Instant now,
                    Findings& findings);

/// GROUP/clock: this machine's clock minus the server's; nothing: the server did not say.
void judge_clock(const std::string& group, std::optional<Seconds> ahead, Findings& findings);
/// From the Date header of the answer to `request`, whatever the answer is.
std::optional<Seconds> clock_ahead(net::Client& client, const net::Request& request, Clock& clock);

// ---- what a bucket answers

/// bucket/credentials, bucket/exists and bucket/access by the answer to a signed question for one key.
/// `refusal` is what the client makes of an answer that is not 2xx.
enum class Access {
  kReadable,
  kAbsent,   ///< there is no bucket, and the next pass makes it
  kRefused,  ///< something failed
};
Access judge_access(const s3::Answer& answer, const Error& refusal, bool may_create, Findings& findings);

/// public/caching by the headers of an answer with `status` 200.
void judge_caching(const net::Headers& headers, bool pointer_is_rewritten, Findings& findings);

}  // namespace reconcile::doctor
