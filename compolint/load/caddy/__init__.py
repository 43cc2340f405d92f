"""Caddy's configurations: Caddyfiles with what they import, JSON, and the labels of containers."""

import re
from collections.abc import Mapping

from compolint.load.caddy.caddyfile import adapted
from compolint.load.caddy.configuration import Configuration
from compolint.load.caddy.files import Files
from compolint.pattern import pattern
from compolint.syntax import caddy
from compolint.text import Source
from compolint.tree import Tree

__all__ = ["Configuration", "configuration", "looks_like"]

# A block that opens behind an address, or behind nothing, or that is a snippet:
# ### example.com, :8080 { ###   ### { ###   ### (snippet) { ###
_BLOCK = pattern(
    r"^(?:\{|\([\w-]+\)[ \t]+\{|(?=[^\s{]*[.:]|localhost|\{\$)\S++(?:[ \t]++[^\s{]\S*+){0,20}+[ \t]++\{)"
    r"[ \t]*+(?:#.*)?\r?$",
    re.M,
)
# … and a directive in it that only Caddy has under this name.
_DIRECTIVE = pattern(
    r"^[ \t]+(?:reverse_proxy|file_server|php_fastcgi|respond|encode|basic_?auth|forward_auth|handle_path"
    r"|handle|tls|redir|import|admin|email|root[ \t]+\*)(?:[ \t{].*)?\r?$",
    re.M,
)
_SERVERS = pattern(r'"apps"\s*:\s*\{')


def configuration(tree: Tree, source: Source, environment: Mapping[str, str] | None = None) -> Configuration:
    """What a Caddyfile says, or a JSON file."""
    given = environment or {}
    if source.path.endswith(".json"):
        from compolint.load.caddy.json import from_json

        return from_json(source)
    files = Files(tree, source.path, given)
    return adapted(caddy.read(source, given, files.find), source.path)


def looks_like(text: str) -> bool:
    """Whether a text whose name does not tell is Caddy's: its own JSON, or blocks of sites."""
    if text.lstrip()[:1] == "{" and _SERVERS.search(text):
        return '"http"' in text and '"servers"' in text
    return bool(_BLOCK.search(text) and _DIRECTIVE.search(text))
