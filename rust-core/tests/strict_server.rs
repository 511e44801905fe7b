//! Every operation against the strict server, which refuses what real S3 refuses and really encrypts: forms of
//! encryption, bodies, presigned URLs, keys that cannot be used, servers that lie, TLS, proxies and faults.

mod common;
mod strict;
