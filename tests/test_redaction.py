"""No format ever shows a secret's value."""

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compolint.engine import Report
from compolint.redact import mask, redact, secret_part, secrets
from compolint.report import FORMATS, Options, render
from compolint.report.github import step_summary
from compolint.text import Note, Span
from compolint.unknown import Unknown
from tests.reports import about_files, found, made, marked, report

# What is written, and what is shown of it.
LINES = {
    # names of variables, in the languages that set them
    "POSTGRES_PASSWORD: hunter2 # for now": "POSTGRES_PASSWORD: ••••••• # for now",
    'POSTGRES_PASSWORD: "hunter 2"': 'POSTGRES_PASSWORD: "••••••••"',
    "  - API_TOKEN=hunter 2": "  - API_TOKEN=••••••••",
    '  - "API_TOKEN=hunter 2"': '  - "API_TOKEN=••••••••"',
    "environment: {PASSWORD: a b, USER: x}": "environment: {PASSWORD: •••, USER: x}",
    "environment: [PASSWORD=a b, USER=x]": "environment: [PASSWORD=•••, USER=x]",
    '{"password": "a,b", "user": "x"}': '{"password": "•••", "user": "x"}',
    r'"{\"password\": \"a b\", \"user\": 1}"': r'"{\"password\": \"•••\", \"user\": 1}"',
    "# PASSWORD=hunter2": "# PASSWORD=•••••••",
    "export PGPASSWORD='hunter2'": "export PGPASSWORD='•••••••'",
    "ENV DB_PASSWORD=hunter2 DB_USER=x": "ENV DB_PASSWORD=••••••• DB_USER=x",
    "ENV DB_PASSWORD hunter 2": "ENV DB_PASSWORD ••••••••",
    'Environment="A=1" "PASSWORD=a b"': 'Environment="A=1" "PASSWORD=•••"',
    "spring.datasource.password = hunter2": "spring.datasource.password = •••••••",
    # references stay, their defaults do not
    "PASSWORD: ${DB_PASSWORD}": "PASSWORD: ${DB_PASSWORD}",
    "PASSWORD: ${DB_PASSWORD:-hunter2}": "PASSWORD: ${DB_PASSWORD:-•••••••}",
    "PASSWORD: ${A:-${B:-hunter2}}x": "PASSWORD: ${A:-${B:-•••••••}}•",
    "PASSWORD: ${A:?set it in .env}": "PASSWORD: ${A:?set it in .env}",
    "X: http://h/${DB_PASSWORD:-hunter2}/": "X: http://h/${DB_PASSWORD:-•••••••}/",
    "respond {$API_TOKEN:hunter2}": "respond {$API_TOKEN:•••••••}",
    # URLs and headers
    "DATABASE_URL=postgres://app:hunter2@db:5432/app": "DATABASE_URL=postgres://app:•••••••@db:5432/app",
    "REDIS_URL: redis://:${PW:-a@b}@redis:6379": "REDIS_URL: redis://:${PW:-•••}@redis:6379",
    "https://x.example/?token=hunter2": "https://x.example/?token=•••••••",
    'curl -H "Authorization: Bearer hunter2" x': 'curl -H "Authorization: Bearer •••••••" x',
    "curl -u admin:hunter2 x": "curl -u admin:••••••• x",
    # command lines
    "redis-server --requirepass hunter2 --port 1": "redis-server --requirepass ••••••• --port 1",
    '["redis-server", "--requirepass", "a b"]': '["redis-server", "--requirepass", "•••"]',
    "[redis-server, --requirepass, a b]": "[redis-server, --requirepass, •••]",
    "mysqladmin -uroot -phunter2 ping": "mysqladmin -uroot -p••••••• ping",
    '["CMD", "mysqladmin", "-phunter2"]': '["CMD", "mysqladmin", "-p•••••••"]',
    'mysqladmin -p"$$MYSQL_ROOT_PASSWORD"': 'mysqladmin -p"$$MYSQL_ROOT_PASSWORD"',
    "docker login -u me -p hunter2": "docker login -u me -p •••••••",
    "--db-password='a b' --verbose": "--db-password='•••' --verbose",
    "requirepass hunter2": "requirepass •••••••",
    "RUN useradd -m -p hunter2 bob && mkdir -p /x": "RUN useradd -m -p ••••••• bob && mkdir -p /x",
    "htpasswd -bc /etc/htpasswd bob hunter2": "htpasswd -bc /etc/htpasswd bob •••••••",
    "ldapsearch -x -w hunter2 -b dc=x": "ldapsearch -x -w ••••••• -b dc=x",
    "echo 'root:hunter2' | chpasswd": "echo '••••••••••••' | chpasswd",
    "echo hunter2 | sudo -S apt update": "echo ••••••• | sudo -S apt update",
    "echo hunter2 | docker login --password-stdin": "echo ••••••• | docker login --password-stdin",
    "aws configure set aws_secret_access_key hunter2": "aws configure set aws_secret_access_key •••••••",
    "npm config set //a.example/:_authToken hunter2": "npm config set //a.example/:_authToken •••••••",
    "mc alias set x http://minio:9000 me hunter2": "mc alias set x http://minio:9000 me •••••••",
    '["mysql", "-uroot", "-e", "a; b", "-phunter2"]': '["mysql", "-uroot", "-e", "a; b", "-p•••••••"]',
    '["ldapsearch", "-w", ";hunter2"]': '["ldapsearch", "-w", "••••••••"]',
    "    content: hunter2": "    content: •••••••",
    '  s: {content: "hunter2"}': '  s: {content: "•••••••"}',
    "  s: {x: a, content: hunter 2}": "  s: {x: a, content: ••••••••}",
    "export MYPW=hunter2": "export MYPW=•••••••",
    "RUN export MYPW=hunter2 && a": "RUN export MYPW=••••••• && a",
    "openssl enc -k hunter2 -in a": "openssl enc -k ••••••• -in a",
    "smbclient -U me%hunter2 //a/b": "smbclient -U me%••••••• //a/b",
    '["-uroot", "-phunter2"]': '["-uroot", "-p•••••••"]',
    '["x", "-pa, b5"]': '["x", "-p•••••"]',
    "  - -phunter2": "  - -p•••••••",
    # words of configuration files
    "basicauth / bob hunter2": "basicauth / bob •••••••",
    "basicauth bob hunter2 {": "basicauth bob ••••••• {",
    "basic_auth {\n\tbob hunter2\n}\nbob x": "basic_auth {\n\tbob •••••••\n}\nbob x",
    "set $api_token hunter2; return 1;": "set $api_token •••••••; return 1;",
    'set $api_token "hunter 2";': 'set $api_token "•••••• •";',
    'secure_link_md5 "$uri$arg_a hunter2";': 'secure_link_md5 "$uri$arg_a •••••••";',
    "secure_link_secret hunter2;": "secure_link_secret •••••••;",
    'proxy_set_header Authorization "Basic hunter2";': 'proxy_set_header Authorization "Basic •••••••";',
    "header_up X-Api-Key hunter2$x": "header_up X-Api-Key •••••••••",
    "    api_token hunter2": "    api_token •••••••",
    "    dns cloudflare hunter2hunter2": "    dns cloudflare ••••••••••••••",
    "reverse_proxy me:hunter2@10.0.0.5:80": "reverse_proxy me:•••••••@10.0.0.5:80",
    "on to http://[me:hunter2@10.0.0.5:80]:80": "on to http://[me:•••••••@10.0.0.5:80]:80",
    # what is refused
    "ADD --pasword=hunter2 a b": "ADD --pasword=••••••• a b",
    "COPY --from=a --chwon=hunter2 a b": "COPY --from=a --chwon=••••••• a b",
    "  kd0s9lskA1l1xW2q": "  ••••••••••••••••",
    "ENV kd0s9lskA1l1xW2q": "ENV ••••••••••••••••",
    "FROM a\nPASWORD kd0s9lskA1l1": "FROM a\nPASWORD ••••••••••••",
    "http://a.example:kd0s9lskA1l1 {": "http://a.example:•••••••••••• {",
    # a message where a default was meant
    "A: ${DB_PASSWORD:?hunter2}": "A: ${DB_PASSWORD:?•••••••}",
    "A: ${X:?set it, as in Kd0s9lskA1}": "A: ${X:?set it, as in ••••••••••}",
    "CREATE USER a IDENTIFIED BY 'hunter2';": "CREATE USER a IDENTIFIED BY '•••••••';",
    # hashes of passwords
    "basicauth.users=me:$$apr1$$abc$$0123456789": f"basicauth.users=me:{'•' * 23}",
    "me $2a$14$0123456789abcdefghij": f"me {'•' * 27}",
    # what only looks like a secret
    "A: ${DB_PASSWORD:?required}": "A: ${DB_PASSWORD:?required}",
    "A: ${DB_PASSWORD:?DB_PASSWORD is not set}": "A: ${DB_PASSWORD:?DB_PASSWORD is not set}",
    '["x", "-project", "-p8080:80"]': '["x", "-project", "-p8080:80"]',
    "basic_auth /admin/* bcrypt {": "basic_auth /admin/* bcrypt {",
    "secure_link_md5 $uri$arg_a;": "secure_link_md5 $uri$arg_a;",
    "    proxy_pass http://app:3000;": "    proxy_pass http://app:3000;",
    "proxy_set_header Cookie $http_cookie;": "proxy_set_header Cookie $http_cookie;",
    "header_up X-Api-Key {env.KEY}": "header_up X-Api-Key {env.KEY}",
    "COPY --from=build --chown=1000:1000 a b": "COPY --from=build --chown=1000:1000 a b",
    "openssl req -keyout a.pem": "openssl req -keyout a.pem",
    "http://a.example:8080 http://b:port": "http://a.example:8080 http://b:port",
    "EMAIL: ${EMAIL:-me@example.org}": "EMAIL: ${EMAIL:-me@example.org}",
    "basicauth belongs to Caddy 1": "basicauth belongs to Caddy 1",
    "db publishes 5432/tcp on every interface": "db publishes 5432/tcp on every interface",
    "POSTGRES_PASSWORD_FILE: /run/secrets/db": "POSTGRES_PASSWORD_FILE: /run/secrets/db",
    "MYSQL_ALLOW_EMPTY_PASSWORD: yes": "MYSQL_ALLOW_EMPTY_PASSWORD: yes",
    "image: redis@sha256:0123456789abcdef01234567": "image: redis@sha256:0123456789abcdef01234567",
    "http://localhost:8080/health?to=a@b": "http://localhost:8080/health?to=a@b",
    "DB_PASSWORD=   # required": "DB_PASSWORD=   # required",
    "- ./secrets/api_token:/run/api_token:ro": "- ./secrets/api_token:/run/api_token:ro",
    "deploy ALL=(root) NOPASSWD: /bin/x": "deploy ALL=(root) NOPASSWD: /bin/x",
    "admin_password = var.admin_password": "admin_password = var.admin_password",
    "docker run -p 80:80 mysql": "docker run -p 80:80 mysql",
    "RUN useradd -m bob && mkdir -p /srv": "RUN useradd -m bob && mkdir -p /srv",
    "docker login a.example && docker run -p 80:80 x": "docker login a.example && docker run -p 80:80 x",
    "echo done | tee log; echo x | sudo tee y": "echo done | tee log; echo x | sudo tee y",
    "redis holds `requirepass` in plain text": "redis holds `requirepass` in plain text",
    "npm config set registry https://a.example/": "npm config set registry https://a.example/",
    "mkdir -p /var/lib/mysql": "mkdir -p /var/lib/mysql",
    "docker exec -u 1000:1000 web sh": "docker exec -u 1000:1000 web sh",
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_shown_without_its_secrets(line: str) -> None:
    assert redact(line) == LINES[line]


def test_a_token_is_known_by_its_form() -> None:
    token = "ghp_" + "0aB" * 12
    assert redact(f"git clone https://{token}@example.org/x") == f"git clone https://{'•' * 40}@example.org/x"


def test_a_private_key_is_hidden_line_by_line() -> None:
    dashes = "-----"
    first, last = f"{dashes}BEGIN RSA PRIVATE KEY{dashes}", f"{dashes}END RSA PRIVATE KEY{dashes}"
    text = f"pem: |\n  {first}\n  MIIE\n  AbCd\n  {last}\nx: 1\n"
    assert redact(text) == text.replace("MIIE", "••••").replace("AbCd", "••••")
    unfinished = f"{dashes}BEGIN PRIVATE KEY{dashes}\nMIIE"
    assert redact(unfinished) == unfinished.replace("MIIE", "••••")


def test_a_value_may_stand_below_its_key() -> None:
    text = (
        "secrets:\n  db_password:\n    file: ./db\n"
        "x:\n  api_token: |\n    hunter2\n\n    hunter2\n  jwt_secret:\n    hunter2\n  user: me\n"
        'y:\n  PASSWORD: "hunter2\n    hunter2"\n  user: me\n'
        "command:\n  - redis-server\n  - --requirepass\n  - hunter2\n  - --port\n"
    )
    assert redact(text) == text.replace("hunter2", "•••••••")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("FOO: ‹hunter2›", "FOO: •••••••"),
        ("  - ‹FOO_BAR=hunter2›", "  - FOO_BAR=•••••••"),
        ("  ‹FOO_BAR: hunter2›", "  FOO_BAR: •••••••"),
        ("  ‹foo›: hunter2", "  foo: •••••••"),
        ('  ‹"foo"›: "hunter2"', '  "foo": "•••••••"'),
        ("FOO: ‹hunter2:x=y›", "FOO: •••••••••••"),
        ("  - ‹hunter2:x=y›", "  - •••••••••••"),
        ("FOO: ‹a${BAR}b›", "FOO: •${BAR}•"),
        ("‹ENV FOO_BAR=hunter2›", "ENV FOO_BAR=•••••••"),
        ("‹COPY id_rsa /root/›", "COPY •••••••••••••"),
    ],
)
def test_a_place_that_is_known_to_hold_a_secret_is_hidden_but_for_its_key(line: str, shown: str) -> None:
    plain, (at,) = marked("compose.yaml", line)
    assert mask(plain, secret_part(plain, at.start, at.end)) == shown
    finding = found(at, "this is a secret", made("secret-somewhere", category="secret"))
    assert f"1 | {shown}\n" in "".join(render("text", report({"compose.yaml": plain}, finding)))


