"""Server that tells its version

Each answer and each error page names the version of the web server. It is no hole by itself, but whoever
looks for servers with a known one finds it by that, without a second request. Say `server_tokens off;`.

```nginx nginx.conf
events {}
http {  #! nginx.conf tells everybody its version of Nginx
  server {
    listen 80;
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
  }
}
```
"""

from compolint.api import Fix, Problem, Problems, Severity, WebServer, assume, check


@check(
    Severity.LOW,
    hardening=True,
    cwe=(200,),
    cis="2.5.1",
    references=("https://nginx.org/en/docs/http/ngx_http_core_module.html#server_tokens",),
)
def version_disclosure(web_server: WebServer) -> Problems:
    # What is filled in later is somebody's decision; a wrong guess hides a version number.
    tells = assume(web_server.tells_version, False)
    is_default = tells is None and web_server.server == "nginx"
    if tells or (is_default and web_server.is_whole and web_server.is_complete):
        yield Problem(
            f"{web_server.name} tells everybody its version of Nginx",
            at=web_server.at("tells_version"),
            fix=Fix("say `server_tokens off;` in `http`"),
        )
