"""What nginx itself takes and refuses, and where it stumbles."""

import random
from pathlib import Path

import pytest

from compolint.syntax.nginx import Fault, NginxFile, parse
from compolint.text import Source
from tests.oracles.nginx import HTTP, LUA, SERVER, verdict

LONG = "x" * 4090


def read(text: str) -> NginxFile:
    return parse(Source("nginx.conf", text))


def lines(text: str, fault: Fault) -> set[int]:
    """The line of a fault; a quote that never closes is told where it opens, by nginx where the file ends."""
    line = text.count("\n", 0, fault.span.start) + 1
    return {line, text.count("\n") + 1} if "never closed" in fault.message else {line}


def agree(text: str, folder: Path) -> bool:
    """Holds that nginx and we agree, and tells whether nginx accepts."""
    said, file = verdict(text, folder), read(text)
    if said.accepted:
        assert file.faults == (), text
    elif any(fault.kind == "unsupported" for fault in file.faults):
        assert "{{" in text or "{%" in text  # a template is told before all else
    elif said.is_about_syntax:
        assert file.faults, f"{said.message}:{said.line}\n{text}"
        assert said.line in lines(text, file.faults[0]), f"{said}\n{file.faults[0]}\n{text}"
    elif file.faults:  # nginx did not come further than to what it refuses for its meaning
        assert max(lines(text, file.faults[0])) >= said.line, f"{said}\n{file.faults[0]}\n{text}"
    return said.accepted


# In `types` there may be any words.
STATEMENTS = r'''
a b;
a;
a b c d e f g h i j k l;
"a b" 'c d';
"a" "b"'c';
"a"b;
"a" b{c;
a "b")c;
a "b") c;
a "b"
a "b"};
a "b"#c
a "b" #c ; d
;
a b#c;
a #c
a b"c;
a b"c"d;
a b'c d'e;
a b}c;
a }c;
} ;
a b };
a ${b};
a ${b}c;
a ${b} c;
a ${{b;
a $${b;
a $b{c};
a $b{
a b{c};
a \{b;
a b\{c;
a b\ c;
a b\;c;
a b\
a \"b c\";
a "\"";
a "\\";
a "\\\";
a '\'';
a '"' "'";
a "b;
a 'b;
a $\{b;
a \\${b;
a "${b} c";
a,b c=d;
~^a b;
a (b) c;
a ";" '{' "}" "#";
a b;;
a b; ; c d;
a {}
a {b c;}
{a b;}
a b {
a
a "
a '
a \\
# a
#
a b; # c
a b # c
é ü;
$ $;
$; $b{c;
'' "";
a "b"c"d";
"a""b";
""a;
a "b"\;
""";
a "b" ";
'''.strip("\n").split("\n")


@pytest.mark.parametrize("end", ["}", ";}", ""], ids=["", "semicolon", "open"])
@pytest.mark.parametrize("statement", [*STATEMENTS, "a\tb;", "a\fb;", "a\vb c;", "a\xa0b;", "a\rb;\tc d;"])
def test_a_statement_is_taken_or_refused_at_the_same_line(statement: str, end: str, tmp_path: Path) -> None:
    agree(f"{HTTP}\ntypes {{\n{statement}\n{end}\n}}\n", tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "events {}",
        "events {}\n# no line end",
        "events {\n",
        "events {}\n}",
        "events {}}\n",
        "events {}\nuser",
        "events {}\nuser ",
        "events {}\nuser\n",
        "events {}\nuser a; user",
        "events { worker_connections 10 }",
        "events {\nworker_connections 10\n}",
        "events { worker_connections\n\n10; }\r\n",
        "events\r\n{\r\n}\r\n",
        "events {};\n",
        "events { ; }",
        "events {{}}",
        "{}",
        "events;",
        f"{HTTP} {SERVER} location / ; }} }}",
        f"{HTTP} {SERVER} location / }} }}",
        f"{HTTP} {SERVER} location / {{ root /a {{ }} }} }} }}",
        f"{HTTP} {SERVER}\nroot /a\nlocation / {{ }} }} }}",
        f"{HTTP} {SERVER}\nroot /a\nlocation /\n{{\n}} }} }}",
        f"{HTTP} {SERVER} location / {{ }}\nif ($a)\nreturn 403; }} }}",
        f"{HTTP} {SERVER} if ($uri = \"a\") {{ return 403; }} }} }}",
        f"{HTTP} {SERVER} if ($uri = \"a\" ) {{ return 403; }} }} }}",
        f"{HTTP} {SERVER} if ($uri = \"a\"x) {{ return 403; }} }} }}",
        f"{HTTP}\n{SERVER}\nserver_name \"a;\nroot \"b\";\n}} }}",
        f"{HTTP}\n{SERVER}\nserver_name 'a;\nroot \"b\";\n}} }}",
        f"{HTTP}\n{SERVER}\nserver_name 'a;\nroot b;\n}} }}",
        f"{HTTP}\ntypes {{ a {LONG}; }} }}",
        f"{HTTP}\ntypes {{ a {LONG}{LONG}; }} }}",
        f"{HTTP}\ntypes {{ a \"{LONG}\"; }} }}",
        f"{HTTP}\ntypes {{ a\n\"{LONG}{LONG}\"; }} }}",
        f"{HTTP}\ntypes {{ a\n\"{LONG}\n{LONG}; }} }}",
        f"{HTTP}\ntypes {{ a {LONG[:2000]}é{LONG[:2090]}; }} }}",
        f"{HTTP}\ntypes {{ a {'é' * 2040}; }} }}",
        f"{HTTP}\ntypes {{ a {'é' * 2060}; }} }}",
        f"{HTTP}\n#{LONG}\n}}",
        f"{HTTP}\n\n#{LONG}{LONG}\n}}",
        f"{HTTP}\n{' ' * 9000}}}",
    ],
)  # fmt: skip
def test_a_file_is_taken_or_refused_at_the_same_line(text: str, tmp_path: Path) -> None:
    agree(text, tmp_path)


