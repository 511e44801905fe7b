# Lays out what ./dev package puts into the archive, and builds against it. Sourced by run.sh and real-server.sh.

# stage_archive LIB_DIR PREFIX
stage_archive() {
  local top version file
  top=$(cd "$here/../.." && pwd)
  version=$(sed -n 's/^version *= *"\(.*\)"/\1/p' "$top/Cargo.toml" | head -n 1)
  mkdir -p "$2/include" "$2/lib/pkgconfig" "$2/lib/cmake/s3kms" || return 1
  cp "$top/bindings-c/include/s3kms.h" "$2/include/" || return 1
  ln -sf "$1/libs3kms.a" "$2/lib/libs3kms.a"
  ln -sf "$1/libs3kms.so" "$2/lib/libs3kms.so"
  ln -sf libs3kms.so "$2/lib/libs3kms.so.1"
  sed "s|@VERSION@|$version|g" "$top/bindings-c/pkgconfig/s3kms.pc.in" >"$2/lib/pkgconfig/s3kms.pc" || return 1
  for file in "$top"/bindings-c/cmake/*.cmake.in; do
    sed "s|@VERSION@|$version|g" "$file" >"$2/lib/cmake/s3kms/$(basename "${file%.in}")" || return 1
  done
}

# configure_and_build SOURCE BUILD PREFIX [CMAKE OPTIONS...]
configure_and_build() {
  local source=$1 build=$2 prefix=$3
  shift 3
  cmake -S "$source" -B "$build" "-DCMAKE_PREFIX_PATH=$prefix" "$@" && cmake --build "$build" -j 2
}

header_alone() {
  local flags=(-Wall -Wextra -Werror -pedantic -fsyntax-only "-I$1/include")
  gcc -std=c11 "${flags[@]}" -x c "$1/include/s3kms.h" -Wno-pragma-once-outside-header -Wno-unused-function &&
    g++ -std=c++17 "${flags[@]}" -x c++ "$1/include/s3kms.h" -Wno-unused-function
}

# pkg_config_links PREFIX SCRATCH: and the program runs, also when the archive lies elsewhere.
pkg_config_links() {
  local moved=$2/moved shared static
  cp -a "$1" "$moved" || return 1
  printf '#include <s3kms.h>\nint main(void) { return s3kms_abi_version() == S3KMS_ABI_VERSION ? 0 : 1; }\n' >"$2/link.c"
  export PKG_CONFIG_PATH=$moved/lib/pkgconfig
  shared=$(pkg-config --cflags --libs s3kms) && static=$(pkg-config --static --cflags --libs s3kms) || return 1
  # shellcheck disable=SC2086 # flags, word by word
  gcc -std=c11 "$2/link.c" $shared -o "$2/link-shared" && LD_LIBRARY_PATH=$moved/lib "$2/link-shared" || return 1
  # shellcheck disable=SC2086
  gcc -std=c11 "$2/link.c" ${static//-ls3kms/-l:libs3kms.a} -o "$2/link-static" && "$2/link-static" || return 1
  # Not `ldd | grep -q`: grep ends at its match, and with pipefail ldd's broken pipe would now and then be a failure.
  shared=$(ldd "$2/link-shared") && static=$(ldd "$2/link-static") || return 1
  [[ $static != *libs3kms* && $shared == *'libs3kms.so.1 '* ]] || { printf '%s\n' "$shared" "$static"; return 1; }
}

# The JSON library of the conformance runner; installed where that is ours to do.
need_cjson() {
  pkg-config --exists libcjson && return 0
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  { apt-get install -y --no-install-recommends libcjson-dev || { apt-get update && apt-get install -y \
    --no-install-recommends libcjson-dev; }; } >/dev/null 2>&1
  pkg-config --exists libcjson
}

# settings_of STRICT_JSON RECORDING_JSON: `export` lines for the test programs.
settings_of() {
  python3 - "$@" <<'PYTHON'
import json, shlex, sys
strict, recording = (json.loads(open(name).readline()) for name in sys.argv[1:3])
keys = strict["keys"]
settings = {
    "ENDPOINT": strict["endpoint"], "REGION": strict["region"], "BUCKET": strict["bucket"],
    "ACCESS_KEY": strict["accessKeyId"], "SECRET_KEY": strict["secretAccessKey"],
    "KEY_MANAGED": keys["managed"], "KEY_FIRST": keys["first"], "KEY_SECOND": keys["second"],
    "KEY_ASYMMETRIC": keys["asymmetric"], "KEY_DISABLED": keys["disabled"], "ALIAS_FIRST": strict["aliases"]["first"],
    "KEY_UNKNOWN": keys["first"].rsplit("/", 1)[0] + "/00000000-0000-4000-8000-000000000000",
    "RECORDING": recording["endpoint"], "CONTROL": recording["control"],
}
for name, value in settings.items():
    print(f"export S3KMS_T_{name}={shlex.quote(value)}")
PYTHON
}