@pytest.mark.parametrize(
    ("kind", "line", "shown"),
    [
        ("dockerfile", "ENVV DB_PASSWORD hunter2", "ENVV •••••••••••••••••••"),
        ("dockerfile", "  ENV A=b hunter2", "  ENV •••••••••••"),
        ("dockerfile", "arg my hunter2", "••••••••••••••"),
        ("dockerfile", "hunter2", "•••••••"),
        ("dockerfile", "hunter 2", "••••••••"),
        ("dockerfile", "COPY only-this", "COPY only-this"),
        ("dockerfile", "run --bogus a --password hunter2", "run --bogus a --password •••••••"),
        ("env", "RUN my hunter2", "••••••••••••••"),
    ],
)
def test_a_line_that_is_not_understood_is_hidden_where_it_may_give_a_value(
    kind: str, line: str, shown: str
) -> None:
    finding = found(Span("x", 0, len(line)), "this line is odd", about_files())
    made_up = report({"x": f"{line}\n"}, finding)._replace(kinds={"x": kind})
    assert f"1 | {shown}\n" in "".join(render("text", made_up))


SAFE = string.ascii_letters + string.digits + "!%*+-._~^"
LOOSE = SAFE + "/:;<=>?@|&()[]{}$#,"
# Where a secret may stand, and of which characters it can be made there.
PLACES = [
    ("compose.yaml", "      POSTGRES_PASSWORD: {}\n", LOOSE),
    ("compose.yaml", '      POSTGRES_PASSWORD: "{}"\n', LOOSE + " '`"),
    ("compose.yaml", "      POSTGRES_PASSWORD: '{}' # why\n", LOOSE + ' "'),
    ("compose.yaml", "      - API_TOKEN={}\n", LOOSE),
    ("compose.yaml", '      - "API_TOKEN={}"\n', LOOSE + " "),
    ("compose.yaml", "    environment: {{USER: a, PASSWORD: {}, X: b}}\n", SAFE + "/:;<=>?@|&()$#"),
    ("compose.yaml", "    environment: [USER=a, PASSWORD={}]\n", SAFE + "/:;<=>?@|&()$#"),
    ("compose.yaml", "      PASSWORD: >-\n        {}\n", LOOSE + " "),
    ("compose.yaml", "      PASSWORD: ${{PW:-{}}}\n", SAFE + "/:;<=>?@|&()#"),
    ("compose.yaml", "      X: a/${{DB_PASSWORD-{}}}/b\n", SAFE + "/:;<=>?@|&()#"),
    ("compose.yaml", "      DATABASE_URL: postgres://app:{}@db/app\n", SAFE + ":;=&()$,"),
    ("compose.yaml", "    command: redis-server --requirepass {} --port 1\n", LOOSE),
    ("compose.yaml", '    command: ["redis-server", "--requirepass", "{}"]\n', LOOSE + " '"),
    ("compose.yaml", "    command:\n      - --requirepass\n      - {}\n", LOOSE),
    (".env", "PASSWORD={}\n", LOOSE + " "),
    (".env", 'export JWT_SECRET="{}"\n', LOOSE + " '"),
    ("Dockerfile", "ENV DB_USER=a DB_PASSWORD={} X=b\n", LOOSE),
    ("Dockerfile", "ENV DB_PASSWORD {}\n", LOOSE + " "),
    ("Dockerfile", "ARG NPM_TOKEN={}\n", LOOSE),
    ("Dockerfile", "RUN mysql -uroot -p{} -e x\n", LOOSE),
    ("Dockerfile", "RUN curl -u me:{} http://x\n", LOOSE),
    ("Dockerfile", "RUN useradd -m -p {} bob\n", LOOSE),
    ("Dockerfile", "RUN htpasswd -bc /etc/htpasswd bob {}\n", SAFE + "/:<=>?@()[]{{}}$#,"),
    ("Dockerfile", "RUN ldapsearch -w {} -x\n", LOOSE),
    ("Dockerfile", "RUN echo 'root:{}' | chpasswd\n", LOOSE + " "),
    ("Dockerfile", "RUN echo {} | sudo -S apt update\n", SAFE + "/:=?@$#"),
    ("compose.yaml", "secrets:\n  db:\n    content: {}\n", LOOSE),
    ("compose.yaml", 'secrets:\n  db: {{content: "{}"}}\n', LOOSE + " '"),
    ("compose.yaml", '    command: ["-uroot", "-p{}"]\n', LOOSE + " '"),
    ("Caddyfile", "\treverse_proxy http://me:{}@10.0.0.5:80\n", SAFE + ":=&()$,"),
    ("nginx.conf", "  set $api_token {};\n", SAFE + "/:<=>?@()[]#,"),
    ("nginx.conf", '  secure_link_md5 "$uri {}";\n', SAFE + "/:<=>?@()[]#,"),
    ("Dockerfile", "RUN export MYPW={} && a\n", SAFE + "/:<=>?@()[]#,"),
    ("Dockerfile", "RUN openssl enc -k {} -in a\n", LOOSE),
    ("Dockerfile", "RUN smbclient -U me%{} //a/b\n", LOOSE),
    ("Dockerfile", 'RUN curl -H "Authorization: Bearer {}" http://x\n', LOOSE),
]


