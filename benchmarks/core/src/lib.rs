//! Measurements of the core beside aws-sdk-s3: see `benches/`.
