#!/bin/bash
# Builds the benchmark's Java clients into ${S3KMS_CACHE}/bench/java: see clients.json. Status 77: no JDK or no Maven.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)}
export ROOT
. "$ROOT/dev.d/lib.sh"
. "$ROOT/dev.d/toolchains.sh"
need_rust || { fail "$WHY_NOT"; exit 1; }
need_java || { fail "$WHY_NOT"; exit 77; }

quiet "build the JAR's native library (release)" \
  cargo build "${CARGO_FLAGS[@]}" --manifest-path "$ROOT/Cargo.toml" --release -p s3kms-jni
# A client's folder must not keep JARs of an earlier version.
rm -rf "$S3KMS_CACHE/bench/java"
quiet "build the Java clients" \
  mvn -q -B -ntp -f "$ROOT/benchmarks/clients/java/pom.xml" "-Drevision=$VERSION" \
  "-Ds3kms.native=$CARGO_TARGET_DIR/release/libs3kms_jni.so" "-Dbench.out=$S3KMS_CACHE/bench/java" -DskipTests package
