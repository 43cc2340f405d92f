r"""Pattern for origins that strangers fit

An expression without `^` and `$`, or with a bare dot, also fits names that anybody can register:
`example\.com` fits `https://example.com.attacker.example`. Whoever is let in by it gets answers that only
the own pages were to read, with the visitor's cookies. Anchor both ends and escape the dots:
`^https://([a-z0-9-]+\.)?example\.com$`.

```nginx site.conf
server {
  listen 443 ssl;
  server_name api.example.com;
  location / {
    if ($http_origin ~* (example\.com)) {  #! (example\.com) also fits https://example.com.attacker.example
      set $cors $http_origin;
    }
    proxy_pass http://127.0.0.1:3000;
  }
}
```

## Instead

```nginx site.conf
server {
  listen 443 ssl;
  server_name api.example.com;
  location / {
    if ($http_origin ~ "^https://([a-z0-9-]+\.)?example\.com$") {
      set $cors $http_origin;
    }
    proxy_pass http://127.0.0.1:3000;
  }
}
```

A pattern for referers counts low: a referer proves nothing anyway.
"""

from compolint.api import Fix, Pattern, Problem, Problems, Severity, check, stranger


@check(
    Severity.HIGH,
    cwe=(625, 942),
    references=("https://cwe.mitre.org/data/definitions/625.html",),
    when="about:origin about:referer",
)
def weak_origin_pattern(pattern: Pattern) -> Problems:
    if pattern.about not in ("origin", "referer") or not pattern.lets_in:
        return
    if fitting := stranger(pattern.text, pattern.ignores_case):
        yield Problem(
            f"{pattern.text} also fits {fitting}, which belongs to somebody else",
            at=pattern.span,
            fix=Fix("begin it with ^, end it with $, and write dots as \\."),
            severity=Severity.LOW if pattern.about == "referer" else None,
        )
