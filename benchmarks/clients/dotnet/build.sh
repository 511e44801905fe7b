#!/bin/bash
# Builds the measured .NET programs into $S3KMS_CACHE/bench-dotnet: our package as a user gets it, the peers from their
# packages. Exit 77: there is no .NET SDK. Arguments: names of programs; none: all of them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$here/../../.." && pwd)
. "$ROOT/dev.d/lib.sh"
. "$ROOT/dev.d/toolchains.sh"
export S3KMS_NO_INSTALL=1
if ! need_rust || ! need_dotnet; then
  fail "$WHY_NOT"
  exit 77
fi
out=$S3KMS_CACHE/bench-dotnet
export S3KMS_VERSION=$VERSION
wanted=${*:-s3kms awssdk4 awssdk3 minio micro s3kms-aot awssdk4-aot}

pack() {
  cargo build "${CARGO_FLAGS[@]}" --manifest-path "$ROOT/Cargo.toml" --release -p s3kms-ffi || return 1
  # The same version may have been packed before: nothing of it must be left.
  rm -rf "$out/feed" "$out/packages/s3kms"
  (cd "$ROOT/bindings-dotnet" && dotnet pack S3Kms/S3Kms.csproj --nologo -c Release "-p:Version=$VERSION" \
    "-p:S3KmsNative=$CARGO_TARGET_DIR/release/libs3kms.so" -o "$out/feed")
}
publish() { # publish NAME
  local project=${1%-aot} flavour=()
  [ "$project" = "$1" ] || flavour=(-p:Flavour=-aot)
  rm -rf "${out:?}/$1"
  (cd "$here/$project" && dotnet publish "$project.csproj" --nologo -c Release "${flavour[@]}" -o "$out/$1")
}

case " $wanted " in *" s3kms "* | *" s3kms-aot "* | *" micro "*) quiet "pack S3Kms for the benchmarks" pack ;; esac
for name in $wanted; do quiet "build the .NET client $name" publish "$name"; done
