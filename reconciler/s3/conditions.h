#pragma once
// How servers answer to a write on a condition.

#include <string>

#include "reconciler/s3/session.h"

namespace reconcile::s3 {

/// 501, or 400 naming the header: this store does not know If-None-Match or If-Match on PUT.
bool refuses_the_header(const Answer& answer);

/// The condition did not hold: 412, or 409 while another write is under way; 404 where If-Match met no
/// object, and 304 of MinIO before 2024.
bool condition_failed(const Answer& answer);

/// Without quotes; empty when there is none.
std::string etag_of(const net::Response& response);

}  // namespace reconcile::s3
