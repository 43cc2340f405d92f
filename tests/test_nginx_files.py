"""Which files make up a configuration of Nginx, and in which places their statements count."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint import load
from compolint.load.nginx.configuration import Configuration, Statement, context_of, every
from compolint.load.nginx.files import read
from compolint.load.nginx.includes import matching
from compolint.load.nginx.kind import looks_like_nginx
from compolint.syntax.nginx import parse
from compolint.text import Source
from compolint.tree import MemoryTree


def configuration(files: dict[str, str], path: str = "nginx.conf") -> Configuration:
    found = read(MemoryTree(files), path)
    assert found is not None
    return found


def outline(configuration: Configuration) -> list[str]:
    return [_outlined(statement) for statement in configuration.statements]


def _outlined(statement: Statement) -> str:
    words = " ".join((statement.name, *statement.texts))
    if statement.block is None:
        return words
    return f"{words} {{{'; '.join(map(_outlined, statement.block))}}}"


def covered(files: dict[str, str], places: object) -> list[str]:
    assert isinstance(places, tuple)
    return [files[span.path][span.start : span.end] for span in places]


def messages(configuration: Configuration) -> list[str]:
    return [fault.message for fault in configuration.faults]


# --- includes ---


def test_an_included_file_stands_for_itself() -> None:
    files = {
        "nginx.conf": "events {} http { include conf.d/*.conf; root /a; }",
        "conf.d/b.conf": "server { listen 81; }",
        "conf.d/a.conf": "server { include more.inc; }",
        "more.inc": "listen 80;",
        "conf.d/.c.conf": "server { listen 82; }",
        "conf.d/d.conf.bak": "server { listen 83; }",
    }
    found = configuration(files)
    assert outline(found) == ["events {}", "http {server {listen 80}; server {listen 81}; root /a}"]
    assert found.paths == ("nginx.conf", "conf.d/a.conf", "more.inc", "conf.d/b.conf")
    assert (found.context, found.gaps, found.faults, found.skipped) == ("main", (), (), ())


def test_a_statement_knows_its_place() -> None:
    files = {
        "nginx.conf": "http { include a.conf; }",
        "a.conf": "server { location / { include b.conf; } }",
        "b.conf": "proxy_pass http://c;",
    }
    (statement,) = configuration(files).named("proxy_pass")
    assert (statement.context, covered(files, (statement.span,))) == ("location", ["proxy_pass http://c;"])
    assert [block.name for block in statement.around()] == ["location", "server", "http"]
    assert covered(files, statement.via) == ["a.conf", "b.conf"]


def test_paths_count_from_the_folder_of_the_main_file() -> None:
    files = {
        "a/nginx.conf": "http { include sub/b.conf; }",
        "a/sub/b.conf": "include c.conf;",
        "a/c.conf": "root /main;",
        "a/sub/c.conf": "root /sub;",
    }
    assert outline(configuration(files, "a/nginx.conf")) == ["http {root /main}"]


@pytest.mark.parametrize(
    ("main", "include", "other"),
    [
        ("nginx/nginx.conf", "/etc/nginx/conf.d/*.conf", "nginx/conf.d/a.conf"),
        ("nginx.conf", "/etc/nginx/conf.d/a.conf", "conf.d/a.conf"),
        ("nginx.conf", "/etc/nginx/a.conf", "a.conf"),
        ("nginx.conf", "/usr/local/openresty/nginx/conf/a.conf", "a.conf"),
        ("etc/nginx/nginx.conf", "/etc/nginx/conf.d/*.conf", "etc/nginx/conf.d/a.conf"),
        ("rootfs/etc/nginx/nginx.conf", "/data/nginx/a.conf", "rootfs/data/nginx/a.conf"),
        ("nginx.conf", "/opt/site/vhosts/*", "vhosts/a.conf"),
        ("nginx.conf", "/etc/letsencrypt/options.conf", "letsencrypt/options.conf"),
        ("a/nginx.conf", "../b/a.conf", "b/a.conf"),
    ],
)
def test_absolute_paths_are_those_of_the_machine(main: str, include: str, other: str) -> None:
    files = {main: f"http {{ include {include}; }}", other: "root /a;"}
    assert outline(configuration(files, main)) == ["http {root /a}"]


def test_a_pattern_does_not_find_files_of_the_same_name_elsewhere() -> None:
    files = {"nginx.conf": "http { include /srv/*.conf; }", "a.conf": "root /a;"}
    assert outline(configuration(files)) == ["http {}"]


def test_pieces_are_looked_for_beside_the_main_file_above_them() -> None:
    files = {
        "nginx/nginx.conf": "http {}",
        "nginx/sites/a/b.conf": "server { include parts/c.conf; }",
        "nginx/parts/c.conf": "listen 80;",
    }
    assert outline(configuration(files, "nginx/sites/a/b.conf")) == ["server {listen 80}"]
    files = {"x/conf.d/a.conf": "server { include parts/c.conf; }", "x/parts/c.conf": "listen 80;"}
    assert outline(configuration(files, "x/conf.d/a.conf")) == ["server {listen 80}"]


def test_a_file_that_a_machine_has_is_skipped() -> None:
    files = {"nginx.conf": "http { include /etc/nginx/proxy_params; include mime.types; }"}
    found = configuration(files)
    assert [tuple(each) for each in found.skipped] == [
        ("/etc/nginx/proxy_params", "is included and not here"),
        ("mime.types", "is included and not here"),
    ]
    assert covered(files, found.statements[0].gaps) == ["/etc/nginx/proxy_params"]
    assert found.faults == ()


def test_a_file_that_is_missing_beside_others_keeps_nginx_from_starting() -> None:
    files = {"nginx.conf": "http { include parts/b.conf; }", "parts/a.conf": "root /a;"}
    assert messages(configuration(files)) == ["Nginx does not start without parts/b.conf, which is not here"]


def test_a_pattern_that_finds_nothing_is_no_fault() -> None:
    files = {
        "nginx.conf": "http { include empty/*.conf; include /etc/nginx/conf.d/*.conf; }",
        "empty/README.md": "",
    }
    found = configuration(files)
    assert (found.faults, found.skipped) == ((), ())
    assert covered(files, found.statements[0].gaps) == ["/etc/nginx/conf.d/*.conf"]


def test_what_a_template_fills_in_is_a_gap() -> None:
    files = {
        "nginx.conf": "http { server {\n${EXTRA}\n include ${DIR}/a.conf; } include b.conf; }",
        "b.conf": "{{ c }}",
    }
    found = configuration(files)
    (http,) = found.statements
    (server,) = http.named("server")
    assert covered(files, server.gaps) == ["${EXTRA}", "${DIR}/a.conf"]
    assert [span.path for span in http.gaps] == ["b.conf"]


def test_a_file_that_includes_itself_is_told_and_read_once() -> None:
    files = {
        "nginx.conf": "http { include a.conf; }",
        "a.conf": "root /a; include b.conf;",
        "b.conf": "include a.conf;",
    }
    found = configuration(files)
    assert outline(found) == ["http {root /a}"]
    assert messages(found) == ["a.conf includes this file in turn, without end"]


def test_faults_of_a_file_are_told_once() -> None:
    files = {"nginx.conf": "http { include a.conf; server { include a.conf; } }", "a.conf": "root /a;;"}
    found = configuration(files)
    assert outline(found) == ["http {root /a; server {root /a}}"]
    assert [(fault.message, fault.span.path) for fault in found.faults] == [
        ("no directive stands before this `;`", "a.conf")
    ]


def test_a_file_that_cannot_be_read_is_skipped() -> None:
    tree = MemoryTree({"nginx.conf": "http { include a.conf; }", "a.conf": b"\xff\xfe\x00"})
    found = read(tree, "nginx.conf")
    assert found is not None
    assert [each.path for each in found.skipped] == ["a.conf"]
    assert len(found.statements[0].gaps) == 1


def test_includes_that_multiply_come_to_an_end() -> None:
    files = {f"{number}.conf": f"include {number + 1}.conf;" * 50 for number in range(8)}
    files |= {"nginx.conf": "http { include 0.conf; }", "8.conf": "root /a;"}
    assert messages(configuration(files)) == ["the includes make more than 200000 statements of this"]


def test_includes_and_blocks_are_nested_up_to_a_bound() -> None:
    files = {f"{number}.conf": f"a {{ include {number + 1}.conf; }}" for number in range(200)}
    assert messages(configuration(files, "0.conf")) == [
        "blocks and includes are nested deeper than 100 levels"
    ]


def test_there_may_be_no_file() -> None:
    assert read(MemoryTree({}), "nginx.conf") is None


# --- globs ---


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        ("*", ["B", "a", "b.conf"]),
        ("*.conf", ["b.conf"]),
        ("[ab]*", ["a", "b.conf"]),
        ("[!a]", ["B"]),
        ("?", ["B", "a"]),
        (".*", [".c"]),
        ("d/*", ["d/a", "d/b"]),
        ("*/a", ["d/a", "e/a"]),
        ("d/?", ["d/a", "d/b"]),
        ("e/*", ["e/a"]),
        ("**", ["B", "a", "b.conf"]),
    ],
)
def test_a_glob_finds_what_glob_3_finds(glob: str, found: list[str]) -> None:
    tree = MemoryTree(dict.fromkeys((".c", "B", "a", "b.conf", "d/.x", "d/a", "d/b", "d/e/a", "e/a"), ""))
    assert matching(tree, glob) == found


# --- contexts ---


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("user a; events {} http {}", "main"),
        ("events {}", "main"),
        ("server { listen 80; location / {} }", "http"),
        ("upstream a { server b; } server { listen 80; }", "http"),
        ("map $a $b { default c; }", "http"),
        ("limit_req_zone $a zone=b:1m rate=1r/s;", "http"),
        ("server { listen 53 udp; proxy_pass b; }", "stream"),
        ("server { listen 443; ssl_preread on; }", "stream"),
        ("location / { return 200; }", "server"),
        ("listen 80; server_name a;", "server"),
        ("proxy_set_header Host $host;", "location"),
        ("fastcgi_param A b;", "location"),
        ("server a:80; server b:80 backup;", "upstream"),
        ("text/html html htm;", "types"),
        ("add_header A b;", ""),
        ("", ""),
    ],
)
def test_a_piece_tells_by_what_it_holds_where_it_belongs(text: str, context: str) -> None:
    assert context_of(parse(Source("a.conf", text)).directives) == context


def test_the_statements_of_a_piece_stand_in_its_context() -> None:
    found = configuration({"a.conf": "location / { if ($a) { return 403; } } root /b;"}, "a.conf")
    assert [(statement.name, statement.context) for statement in every(found.statements)] == [
        ("location", "server"),
        ("if", "location"),
        ("return", "if"),
        ("root", "server"),
    ]


# --- kinds ---


@pytest.mark.parametrize(
    "path", ["nginx.conf", "docker/nginx.conf.template", "nginx.prod.conf", "app.nginx", "a.nginxconf"]
)
def test_a_name_may_say_that_it_is_nginx(path: str) -> None:
    assert load.named(path) == "nginx"


@pytest.mark.parametrize("path", ["nginx.md", "nginx.conf.md", "nginx.yaml", "Dockerfile.nginx.bak.py"])
def test_a_name_may_say_that_it_is_something_else(path: str) -> None:
    assert "nginx" not in {load.named(path), *(kind for kind, _ in load.looks(path))}


@pytest.mark.parametrize(
    "path",
    [
        "default.conf",
        "conf.d/a.conf",
        "sites-available/example.org",
        "a.conf.template",
        "fastcgi_params",
        "default",
    ],
)
def test_a_name_may_make_it_worth_a_look(path: str) -> None:
    assert load.may_count(path)
    assert "nginx" in {kind for kind, _ in load.looks(path)}


@pytest.mark.parametrize(
    "text",
    ["[program:nginx]\ncommand=nginx -g 'daemon off;'\n", "# a\n; b\n[Definition]\nfailregex = {a;\n"],
)
def test_a_file_of_that_name_may_belong_to_another_program(text: str) -> None:
    assert load.load(MemoryTree({"nginx.conf": text}), load.Root("nginx", ("nginx.conf",))) == load.Loaded()


@pytest.mark.parametrize(
    "text",
    [
        "server {\n  listen 80;\n  root /srv;\n}\n",
        "server { listen 80; }",
        "upstream a {\r\n  server b:80;\r\n}\r\n",
        "location /a {\n  return 204;\n}\n",
        "# b\nproxy_set_header Host $host; # c\n",
        "ssl_protocols TLSv1.3;",
        "server {\n  listen {{ port }};\n  {% if a %}\n  root /b;\n  {% endif %}\n}\n",
        "content_by_lua_block {\n}\nfastcgi_pass a:9000;",
    ],
)
def test_a_text_speaks_to_nginx(text: str) -> None:
    assert looks_like_nginx(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# server { listen 80; }",
        '<VirtualHost *:80>\n  DocumentRoot /srv;\n</VirtualHost>\nlisten 80;\n',
        "[Unit]\nDescription=a;\n[Service]\nExecStart=/bin/b\n",
        "[www]\nlisten = 127.0.0.1:9000\n;user = a\n",
        "frontend a\n  bind *:80\n  default_backend b\n",
        'server.port = 80\n$HTTP["host"] == "a" {\n  server.document-root = "/srv"\n}\n',
        "example.org {\n  root * /srv\n  file_server\n}\n",
        'options {\n  directory "/var/cache/bind";\n  listen-on { any; };\n};\ninclude "/etc/bind/zones";\n',
        "subnet 10.0.0.0 netmask 255.0.0.0 {\n  range 10.0.0.10 10.0.0.20;\n}\ndeny unknown-clients;\n",
        'vcl 4.1;\nbackend default {\n  .host = "a";\n}\nsub vcl_recv {\n  return (pass);\n}\n',
        'server {\n  enabled = true\n}\nhttp {\n  port = 80\n}\n',
        "if (a) {\n  return b;\n}\nset c = 1;\n",
    ],
)  # fmt: skip
def test_a_text_speaks_to_others(text: str) -> None:
    assert not looks_like_nginx(text)


# --- files that nobody wrote in good faith ---

PIECES = st.lists(
    st.sampled_from(
        ["include a.conf;", "include b.conf;", "include *.conf;", "include */*;", "include /a;",
         "include ../x;", "include ${X};", "include a b;", "include '';", "include {}", "a {", "}", "b;",
         "\n${X}\n", '"', "include [;", "include /;", "include .;"]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(PIECES, PIECES, PIECES)
def test_any_files_are_read_to_an_end(main: str, first: str, second: str) -> None:
    files = {"nginx.conf": main, "a.conf": first, "b.conf": second, "c/d": second}
    found = configuration(files)
    for statement in every(found.statements):
        for span in (statement.span, *statement.via, *statement.gaps):
            assert 0 <= span.start <= span.end <= len(files[span.path])
        assert all(inner.parent is statement for inner in statement.block or ())
    assert set(found.paths) <= set(files)


def test_many_patterns_do_not_take_long() -> None:
    files = {"nginx.conf": "".join(f"include *{number}*x;" for number in range(20_000))}
    files |= {f"{number:05}": "" for number in range(1_000)}
    assert messages(configuration(files)) == ["more than 1000 different files are included"]
