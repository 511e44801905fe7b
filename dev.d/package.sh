# ./dev package: the JAR with its pom, the NuGet package and the C archive, into dist/. Sourced by ./dev.
. "$ROOT/dev.d/toolchains.sh"
. "$ROOT/dev.d/natives.sh"

package_natives() {
  [ -z "${RELEASE_BUILT:-}" ] || return 0
  quiet "build the native libraries (release; several minutes when cold)" \
    cargo build "${CARGO_FLAGS[@]}" --manifest-path "$ROOT/Cargo.toml" --release -p s3kms-ffi -p s3kms-jni || return 1
  scratch_dir
  RELEASE_DIR=$SCRATCH/release
  stage_natives "$CARGO_TARGET_DIR/release" "$RELEASE_DIR" libs3kms.so libs3kms.a libs3kms_jni.so || return 1
  RELEASE_BUILT=1
}

# The archive unpacks into one folder: lib/, include/, lib/pkgconfig, lib/cmake/s3kms, LICENSE.
make_c_archive() {
  local name=s3kms-$VERSION-linux-x86_64 top link file
  top=$SCRATCH/$name
  rm -rf "$top" && mkdir -p "$top/include" "$top/lib/pkgconfig" "$top/lib/cmake/s3kms" || return 1
  link=$(soname "$RELEASE_DIR/libs3kms.so")
  if [ -n "$link" ] && [ "$link" != libs3kms.so ]; then
    cp "$RELEASE_DIR/libs3kms.so" "$top/lib/libs3kms.so.$VERSION" &&
      ln -sf "libs3kms.so.$VERSION" "$top/lib/$link" && ln -sf "$link" "$top/lib/libs3kms.so" || return 1
  else
    cp "$RELEASE_DIR/libs3kms.so" "$top/lib/" || return 1
  fi
  cp "$RELEASE_DIR/libs3kms.a" "$top/lib/" && cp "$ROOT/bindings-c/include/s3kms.h" "$top/include/" &&
    cp "$ROOT/LICENSE" "$top/" || return 1
  sed "s|@VERSION@|$VERSION|g" "$ROOT/bindings-c/pkgconfig/s3kms.pc.in" >"$top/lib/pkgconfig/s3kms.pc" || return 1
  for file in "$ROOT"/bindings-c/cmake/*.cmake.in; do
    sed "s|@VERSION@|$VERSION|g" "$file" >"$top/lib/cmake/s3kms/$(basename "${file%.in}")" || return 1
  done
  # Same input, same bytes: names sorted, no owner, no time of building.
  tar -C "$SCRATCH" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf - "$name" | gzip -9n \
    >"$DIST/$name.tar.gz"
}

make_jar() {
  local target=$ROOT/bindings-java/target
  rm -f "$target"/s3kms-*.jar
  mvn -q -B -ntp -f "$ROOT/bindings-java/pom.xml" "-Drevision=$VERSION" \
    "-Ds3kms.native=$RELEASE_DIR/libs3kms_jni.so" -DskipTests package || return 1
  cp "$target/s3kms-$VERSION.jar" "$DIST/" || return 1
  # The pom that consumers read has the version written out (flatten) or has it replaced here.
  if [ -f "$ROOT/bindings-java/.flattened-pom.xml" ]; then
    cp "$ROOT/bindings-java/.flattened-pom.xml" "$DIST/s3kms-$VERSION.pom"
  else
    sed "s|\${revision}|$VERSION|g" "$ROOT/bindings-java/pom.xml" >"$DIST/s3kms-$VERSION.pom"
  fi
}

make_nupkg() {
  (cd "$ROOT/bindings-dotnet" && S3KMS_LIB_DIR=$RELEASE_DIR dotnet pack S3Kms/S3Kms.csproj --nologo -c Release \
    "-p:Version=$VERSION" "-p:S3KmsNative=$RELEASE_DIR/libs3kms.so" -o "$DIST") || return 1
  [ -f "$DIST/S3Kms.$VERSION.nupkg" ]
}

# package_all: whatever has its toolchain; a missing toolchain is loud, and a failure in CI.
package_all() {
  [ -z "${PACKAGED:-}" ] || return 0
  need_rust && need_c || { fail "$WHY_NOT"; return 1; }
  package_natives || return 1
  # Only what was packed now may be found there.
  rm -rf "$DIST" && mkdir -p "$DIST" || return 1
  quiet "pack s3kms-$VERSION-linux-x86_64.tar.gz" make_c_archive || return 1
  if need_java; then quiet "pack s3kms-$VERSION.jar" make_jar || return 1; else package_missing "the JAR" || return 1; fi
  if need_dotnet; then quiet "pack S3Kms.$VERSION.nupkg" make_nupkg || return 1
  else package_missing "the NuGet package" || return 1; fi
  (cd "$DIST" && sha256sum -- *.* >SHA256SUMS)
  PACKAGED=1
}

package_missing() {
  if in_ci; then fail "$1 cannot be packed: $WHY_NOT"; return 1; fi
  loud "NOT PACKED: $1. $WHY_NOT"
}

cmd_package() {
  [ $# -eq 0 ] || { fail "package takes no arguments"; return 2; }
  package_all || return 1
  say "dist/"
  (cd "$DIST" && ls -lh | awk 'NR > 1 {printf "    %-42s %s\n", $9, $5}')
}
