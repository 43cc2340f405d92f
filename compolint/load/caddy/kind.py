"""Which files are Caddy's, by a look at what they say, and which of them only their own program can read."""

import re

from compolint.pattern import pattern

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
_JSON = pattern(r'\s*\{\s*"(?:[^"\\]|\\.)*"\s*:')
# … whose value is an object, or missing at the end of a broken text
_OWN_KEYS = pattern(r'"(?:admin|apps|logging|storage)"\s*:\s*(?:\{|\Z)')
_TEMPLATES = (".template", ".tmpl", ".tpl", ".j2", ".jinja", ".jinja2", ".erb", ".mustache", ".in")
# Jinja and templates of Go, where no string begins before: ### {% if x %} ###   ### {{ domain }} { ###
_TEMPLATE = pattern(r"^[^\"`#\n]*(?:\{%|\{\{[-\s]?[\s.$\w])", re.M)


def looks_like(text: str) -> bool:
    """Whether a text whose name does not tell is Caddy's: its own JSON, or blocks of sites."""
    if text.lstrip()[:1] == "{" and _SERVERS.search(text):
        return '"http"' in text and '"servers"' in text
    return bool(_BLOCK.search(text) and _DIRECTIVE.search(text))


def is_json(text: str) -> bool:
    """Whether a text is a configuration in JSON, rather than a Caddyfile or another program's JSON."""
    return bool(_JSON.match(text) and _OWN_KEYS.search(text))


def is_template(path: str, text: str, is_understood: bool) -> bool:
    """Whether another program makes the configuration of it."""
    is_named, is_marked = path.endswith(_TEMPLATES), "{{" in text or "{%" in text
    if is_understood and not (is_marked and (is_named or "{%" in text)):
        return False
    return is_named or (is_marked and bool(_TEMPLATE.search(text)))
