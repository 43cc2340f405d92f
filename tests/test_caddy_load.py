"""What Caddyfiles, Caddy's JSON and labels mean: where sites listen, and how requests are answered."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.load.caddy import configuration, looks_like
from compolint.load.caddy.configuration import (
    BasicAuth,
    Configuration,
    FileServer,
    Handler,
    Headers,
    Proxy,
    Redirect,
    Response,
    Root,
    Site,
)
from compolint.load.caddy.json import from_json
from compolint.load.caddy.labels import Container, Label, from_labels
from compolint.text import Source, Span
from compolint.tree import MemoryTree
from compolint.unknown import Maybe, Unknown

_KNOWN = (
    "abort", "admin", "auto_https", "basic_auth", "bind", "default_bind", "error", "file_server",
    "forward_auth", "handle", "handle_errors", "handle_path", "header", "http_port", "https_port", "import",
    "invoke", "log", "map", "order", "php_fastcgi", "plugin", "redir", "respond", "reverse_proxy", "rewrite",
    "root", "route", "servers", "tls", "try_files",
)  # fmt: skip


def load(
    text: str, path: str = "Caddyfile", files: Mapping[str, str] | None = None, **given: str
) -> Configuration:
    tree = MemoryTree({path: text, **(files or {})})
    source = tree.read(path)
    assert source
    return configuration(tree, source, given)


def site(text: str, **given: str) -> Site:
    found = load(text, "Caddyfile", None, **given)
    assert [fault.message for fault in found.faults] == []
    (one,) = found.sites
    return one


def handlers(lines: str) -> tuple[Handler, ...]:
    """Of a site that has these lines in it."""
    return site(f":80 {{\n{lines}\n}}\n").handlers


def handler(lines: str) -> Handler:
    (one,) = handlers(lines)
    return one


def listens(found: Configuration | Site) -> list[tuple[str, Maybe[bool]]]:
    sites = (found,) if isinstance(found, Site) else found.sites
    return [(each.endpoint.text, each.tls) for one in sites for each in one.listens]


def faults(found: Configuration, text: str) -> list[tuple[str, int, str]]:
    source = Source(found.path, text)
    return [(each.kind, source.position(each.span.start)[0], each.message) for each in found.faults]


def upstreams(lines: str) -> list[str]:
    detail = handler(lines).detail
    assert isinstance(detail, Proxy)
    return [each.endpoint.text for each in detail.upstreams]


# --- sockets ---


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("example.com", [(":443", True)]),
        ("localhost", [(":443", True)]),  # every interface: the name is none that Caddy binds to
        ("192.168.1.5", [(":443", True)]),
        ("[::1]:8080", [(":8080", True)]),
        ("example.com:8080", [(":8080", True)]),
        ("example.com:80", [(":80", False)]),
        (":8080", [(":8080", False)]),
        (":443", [(":443", True)]),
        ("http://", [(":80", False)]),
        ("http://example.com:8443", [(":8443", False)]),
        ("https://:9000/path", [(":9000", True)]),
        ("a.com, b.com, http://c.com", [(":443", True), (":80", False)]),
    ],
)
def test_a_site_listens_on_the_port_of_its_address(address: str, expected: list[tuple[str, bool]]) -> None:
    assert listens(site(f"{address} {{\n}}\n")) == expected


def test_only_bind_says_which_interface() -> None:
    found = site("a.com {\n bind 127.0.0.1 [::1] unix//run/a.sock tcp4/10.0.0.1\n}\n")
    assert [each.endpoint.text for each in found.listens] == [
        "127.0.0.1:443",
        "[::1]:443",
        "unix//run/a.sock",
        "tcp4/10.0.0.1:443",
    ]
    last = found.listens[3].endpoint
    assert (last.network, last.host, last.ports) == ("tcp4", "10.0.0.1", (443, 443))


def test_the_options_give_what_sites_do_not_say() -> None:
    options = "{\n http_port 8080\n https_port 8443\n default_bind 10.0.0.1\n}\n"
    found = load(f"{options}a.com {{\n}}\nhttp://b {{\n bind ::\n}}\n")
    assert listens(found) == [("10.0.0.1:8443", True), ("[::]:8080", False)]


def test_a_port_that_a_variable_gives_is_unknown_and_its_interface_is_not() -> None:
    (listen,) = site(":{$PORT} {\n}\n").listens
    assert isinstance(listen.endpoint.ports, Unknown)
    assert listen.endpoint.ports.names == ("PORT",)
    assert listen.endpoint.host == ""
    (listen,) = site("{$SITE} {\n}\n").listens
    assert isinstance(listen.endpoint.ports, Unknown)
    assert isinstance(listen.tls, Unknown)


def test_a_variable_that_is_given_or_has_a_default_is_known() -> None:
    assert listens(site("{$SITE} {\n}\n", SITE="http://a.com")) == [(":80", False)]
    assert listens(site("{$SITE:a.com:8443} {\n}\n")) == [(":8443", True)]


@pytest.mark.parametrize(
    ("text", "kind", "line", "message"),
    [
        ("ws://a {\n}\n", "invalid", 1, "the scheme ws:// is for browsers only"),
        ("a:99999 {\n}\n", "invalid", 1, "99999 is no port"),
        ("a {\n}\na {\n}\n", "invalid", 3, "another site has the address a"),
        ("a {\n}\n{\n debug\n}\n", "invalid", 3, "only the first block can be without an address"),
        ("a {\n respond @x\n}\n", "invalid", 2, "no matcher is called @x"),
        (
            "a {\n reverse_proxy http://b/c\n}\n",
            "invalid",
            2,
            "an upstream is a scheme, a host and a port, without a path",
        ),
        (
            "a {\n reverse_proxy https://b http://c\n}\n",
            "invalid",
            2,
            "all upstreams of a proxy must have the same scheme",
        ),
        ("respond hi\n", "invalid", 1, "respond is a directive, which must stand in the block of a site"),
        ("a {\n import nope\n}\n", "missing", 2, "nope is not here"),
        (
            "a {\n gzip\n proxy / b\n}\n",
            "legacy",
            2,
            "gzip belongs to Caddy 1; Caddy 2 does not take this file",
        ),
        (
            "a {\nb.com {\n}\n}\n",
            "invalid",
            2,
            "b.com is an address in the block of another site: a brace that closes is missing above",
        ),
    ],
)
def test_what_caddy_refuses_is_a_fault(text: str, kind: str, line: int, message: str) -> None:
    assert faults(load(text), text)[0] == (kind, line, message)


# --- options ---


def test_the_endpoint_of_the_administration_is_where_the_options_put_it() -> None:
    admin = load("{\n admin 0.0.0.0:2020 {\n  origins a b\n  enforce_origin\n }\n}\n").options.admin
    assert admin
    assert admin.endpoint
    assert (admin.endpoint.host, admin.endpoint.ports) == ("0.0.0.0", (2020, 2020))
    assert [str(word) for word in admin.origins] == ["a", "b"]
    assert admin.enforces_origin
    unspoken = load("{\n admin {\n  origins a\n }\n}\n").options.admin
    assert unspoken
    assert unspoken.endpoint
    assert unspoken.endpoint.text == "localhost:2019"
    off = load("{\n admin off\n}\n").options.admin
    assert off
    assert off.is_off
    assert load("a {\n}\n").options.admin is None


def test_options_of_servers_and_certificates_are_told() -> None:
    options = load(
        "{\n debug\n local_certs\n auto_https off\n on_demand_tls {\n  ask http://a\n }\n servers :443 {\n"
        "  trusted_proxies static 0.0.0.0/0\n  log_credentials\n  strict_sni_host insecure_off\n }\n}\n"
    ).options
    assert options.debug
    assert options.local_certs
    assert [word.value for word in options.auto_https] == ["off"]
    assert options.on_demand
    assert options.on_demand.first("ask")
    (servers,) = options.servers
    assert servers.trusted_proxies
    assert [word.value for word in servers.trusted_proxies] == ["static", "0.0.0.0/0"]
    assert servers.logs_credentials
    assert servers.strict_sni_host
    assert servers.strict_sni_host.value == "insecure_off"


def test_tls_of_a_site_is_told() -> None:
    tls = site(
        "a {\n tls internal {\n  on_demand\n  protocols tls1.2 tls1.3\n  insecure_secrets_log /tmp/keys\n"
        "  client_auth {\n   mode request\n   trust_pool file ca.pem\n  }\n }\n}\n"
    ).tls
    assert tls
    assert tls.is_internal
    assert tls.on_demand
    assert tls.client_trust
    assert [word.value for word in tls.protocols] == ["tls1.2", "tls1.3"]
    assert tls.client_mode
    assert (tls.client_mode.value, tls.secrets_log and tls.secrets_log.value) == ("request", "/tmp/keys")


# --- handlers ---


def test_handlers_come_in_the_order_in_which_caddy_asks_them() -> None:
    found = handlers(
        "file_server\nrespond /a hi\nrespond /abc hi\nrespond hi\nbasic_auth {\n a b\n}\nheader A b"
    )
    assert [(each.name, each.matcher and each.matcher.text) for each in found] == [
        ("header", None),
        ("basic_auth", None),
        ("respond", "/abc"),
        ("respond", "/a"),
        ("respond", None),
        ("file_server", None),
    ]


def test_in_a_route_the_source_orders_the_handlers() -> None:
    found = handler("route {\nrespond hi\nbasic_auth {\n a b\n}\n}")
    assert [each.name for each in found.handlers] == ["respond", "basic_auth"]


def test_the_order_option_moves_a_directive() -> None:
    options = "{\n order respond before header\n order plugin last\n}\n"
    text = f"{options}:80 {{\n plugin\n header A b\n respond hi\n}}\n"
    assert [(each.name, each.is_known) for each in site(text).handlers] == [
        ("respond", True),
        ("header", True),
        ("plugin", True),
    ]


def test_named_matchers_are_known_where_they_are_declared() -> None:
    found = handler("@lan {\n remote_ip 10.0.0.0/8\n not path /admin/*\n}\nrespond @lan hi")
    matcher = found.matcher
    assert matcher
    address, refused = matcher.conditions
    assert (address.name, [word.value for word in address.words]) == ("remote_ip", ["10.0.0.0/8"])
    assert [(each.name, str(each.words[0])) for each in refused.conditions] == [("path", "/admin/*")]
    assert handler("@m not path /a\nrespond @m hi").matcher != matcher


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("reverse_proxy app", ["app:80"]),
        ("reverse_proxy 9000", ["9000:80"]),  # the name of a host, not a port
        ("reverse_proxy :9000 [::1]:80", [":9000", "[::1]:80"]),
        ("reverse_proxy /api/* https://a", ["a:443"]),
        ("reverse_proxy {\n to a:1 b:2\n to c:3\n}", ["a:1", "b:2", "c:3"]),
        ("reverse_proxy unix//run/a.sock h2c://b", ["unix//run/a.sock", "b:80"]),
        ("reverse_proxy a:8001-8003", ["a:8001-8003"]),
        ("php_fastcgi php:9000", ["php:9000"]),
        ("forward_auth auth:9091 {\n uri /verify\n}", ["auth:9091"]),
    ],
)
def test_a_proxy_has_the_upstreams_that_caddy_dials(lines: str, expected: list[str]) -> None:
    assert upstreams(lines) == expected


def test_a_proxy_has_its_transport() -> None:
    proxy = handler("reverse_proxy a:8443 {\n transport http {\n  tls_insecure_skip_verify\n }\n}").detail
    assert isinstance(proxy, Proxy)
    assert (proxy.transport.protocol, proxy.transport.tls) == ("http", True)
    assert proxy.transport.skips_verification
    php = handler("php_fastcgi php:9000").detail
    assert isinstance(php, Proxy)
    assert php.transport.protocol == "fastcgi"


def test_an_upstream_that_a_variable_gives_is_unknown_in_part() -> None:
    detail = handler("reverse_proxy {$HOST}:81 {env.OTHER}:82").detail
    assert isinstance(detail, Proxy)
    one, other = (each.endpoint for each in detail.upstreams)
    assert isinstance(one.host, Unknown)
    assert isinstance(other.host, Unknown)
    assert (one.ports, one.host.names, other.ports, other.host.names) == (
        (81, 81),
        ("HOST",),
        (82, 82),
        ("OTHER",),
    )


@pytest.mark.parametrize("name", _KNOWN)
@pytest.mark.parametrize("value", ["{$OPEN}", "{env.OPEN}", "x{$OPEN}y"])
def test_what_is_open_stays_open_wherever_it_stands(name: str, value: str) -> None:
    load(f"{{\n {name} {value} {value} {{\n  {value} {value}\n }}\n}}\n")
    load(f"{value} {{\n {name} {value} {{\n  {value} {value}\n }}\n {name} {value} {value}\n}}\n")
    load(f"{value}:{value} {{\n {name} @m {value}\n {name} {{\n  browse {value}\n  to {value}\n }}\n}}\n")


def test_details_of_other_handlers_are_told() -> None:
    files = handler("file_server {\n root /srv\n hide .git\n browse {\n  reveal_symlinks\n }\n}").detail
    assert isinstance(files, FileServer)
    assert files.root
    assert files.browse
    assert files.reveals_symlinks
    login = handler("basic_auth /a bcrypt {\n bob $2a$14$x\n amy {env.HASH}\n}").detail
    assert isinstance(login, BasicAuth)
    bob, amy = login.accounts
    assert bob.password
    assert amy.password
    assert (bob.user.value, bob.password.value, login.algorithm) == ("bob", "$2a$14$x", "bcrypt")
    assert isinstance(amy.password.value, Unknown)
    away = handler("redir https://{host}{uri} permanent").detail
    assert isinstance(away, Redirect)
    assert (away.target.value, away.status) == ("https://{host}{uri}", "301")
    root = handler("root /srv").detail
    assert isinstance(root, Root)
    assert root.path.value == "/srv"
    answer = handler("respond /health 204").detail
    assert isinstance(answer, Response)
    assert (answer.status, answer.body) == ("204", None)
    changes = handler("header {\n -Server\n +A b\n C d e\n ?F g\n}").detail
    assert isinstance(changes, Headers)
    assert [(each.operation, each.name.value) for each in changes.changes] == [
        ("delete", "Server"),
        ("add", "A"),
        ("replace", "C"),
        ("default", "F"),
    ]


def test_handlers_of_errors_and_of_named_routes_stand_apart() -> None:
    found = load("&(api) {\n reverse_proxy a\n}\n:80 {\n invoke api\n handle_errors {\n  respond oh\n }\n}\n")
    assert [(route.name, [each.name for each in route.handlers]) for route in found.routes] == [
        ("api", ["reverse_proxy"])
    ]
    assert [each.name for each in found.sites[0].handlers] == ["invoke"]
    assert [each.name for each in found.sites[0].errors] == ["respond"]


# --- files ---


def test_imports_are_found_beside_the_file_that_imports() -> None:
    found = load(
        "import sites/*.caddy\n",
        "conf/Caddyfile",
        {
            "conf/sites/a.caddy": "a.com {\n import ../common/x\n}\n",
            "conf/sites/.b.caddy": "b.com {\n}\n",
            "conf/sites/deep/c.caddy": "c.com {\n}\n",
            "conf/common/x": "respond hi # compolint: no\n",
        },
    )
    assert [str(one.addresses[0].text) for one in found.sites] == ["a.com"]
    assert found.sites[0].handlers[0].span.path == "conf/common/x"
    assert [source.path for source in found.files] == [
        "conf/Caddyfile",
        "conf/sites/a.caddy",
        "conf/common/x",
    ]
    assert [span.path for span in found.comments] == ["conf/common/x"]


def test_what_lies_in_the_usual_place_on_a_server_lies_beside_the_caddyfile() -> None:
    found = load("import /etc/caddy/more\n", "caddy/Caddyfile", {"caddy/more": "a.com {\n}\n"})
    assert [str(one.addresses[0].text) for one in found.sites] == ["a.com"]


def test_files_that_import_each_other_come_to_an_end() -> None:
    found = load("import a\n", "Caddyfile", {"a": "import b\n", "b": "import a\n"})
    assert [fault.message for fault in found.faults] == ["this import leads in a circle"]


# --- other forms ---


def test_json_says_the_same_in_its_own_way() -> None:
    text = """{"admin": {"listen": ":2019"}, "apps": {"http": {"servers": {"srv0": {
      "listen": [":443"], "tls_connection_policies": [{"protocol_min": "tls1.2"}],
      "routes": [{"match": [{"host": ["a.com"], "path": ["/x"]}], "handle": [{"handler": "subroute",
        "routes": [
        {"handle": [{"handler": "authentication", "providers": {"http_basic": {
           "accounts": [{"username": "bob", "password": "{env.HASH}"}]}}},
         {"handler": "reverse_proxy", "upstreams": [{"dial": "app:3000"}],
          "transport": {"protocol": "http", "tls": {"insecure_skip_verify": true}}}]}]}]}]}}}}}"""
    found = from_json(Source("caddy.json", text))
    assert listens(found) == [(":443", True)]
    assert found.options.admin
    assert found.options.admin.endpoint
    assert found.options.admin.endpoint.host == ""
    (route,) = found.sites[0].handlers
    assert route.matcher
    assert [each.name for each in route.matcher.conditions] == ["host", "path"]
    login, proxy = (each.detail for each in route.handlers)
    assert isinstance(login, BasicAuth)
    assert isinstance(proxy, Proxy)
    skips = proxy.transport.skips_verification
    assert skips
    assert text[skips.start : skips.end] == '"insecure_skip_verify"'
    assert [each.endpoint.text for each in proxy.upstreams] == ["app:3000"]


def labelled(**labels: Maybe[str]) -> Configuration:
    return of_labels(labels)


def of_labels(labels: Mapping[str, Maybe[str]]) -> Configuration:
    given = tuple(
        Label(name, value, Span("compose.yaml", at, at + 1), Span("compose.yaml", at + 100, at + 101))
        for at, (name, value) in enumerate(labels.items())
    )
    return from_labels([Container("web", given)], {}, "compose.yaml")


def test_labels_make_a_caddyfile() -> None:
    found = labelled(
        **{
            "caddy": "example.com",
            "caddy.reverse_proxy": "{{upstreams 8080}}",
            "caddy.handle_1.respond": "one",
            "caddy.handle_0": "/zero",
            "caddy_1": "(snippet)",
            "caddy_1.encode": "gzip",
            "caddy.import": "snippet",
            "caddy_2.email": "a@example.com",
            "com.example.caddy": "no",
        }
    )
    assert found.faults == ()
    assert listens(found) == [(":443", True)]
    assert [each.name for each in found.options.settings] == ["email"]
    names = [each.name for each in found.sites[0].handlers]
    assert names == ["encode", "handle", "handle", "reverse_proxy"]
    proxy = found.sites[0].handlers[-1].detail
    assert isinstance(proxy, Proxy)
    assert [each.endpoint.text for each in proxy.upstreams] == ["web:8080"]
    assert proxy.upstreams[0].endpoint.span == Span("compose.yaml", 101, 102)


def test_a_number_before_a_label_says_where_it_comes() -> None:
    found = labelled(**{"caddy": ":80", "caddy.route.1_respond": "hi", "caddy.route.0_header": "A b"})
    (route,) = found.sites[0].handlers
    assert [each.name for each in route.handlers] == ["header", "respond"]


def test_a_label_that_is_unknown_makes_an_address_that_is() -> None:
    open_value = Unknown("${SITE}:8080", Span("compose.yaml", 0, 5), ("SITE",), tail=":8080")
    found = of_labels({"caddy": open_value, "caddy.respond": "hi"})
    (address,) = found.sites[0].addresses
    assert isinstance(address.host, Unknown)
    assert address.port == 8080


# --- which files ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("example.com {\n\treverse_proxy app:80\n}\n", True),
        ("(s) {\n\tencode gzip\n}\n", True),
        ("{\n\temail a@example.com\n}\n", True),
        ('{"apps": {"http": {"servers": {}}}}', True),
        ("server {\n  listen 80;\n  location / {\n    root /srv;\n  }\n}\n", False),
        ('resource "x" "y" {\n  tls = true\n}\n', False),
        ("services:\n  web:\n    image: caddy\n", False),
        ("", False),
    ],
)
def test_a_text_is_recognised_by_its_blocks(text: str, expected: bool) -> None:
    assert looks_like(text) is expected


# --- any text ---

PIECES = st.lists(
    st.sampled_from(
        ["a.com", "http://b", ":80", " {\n", "\n}\n", "\n", " ", "bind", "tls", "respond", "reverse_proxy",
         "@m",
         "{$A}", "{env.B}", "https://", ":99", "-7", "unix//x", "handle", "not", "path", "/x*", "{", "admin",
         "servers", "header", "-", "redir", "basic_auth", "root", "file_server", "browse", "order", "[::1]"]
    ),
    max_size=60,
).map(" ".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(PIECES | st.text(max_size=100))
def test_any_text_is_taken(text: str) -> None:
    load(text.replace("\0", ""))
    from_json(Source("caddy.json", text))
    looks_like(text)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.text("caddy_.01@{} ab", min_size=1, max_size=30).map(lambda name: f"caddy{name}"), PIECES
    )
)
def test_any_labels_are_taken(labels: dict[str, str]) -> None:
    of_labels(dict(labels))
