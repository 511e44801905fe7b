#!/bin/bash
# Builds the program against the JAR in $S3KMS_DIST, as Java 8 source, and runs it; ../README.md has the contract.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${S3KMS_DIST:?}" "${S3KMS_VERSION:?}" "${S3KMS_WORK:?}"
jar=$S3KMS_DIST/s3kms-$S3KMS_VERSION.jar
mkdir -p "$S3KMS_WORK/classes"
javac -nowarn -source 8 -target 8 -encoding UTF-8 -cp "$jar" -d "$S3KMS_WORK/classes" "$here"/*.java >&2
# The JAR's own native library is what is shown, not one of a developer's.
unset S3KMS_LIB_DIR
exec java -cp "$jar:$S3KMS_WORK/classes" Demo
