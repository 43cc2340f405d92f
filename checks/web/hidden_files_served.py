r"""Hidden files in the root are handed out

Whoever asks for `/.htpasswd` or `/.svn/entries` gets it: hashes of passwords, names of files, what an
editor or a package manager keeps for itself. Keep them out of the folder that is served, and refuse names
that begin with a dot, but for `/.well-known/`.

```nginx nginx.conf
events {}
http {
  server_tokens off;
  server {
    listen 80;
    server_name example.com;
    root html;  #! example.com hands out .htpasswd
  }
}
```

```text html/.htpasswd
me:$2y$10$x
```

## Instead

```nginx nginx.conf
events {}
http {
  server_tokens off;
  server {
    listen 80;
    server_name example.com;
    root html;
    location ~ /\.(?!well-known/) {
      return 404;
    }
  }
}
```

```text html/.htpasswd
me:$2y$10$x
```

`.env` and `.git` are reported by `sensitive-web-root`.
"""

from compolint.api import Fix, Location, Problem, Problems, Severity, check


@check(
    Severity.LOW,
    cwe=(538, 552),
    references=("https://cwe.mitre.org/data/definitions/538.html",),
    when="hidden",
)
def hidden_files_served(location: Location) -> Problems:
    access = location.access
    names = [name for name in location.hidden if not name.startswith((".env", ".git/"))]
    if names and not location.internal and access.is_known and not access.asks:
        yield Problem(
            f"{location.name} hands out {' and '.join(names)} to whoever asks",
            at=location.at("root"),
            fix=Fix(r"refuse them: `location ~ /\.(?!well-known/) { return 404; }`"),
        )