@st.composite
def hidden(draw: st.DrawFn) -> tuple[str, str, str]:
    """A path, a text for it, and the secret in it, which begins and ends so that no language mistakes it."""
    path, line, alphabet = draw(st.sampled_from(PLACES))
    secret = f"Zq{draw(st.text(alphabet, min_size=4, max_size=24))}7X"
    for told in (" #", ": ", "${", "$${", "{$", "{{", "{env"):
        secret = secret.replace(told, "ab")
    return (
        path,
        f"services:\n  db:\n{line.format(secret)}" if path == "compose.yaml" else line.format(secret),
        secret,
    )


def everything(made_up: Report) -> str:
    options = Options(show_accepted=True)
    return step_summary(made_up) + "".join("".join(render(form, made_up, options)) for form in FORMATS)


@given(hidden(), st.sampled_from(["network", "secret"]))
@settings(max_examples=200, deadline=None)
def test_no_format_shows_a_secret(case: tuple[str, str, str], category: str) -> None:
    path, text, secret = case
    start = text.index(secret)
    line = (
        text[text.rindex("\n", 0, start) + 1 : text.index("\n", start)]
        if "\n" in text[:start]
        else text.strip()
    )
    check = made("some-check", category=category)
    whole, value = Span(path, 0, len(text)), Span(path, start, start + len(secret))
    words = text if ">-" in text or "requirepass\n" in text else line
    undecided = Unknown(words, value)
    findings = [
        found(
            at,
            words,
            check,
            status=status,
            notes=(Note(words, at),),
            fix=words,
            reason=words,
            undecided=undecided,
        )
        for at in (whole, value)
        for status in ("fail", "open", "accepted")
    ]
    assert secret not in everything(report({path: text}, *findings, errors=(words,)))