@pytest.mark.parametrize(
    "raw",
    ["a", r"\a", r"\"", r"a\"b", r"\'", r"\\", r"\\\\", r"a\nb", r"a\tb", r"\.", r"\{", r"a\;b", r"a\ b",
     r"\\n", r"\\\n", r"\x\\y", '"a b"', "'a b'", r'"a\"b"', r"'a\'b'", r'"a\'b"', r'"\.\\."', '"a\nb"',
     "${a}b", "a${b", "a}b", "a#b", "é", r"\é", r"$\{a", "a\fb", "a\xa0b", '"${a} b"', '"\\\n"', "a\\\nb"],
)  # fmt: skip
def test_a_name_is_decoded_alike(raw: str, tmp_path: Path) -> None:
    text = f"events {{}}\n{raw} b;\n"
    (directive,) = [each for each in read(text).directives if each.name != "events"]
    assert verdict(text, tmp_path).message == f'unknown directive "{directive.name}"'


BASE = f"""
{HTTP}
    map $http_upgrade $upgrade {{ default ''; "web socket" $host; ~^\\w+$ 1; }}
    log_format main '$remote_addr - "$request" '  # what was asked
                    '{{"status": $status}}';
    server {{
        listen unix:socket;
        server_name "" a.example b"c;
        location ~ "^/(a|b{{2}})\\.php$" {{
            if ($request_method !~ ^(GET|HEAD)$ ) {{ return 405 "it's \\"no\\" use"; }}
            set $a "${{host}}:$upgrade"; set $b ${{host}}x; # '
            add_header X-A 'a; b "c"' always;
        }}
        location = /x {{ return 204; }}
        location @y {{ root /srv/it\\'s; try_files $uri @y; }}
    }}
}}
""".lstrip()
PIECES = [
    ";",
    "{",
    "}",
    '"',
    "'",
    "\\",
    "#",
    "$",
    "${",
    "\n",
    " ",
    "a",
    "\r\n",
    ")",
    "\t",
    "location /z {",
    "root /r",
]


def mutated(text: str, chance: random.Random) -> str:
    """The text with a few pieces put in or taken away behind its first line."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(text.index("\n") + 1, len(text))
        piece = chance.choice(PIECES) if chance.random() < 0.6 else ""
        text = text[:at] + piece + text[at + (0 if piece and chance.random() < 0.6 else 1) :]
    return text


def test_files_with_errors_are_refused_at_the_same_line(tmp_path: Path) -> None:
    chance = random.Random(1)
    assert agree(BASE, tmp_path)
    taken = sum(agree(mutated(BASE, chance), tmp_path) for _ in range(400))
    assert 40 < taken < 360


def test_words_at_random_are_taken_or_refused_alike(tmp_path: Path) -> None:
    chance = random.Random(2)
    letters = "aab  \n;\"'\\#$){}"
    taken = 0
    for _ in range(300):
        words = "".join(chance.choices(letters, k=chance.randint(1, 24)))
        taken += agree(f"{HTTP} types {{\nx y;\n{words};\n}} }}", tmp_path)
    assert 30 < taken < 270


LUA_BLOCKS = """
a = b[c[1]]
a = "}" -- }
a = '}' --[[ } ]]
a = [==[ ]] } ]==]
a = "\\"}"
a = "x
a = {1, {2}}
a = 'x }
-- x }
--[==[ x }
[[ x }
it's
a = 1 # }
}
{
\\" } "
--x "
[[[ } ]]
[=[=[ } ]=]
[=x[ }
[==[ } ]=]==]
"a\\" '}
'"' "'"
""".strip("\n").split("\n")


@pytest.mark.skipif(not LUA.exists(), reason="nginx has no Lua here")
@pytest.mark.parametrize("end", ["}", "\n}", ""])
@pytest.mark.parametrize("code", LUA_BLOCKS)
def test_a_block_of_lua_ends_at_the_same_place(code: str, end: str, tmp_path: Path) -> None:
    text = f"{HTTP}\nlua_package_path '/x/?.lua;;'; init_by_lua_block {{\n{code} {end}\n}}\n"
    said, file = verdict(text, tmp_path), read(text)
    assert said.accepted or said.is_about_syntax, said
    assert said.accepted == (file.faults == ()), said
