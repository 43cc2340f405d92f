"""Headers of an outer level that a location drops

A level that sets one header gets none of the levels around it: `add_header` in a location silently takes
away the security headers that the server sets for everything, and `proxy_set_header` takes away the host
and the address of the client that the backend relies on. Repeat them there, keep them in a file that both
include, or say `add_header_inherit merge;` (Nginx 1.29.3).

```nginx site.conf
server {
  listen 80;
  server_name example.com;
  add_header X-Frame-Options DENY;
  root /srv/www;
  location /static/ {
    add_header Cache-Control "max-age=3600";  #! /static/ of example.com drops x-frame-options
  }
}
```

## Instead

```nginx site.conf
server {
  listen 80;
  server_name example.com;
  add_header X-Frame-Options DENY;
  root /srv/www;
  location /static/ {
    add_header X-Frame-Options DENY;
    add_header Cache-Control "max-age=3600";
  }
}
```

Headers that protect visitors count medium; `X-Robots-Tag` and the like, and what a backend is told of the
client, low. Others are nothing that somebody relies on.
"""

from compolint.api import Fix, Location, Note, Problem, Problems, Severity, check

_PROTECTING = frozenset((
    "content-security-policy", "cross-origin-embedder-policy", "cross-origin-opener-policy",
    "cross-origin-resource-policy", "permissions-policy", "referrer-policy", "strict-transport-security",
    "x-content-type-options", "x-frame-options",
))  # fmt: skip
_HELPING = frozenset(
    ("x-download-options", "x-permitted-cross-domain-policies", "x-robots-tag", "x-xss-protection")
)
# What a backend knows of the client, and by whom it thinks that it is asked.
_TOLD = (
    "authorization",
    "forwarded",
    "host",
    "proxy",
    "remote-",
    "x-auth",
    "x-forwarded-",
    "x-real-ip",
    "x-remote-",
)


@check(
    Severity.MEDIUM,
    cwe=(693,),
    references=("https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header",),
    when="drops drops_upstream",
)
def dropped_headers(location: Location) -> Problems:
    # What it answers by itself is a word or a redirect, no page that somebody could frame.
    drops = [each for each in location.drops if each in _PROTECTING | _HELPING and location.returns is None]
    upstream = [each for each in location.drops_upstream if each.startswith(_TOLD)]
    for field, names, to in (("drops", drops, ""), ("drops_upstream", upstream, " for its backend")):
        if names:
            yield Problem(
                f"{location.place} drops {_listed(names)}, set further out{to}",
                at=location.at(field),
                notes=tuple(Note(f"{name} is set here", location.at(field, name)) for name in names[:3]),
                fix=Fix("set them here as well"),
                severity=None if field == "drops" and not _PROTECTING.isdisjoint(names) else Severity.LOW,
            )


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
