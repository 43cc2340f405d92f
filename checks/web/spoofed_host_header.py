"""Host name for the backend as the client writes it

Nginx chooses the site by the host of the request line, if there is one, and checks what it takes; the
header `Host` may say something else, and `$http_host` hands that on. A backend that builds links from it
puts the attacker's name into mails for new passwords and into cached pages. `$host` is the name by which
the site was chosen.

```nginx site.conf
server {
  listen 80;
  server_name example.com;
  location / {
    proxy_pass http://127.0.0.1:3000;
    proxy_set_header Host $http_host;  #! example.com tells its backend a host of the client's own: $http_host
  }
}
```

## Instead

```nginx site.conf
server {
  listen 80;
  server_name example.com;
  location / {
    proxy_pass http://127.0.0.1:3000;
    proxy_set_header Host $host;
  }
}
```
"""

from compolint.api import Fix, Header, Problem, Problems, Severity, check


@check(
    Severity.LOW,
    cwe=(644,),
    references=("https://nginx.org/en/docs/http/ngx_http_core_module.html#var_host",),
    when="by_client",
)
def spoofed_host_header(header: Header) -> Problems:
    if header.direction == "request" and header.name.lower() == "host" and header.by_client:
        yield Problem(
            f"{header.site} tells its backend a host of the client's own: {' and '.join(header.by_client)}",
            at=header.at("value"),
            fix=Fix("write $host"),
        )