# Told by the line that they have for themselves, and so in files only.
LINES_OF_FILES = (
    "\tbasicauth / bob {}\n",
    "\tbasic_auth {{\n\t\tbob {}\n\t}}\n",
    "\tapi_token {}\n",
    "\tdns cloudflare {}xxxx\n",
    "ADD --pasword={} a b\n",
)


@given(st.sampled_from(LINES_OF_FILES), st.text(SAFE + "/:<=>?@()[]$#,", min_size=4, max_size=24))
@settings(max_examples=100, deadline=None)
def test_no_line_of_a_file_shows_a_secret(line: str, made_up: str) -> None:
    text = f"a\n{line.format(f'Zq{made_up}7X')}b\n"
    assert made_up not in mask(text, secrets(text))


@given(st.text(st.sampled_from("a=:'\"\\ \n-#${}[],|>@/p\r\t\0é•"), max_size=200))
@example('token: "\\\n')
@settings(max_examples=200, deadline=None)
def test_what_is_shown_has_the_same_lines_and_columns(text: str) -> None:
    text = text.replace("a", "token").replace("p", " -p")
    shown = mask(text, secrets(text))
    assert len(shown) == len(text)
    assert [at for at, character in enumerate(shown) if character in "\r\n"] == [
        at for at, character in enumerate(text) if character in "\r\n"
    ]
    for start in range(0, len(text), 7):
        assert len(mask(text, secret_part(text, start, min(len(text), start + 9)))) == len(text)
