#!/bin/bash
# public-api.sh: writes the listing of the public surface anew (S3Kms/PublicAPI.Unshipped.txt). Review the difference before you
# commit it: it is what users see. At a release, move the lines to PublicAPI.Shipped.txt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/S3Kms"
printf '#nullable enable\n' >PublicAPI.Unshipped.txt
dotnet build -f net8.0 --nologo -v q -p:TreatWarningsAsErrors=false -p:WarningsAsErrors= 2>&1 |
  sed -n "s/.*RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u >>PublicAPI.Unshipped.txt
wc -l PublicAPI.Unshipped.txt
