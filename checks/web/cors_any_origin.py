"""Every web page may read answers in the visitor's name

The origin that a browser names is sent back as the one that may read, and cookies are allowed: any page
that a visitor opens can then ask this server with the visitor's login and read what it says. Send back only
origins of a list: a `map` of `$http_origin` with the names that are meant.

```nginx site.conf
server {
  listen 443 ssl;
  server_name api.example.com;
  location / {
    add_header Access-Control-Allow-Origin $http_origin;  #! api.example.com lets the page of any origin read
    add_header Access-Control-Allow-Credentials true;
    proxy_pass http://127.0.0.1:3000;
  }
}
```

## Instead

```nginx site.conf
map $http_origin $cors {
  default "";
  https://app.example.com $http_origin;
}
server {
  listen 443 ssl;
  server_name api.example.com;
  location / {
    add_header Access-Control-Allow-Origin $cors;
    add_header Access-Control-Allow-Credentials true;
    proxy_pass http://127.0.0.1:3000;
  }
}
```

Without cookies the answers are those that anybody gets, and nothing is reported.
"""

from compolint.api import Fix, Header, Note, Problem, Problems, Severity, World, check


@check(
    Severity.MEDIUM,
    cwe=(942,),
    references=("https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS",),
    when="echoes",
)
def cors_any_origin(header: Header, world: World) -> Problems:
    if header.direction != "answer" or header.name.lower() != "access-control-allow-origin":
        return
    if header.is_guarded or "origin" not in header.echoes:
        return
    for other in world.owned(Header, header.owner):
        if other.name.lower() == "access-control-allow-credentials" and other.value == "true":
            yield Problem(
                f"{header.site} lets the page of any origin read its answers in the visitor's name",
                at=header.at("value"),
                notes=(Note("cookies are allowed here", other.span),),
                fix=Fix("send back only origins that a list names"),
            )
            return
