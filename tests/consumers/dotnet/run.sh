#!/bin/bash
# Builds the program against the NuGet package in $S3KMS_DIST and runs it; ../README.md has the contract.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${S3KMS_DIST:?}" "${S3KMS_VERSION:?}" "${S3KMS_WORK:?}"
# Built outside of the repository, so that none of its settings reaches the build.
mkdir -p "$S3KMS_WORK/source"
cp "$here"/*.cs "$here"/*.csproj "$S3KMS_WORK/source/"
cd "$S3KMS_WORK/source"
dotnet build --nologo -v q -c Release -o "$S3KMS_WORK/out" 1>&2
# The package's own native library is what is shown, not one of a developer's.
unset S3KMS_LIB_DIR S3KMS_NATIVE_LIBRARY
exec dotnet "$S3KMS_WORK/out/Demo.dll"
