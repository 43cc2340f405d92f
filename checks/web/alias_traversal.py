"""Location without a slash at its end, over an alias with one

A prefix without a slash at its end also fits paths that go on with other letters: of `/i../secrets` Nginx
puts `../secrets` behind the alias, and hands out files of the folder above it. Whoever asks for that gets
the program's source, its configuration and its `.env`. End both with a slash, or neither.

```nginx nginx.conf
events {}
http {
  server_tokens off;
  server {
    listen 80;
    location /i {  #! /i of :80 also leads to files beside /data/images/
      alias /data/images/;
    }
  }
}
```

## Instead

```nginx nginx.conf
events {}
http {
  server_tokens off;
  server {
    listen 80;
    location /i/ {
      alias /data/images/;
    }
  }
}
```
"""

from compolint.api import Fix, Location, Note, Problem, Problems, Severity, check


@check(
    Severity.HIGH,
    cwe=(22,),
    references=("https://nginx.org/en/docs/http/ngx_http_core_module.html#alias",),
    when="alias",
)
def alias_traversal(location: Location) -> Problems:
    if location.alias is None or location.match not in ("prefix", "first prefix") or location.internal:
        return
    if not location.serves_files or location.path.endswith("/") or not location.alias.endswith("/"):
        return
    yield Problem(
        f"{location.path} of {location.name} also leads to files beside {location.alias}",
        at=location.at("path"),
        notes=(Note("the alias ends with a slash, and the location does not", location.at("alias")),),
        fix=Fix(f"write {location.path}/"),
    )
