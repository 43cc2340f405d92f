"""Which files are configurations of Nginx: a look at what they say."""

import re

from compolint.pattern import pattern
from compolint.syntax.nginx_rules import BLOCKS, SIMPLE

# What supervisors, filters of logs and Apache have under such names begins otherwise:
# ### [program:nginx] ###   ### <VirtualHost *:80> ###
_FOREIGN = pattern(r"(?:\s|[#;][^\n]*\n)*+(?:<[A-Za-z/?!]|\[)")
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


def is_foreign(text: str) -> bool:
    """Whether a file with the name of one of Nginx's belongs to a program that looks after Nginx."""
    return bool(_FOREIGN.match(text))
