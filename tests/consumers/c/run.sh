#!/bin/bash
# Builds the C program against the archive of dist/ (CMake, and once more by pkg-config) and runs it. See ../README.md.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
archive=s3kms-$S3KMS_VERSION-linux-x86_64
tar -C "$S3KMS_WORK" -xzf "$S3KMS_DIST/$archive.tar.gz"
prefix=$S3KMS_WORK/$archive
{
  cmake -S "$here" -B "$S3KMS_WORK/build" "-DCMAKE_PREFIX_PATH=$prefix"
  cmake --build "$S3KMS_WORK/build"
  # shellcheck disable=SC2046 # flags, word by word
  PKG_CONFIG_PATH=$prefix/lib/pkgconfig cc -std=gnu11 "$here/demo.c" \
    $(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --cflags --libs s3kms) -o "$S3KMS_WORK/by-pkg-config"
} >&2
LD_LIBRARY_PATH=$prefix/lib exec "$S3KMS_WORK/build/demo"
