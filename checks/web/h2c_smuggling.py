"""Client that can lead its connection past the rules

The backend is asked in the client's own words to change the protocol. A backend that knows HTTP/2 without
TLS takes `Upgrade: h2c`, and from then on the proxy hands on bytes that it does not look at: the client
asks for the paths that the rules beside this one keep from it. Hand on `Upgrade` for WebSockets only, with
`Connection` from a `map` of fixed words.

```nginx site.conf
server {
  listen 80;
  server_name example.com;
  location /admin {
    deny all;
  }
  location / {  #! / of example.com hands on what the client says in Upgrade and Connection
    proxy_pass http://127.0.0.1:3000;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $http_connection;
  }
}
```

## Instead

```nginx site.conf
map $http_upgrade $connection_upgrade {
  default   "";
  websocket upgrade;
}
server {
  listen 80;
  server_name example.com;
  location /admin {
    deny all;
  }
  location / {
    proxy_pass http://127.0.0.1:3000;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
  }
}
```
"""

from compolint.api import Fix, Location, Note, Problem, Problems, Severity, World, check


@check(
    Severity.MEDIUM,
    cwe=(444,),
    references=("https://nginx.org/en/docs/http/websocket.html",),
    when="websocket",
)
def h2c_smuggling(location: Location, world: World) -> Problems:
    if not location.websocket:
        return
    beside = (each for each in world.owned(Location, location.owner) if each.access.asks)
    if guarded := next((each for each in beside if each.key != location.key), None):
        yield Problem(
            f"{location.place} hands on what the client says in Upgrade and Connection",
            at=location.at("path"),
            notes=(Note("this is what is kept from others", guarded.at("path")),),
            fix=Fix("look `Connection` up in a `map` of `$http_upgrade` that knows `websocket` only"),
        )
