"""Which files are configurations of Nginx: by their names, else by a look at what they say."""

import re

from compolint.pattern import pattern
from compolint.syntax.nginx_rules import BLOCKS, SIMPLE

_SUFFIX = r"(?:\.(?:conf|example|sample|dist|template|tmpl|bak|old|j2|erb|in))*$"
# nginx.conf, nginx.prod.conf.template, site.nginx, site.nginx.conf
_NAMES = pattern(rf"(?:nginx(?:[-_.][\w.-]+)?\.conf|[\w.-]+\.nginx){_SUFFIX}")
# default.conf, 10-site.conf.template, proxy.inc, fastcgi_params, sites-available/default
_MAYBE = pattern(rf"(?:[\w@.+-]+\.(?:conf|inc|vhost|site){_SUFFIX}|default$|[a-z]+_params$)")
_FOLDERS = frozenset(("http.d", "sites-available", "sites-enabled", "snippets", "stream.d", "vhosts"))

_LONGEST_LOOK = 50_000  # characters
# A line that begins with a name and ends as statements do: ### root /a; # b ###   ### server { ###
_LINE = pattern(r"^[ \t]*([a-z][a-z0-9_]*)(?=[ \t;{])[^\n]*?[;{}][ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)
# <VirtualHost *:80>   [Unit]
_OTHER = pattern(r"^[ \t]*(?:<[A-Za-z/?!]|\[[A-Za-z][\w .:-]*\][ \t]*\r?$)", re.MULTILINE)
# What other languages with semicolons say as well: BIND, ISC DHCP, BIRD, VCL, C
_COMMON = frozenset((
    "alias", "allow", "break", "charset", "deny", "events", "expires", "geo", "http", "if", "include",
    "index", "internal", "keepalive", "mail", "map", "match", "pid", "resolver", "return", "root",
    "satisfy", "set", "stream", "types", "user",
))  # fmt: skip
_OWN = (
    "add_",
    "auth_",
    "client_",
    "fastcgi_",
    "grpc_",
    "gzip",
    "limit_",
    "proxy_",
    "scgi_",
    "ssl_",
    "uwsgi_",
)


def is_named_like_nginx(path: str) -> bool:
    """Whether the name alone says so."""
    return bool(_NAMES.match(path.rpartition("/")[2]))


def may_be_nginx(path: str) -> bool:
    """Whether the file is worth a look."""
    folder, _, name = path.rpartition("/")
    return bool(_MAYBE.match(name)) or folder.rpartition("/")[2] in _FOLDERS


def looks_like_nginx(text: str) -> bool:
    """Whether a text of unknown origin speaks to Nginx.

    Half of the lines that read like statements must be known ones, and one of them what nobody else says.
    """
    text = text[:_LONGEST_LOOK]
    if ";" not in text or _OTHER.search(text):
        return False
    names = _LINE.findall(text)
    known = [name for name in names if name in SIMPLE or name in BLOCKS or name.startswith(_OWN)]
    return 2 * len(known) >= len(names) and any(name not in _COMMON for name in known)
