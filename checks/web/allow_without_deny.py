"""List of those who may come, without a word about the others

Addresses that no rule names get through: `allow 10.0.0.0/8;` alone keeps nobody out, and the page that it
seems to protect is open to the world. End the list with `deny all;`.

```nginx site.conf
server {
  listen 80;
  server_name example.com;
  location /admin {
    allow 10.0.0.0/8;  #! /admin of example.com allows some addresses and denies none
    proxy_pass http://127.0.0.1:3000;
  }
}
```

## Instead

```nginx site.conf
server {
  listen 80;
  server_name example.com;
  location /admin {
    allow 10.0.0.0/8;
    deny all;
    proxy_pass http://127.0.0.1:3000;
  }
}
```
"""

from compolint.api import Fix, Location, Problem, Problems, Severity, check


@check(
    Severity.HIGH,
    cwe=(284,),
    references=("https://nginx.org/en/docs/http/ngx_http_access_module.html",),
    when="access",
)
def allow_without_deny(location: Location) -> Problems:
    access = location.access
    if not access.allows or access.is_limited or not access.is_known or "all" in access.allows:
        return
    # Where either an address or a password is enough, the others are asked for the password.
    if access.needs_all or access.authentication is None:
        yield Problem(
            f"{location.place} allows some addresses and denies none",
            at=location.at("allows", 0),
            fix=Fix("end the list with `deny all;`"),
        )
