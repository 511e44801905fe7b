#!/bin/bash
# The measurements that exist: see README.md beside this file. Arguments go to criterion.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec cargo bench -q -p s3kms-benchmarks --bench presign -- "$@"
