"""The real nginx, asked whether it takes a configuration. It opens no socket that a network reaches."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

LUA = Path("/usr/lib/nginx/modules/ngx_http_lua_module.so")
_NDK = LUA.with_name("ndk_http_module.so")
# What would else need rights that tests have not; one line, so that the numbers of the others are plain.
_PATHS = " ".join(f"{kind}_temp_path temp;" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
HTTP = f"events {{}} http {{ access_log off; types_hash_bucket_size 16384; {_PATHS}"
SERVER = "server { listen unix:socket;"
_SYNTAX = re.compile(
    r'unexpected ".+"\Z|unexpected end of file|too long parameter'
    r"|is not terminated by|has no opening|Lua code block",
    re.DOTALL,
)
_PLACE = re.compile(r"\[emerg\] [\d#]+: (?P<message>.*) in \S*nginx\.conf:(?P<line>\d+)$", re.M | re.S)


class Verdict(NamedTuple):
    accepted: bool
    message: str = ""
    line: int = 0

    @property
    def is_about_syntax(self) -> bool:
        return bool(_SYNTAX.search(self.message))


def program() -> str:
    """Where nginx is; without it the test is skipped, but never in continuous integration."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        if "CI" in os.environ:
            pytest.fail("nginx is missing")
        pytest.skip("nginx is missing")
    return found


def verdict(text: str, folder: Path) -> Verdict:
    """What `nginx -t` says."""
    folder.joinpath("nginx.conf").write_bytes(text.encode())
    modules = "".join(f"load_module {path};" for path in (_NDK, LUA) if LUA.exists() and "_lua" in text)
    command = [program(), "-t", "-e", "stderr", "-p", str(folder), "-c", "nginx.conf"]
    command += ["-g", f"pid {folder}/pid; {modules}"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, timeout=10, check=False)
    if ended.returncode == 0:
        return Verdict(True)
    said = ended.stderr.decode(errors="replace")
    if place := _PLACE.search(said):
        return Verdict(False, place["message"], int(place["line"]))
    return Verdict("syntax is ok" in said, said)
