# Finds, installs or reports toolchains. Each need_* leaves the tool on PATH (and its *_HOME exported) and returns 0,
# or returns 1 with WHY_NOT saying how to get it. Sourced, never run.

# apt_install PACKAGE...: only where that is possible without asking anyone.
apt_install() {
  [ "${S3KMS_NO_INSTALL:-}" != 1 ] && have apt-get && [ "$(id -u)" = 0 ] || return 1
  logs_dir
  say "installing Debian packages: $*"
  if [ -z "${APT_UPDATED:-}" ]; then
    apt-get update -q -o DPkg::Lock::Timeout=300 >>"$LOGS/apt.log" 2>&1 || true
    APT_UPDATED=1
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" \
    >>"$LOGS/apt.log" 2>&1
}

# need_commands COMMAND=PACKAGE...
need_commands() {
  local pair packages=()
  for pair in "$@"; do have "${pair%%=*}" || packages+=("${pair#*=}"); done
  [ ${#packages[@]} -gt 0 ] || return 0
  apt_install "${packages[@]}" || true
  for pair in "$@"; do
    have "${pair%%=*}" && continue
    WHY_NOT="${pair%%=*} is missing: install your system's package for it (Debian: apt-get install ${packages[*]})"
    return 1
  done
}

need_python() { need_commands python3=python3; }

need_c() {
  need_commands gcc=gcc g++=g++ cmake=cmake make=make pkg-config=pkg-config readelf=binutils curl=curl openssl=openssl || return 1
  # The conformance runner in C reads its cases with cJSON; the library itself does not need it.
  pkg-config --exists libcjson || apt_install libcjson-dev || true
  if ! pkg-config --exists libcjson; then
    WHY_NOT="cJSON is missing: install your system's package for it (Debian: apt-get install libcjson-dev)"
    return 1
  fi
}

# at_least HAVE WANT: version comparison.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

need_rust() {
  local want version
  need_commands gcc=gcc || return 1 # the linker
  have cargo || export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  want=$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' "$ROOT/Cargo.toml" | head -n 1)
  if ! have cargo; then
    WHY_NOT="Rust $want or later is missing: install it with rustup (https://rustup.rs), then run this again"
    return 1
  fi
  version=$(cd "$ROOT" && rustc --version 2>/dev/null | cut -d' ' -f2)
  if [ -z "$version" ] || ! at_least "$version" "$want"; then
    WHY_NOT="Rust ${version:-(not working)} is too old, $want or later is needed: run 'rustup update stable'"
    return 1
  fi
}

# java_major JAVA_HOME: "17", or nothing where there is no JDK.
java_major() { [ -x "$1/bin/javac" ] && "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'; }

# find_jdk MAJOR: the home of a JDK of exactly this version.
find_jdk() {
  local home given=JAVA$1_HOME on_path=
  have javac && on_path=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
  for home in "${!given:-}" "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/*"$1"* "$HOME"/.sdkman/candidates/java/"$1"*; do
    if [ -n "$home" ] && [ "$(java_major "$home")" = "$1" ]; then
      echo "$home"
      return 0
    fi
  done
  return 1
}

need_java() {
  local home
  home=$(find_jdk 17) || { apt_install openjdk-17-jdk-headless && home=$(find_jdk 17); } || {
    WHY_NOT="JDK 17 is missing: install it (Debian: apt-get install openjdk-17-jdk-headless) or set JAVA17_HOME"
    return 1
  }
  export JAVA_HOME=$home PATH=$home/bin:$PATH
  need_commands mvn=maven
}

need_java25() {
  JAVA25=$(find_jdk 25) || { apt_install openjdk-25-jdk-headless && JAVA25=$(find_jdk 25); } || {
    WHY_NOT="JDK 25 is missing: install it (Eclipse Temurin 25, or your system's package) or set JAVA25_HOME"
    return 1
  }
}

dotnet_works() { have dotnet && (cd / && dotnet --list-sdks 2>/dev/null) | grep -q '^10\.'; }

use_dotnet_root() { # use_dotnet_root FOLDER
  [ -x "$1/dotnet" ] || return 1
  local before=$PATH
  PATH=$1:$PATH
  if dotnet_works; then export DOTNET_ROOT=$1 PATH; else PATH=$before; return 1; fi
}

need_dotnet() {
  local offline=${S3KMS_TOOLCHAIN:-$ROOT/../shared/toolchain/env.sh}
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
  # No build daemons: they outlive the command and hold its output pipe open.
  export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
  dotnet_works && return 0
  use_dotnet_root "${DOTNET_ROOT:-/nonexistent}" && return 0
  use_dotnet_root "$HOME/.dotnet" && return 0
  if [ -f "$offline" ]; then
    set +u
    # shellcheck disable=SC1090  # a file outside of this repository
    . "$offline" || true
    set -u
    dotnet_works && return 0
  fi
  WHY_NOT="the .NET SDK 10 is missing: install it (https://dot.net) with the .NET 8 runtime, or set DOTNET_ROOT"
  [ "${S3KMS_NO_INSTALL:-}" != 1 ] || return 1
  need_commands curl=curl || return 1
  quiet "installing the .NET SDK 10 and the .NET 8 runtime into ~/.dotnet" install_dotnet || return 1
  use_dotnet_root "$HOME/.dotnet"
}

# install_dotnet: Microsoft's installer script; channels pinned to what the package targets.
install_dotnet() {
  local script
  script=$(mktemp)
  curl -fsSL --connect-timeout 20 --retry 2 -o "$script" https://dot.net/v1/dotnet-install.sh &&
    bash "$script" --channel 10.0 --install-dir "$HOME/.dotnet" &&
    bash "$script" --channel 8.0 --runtime dotnet --install-dir "$HOME/.dotnet"
  local status=$?
  rm -f "$script"
  return $status
}

# need_boto3: an independent S3 client (boto3) in a virtual environment of its own; BOTO3_PYTHON is its interpreter.
need_boto3() {
  local version=1.40.0 venv
  venv=$S3KMS_CACHE/venv-boto3-$version
  BOTO3_PYTHON=$venv/bin/python
  export BOTO3_PYTHON
  [ ! -f "$venv/.complete" ] || return 0
  need_python || return 1
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv || true
  WHY_NOT="boto3 could not be installed from PyPI (see the log above); python3's venv module is needed too"
  quiet "installing boto3 $version for checks by an independent client" make_boto3_venv "$venv" "$version"
}

make_boto3_venv() {
  rm -rf "$1" && python3 -m venv "$1" && "$1/bin/pip" install -q "boto3==$2" && touch "$1/.complete"
}
