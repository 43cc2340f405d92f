"""Agents' configurations and policies that nobody vouches for, and the files that schemas are named for."""

from pathlib import Path

import pytest

from compolint import config, engine, packs
from compolint.config import Config, Misconfigured
from compolint.engine import Finding
from compolint.tree import FolderTree, MemoryTree

OFFERS = packs.load()


def findings(files: dict[str, str | bytes]) -> list[Finding]:
    tree = MemoryTree(files)
    settings = config.read(tree)
    report = engine.check(tree, engine.survey(tree, settings), settings, OFFERS)
    assert not report.errors
    return list(report.findings)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x00",
        "[" * 500_000,
        '{"mcpServers":' * 100_000,
        '{"mcpServers": {' + ",".join(f'"s{n}": {{"command": "npx"}}' for n in range(40_000)) + "}}",
        "not JSON",
        '{"mcpServers": {"a": {"command": "npx", "args": ["' + "a" * 1_000_000 + '"]}}}',
        '{"mcpServers": {"a": ',
    ],
    ids=["empty", "NUL", "lists", "mappings", "servers", "words", "megabyte", "cut"],
)
@pytest.mark.parametrize("path", [".mcp.json", "openclaw.json", ".claude/settings.json"])
def test_a_text_that_is_no_configuration_gives_one_clear_finding(path: str, text: str) -> None:
    (finding,) = findings({path: text})
    assert finding.check.name in {"syntax-error", "unreadable-file"}


@pytest.mark.parametrize(
    "value", ["null", "5", '"text"', "[]", "[[]]", '{"command": {"a": []}}', '{"url": 1}']
)
def test_what_has_another_shape_is_no_server(value: str) -> None:
    for key in ("mcpServers", "servers", "mcp", "hooks", "env"):
        assert not findings({"mcp.json": f'{{"{key}": {{"a": {value}}}}}'})
        assert not findings({"mcp.json": f'{{"{key}": {value}}}'})


@pytest.mark.parametrize(
    "word", ["cmd", "cmd /c", "npx", "docker", "docker run", "uvx --from", "sh -c", "npx -p", "npx --"]
)
def test_a_command_without_its_end_is_taken_as_it_is(word: str) -> None:
    words = ", ".join(f'"{each}"' for each in word.split())
    found = findings({".mcp.json": f'{{"mcpServers": {{"a": {{"command": [{words}]}}}}}}'})
    assert not [finding for finding in found if finding.check.name == "mcp-unpinned-server"]


@pytest.mark.parametrize(
    "text",
    [
        "risk_matrix: [auto_approve: x]",
        "risk_matrix:\n  LOW: 5\n  auto_approve: 1",
        "risk_matrix:\n  - requires: 1",
    ],
)
def test_a_policy_of_another_shape_is_told_what_it_lacks(text: str) -> None:
    assert {finding.check.name for finding in findings({"risk_matrix.yaml": text})} == {"policy-invalid"}


def test_no_secret_is_ever_printed() -> None:
    secret = "kd0s9lskA1l1xWqq83jd"
    text = f"""{{
        "mcpServers": {{
            "a": {{"command": "npx", "args": ["-y", "git+https://u:{secret}@git.example.com/a"],
                  "env": {{"API_KEY": "{secret}", "B_TOKEN": "${{B:-{secret}}}"}},
                  "headers": {{"Authorization": "Bearer {secret}"}}}},
            "b": {{"url": "https://u:{secret}@mcp.example.com/?api_key={secret}"}}
        }}
    }}"""
    told = findings({
        "mcp.json": text,
        "compolint.toml": '[options.mcp-unregistered-server]\nallowed-servers = ["x"]\n',
    })  # fmt: skip
    assert len(told) > 4
    assert not [finding for finding in told if secret in f"{finding.message}{finding.fix}{finding.notes}"]
    assert not findings({"mcp.json": f'{{"a": {secret}}}'})[0].message.count(secret)


def test_a_file_that_a_schema_is_named_for_is_found_whatever_its_name(tmp_path: Path) -> None:
    tmp_path.joinpath("compolint.toml").write_text('[schemas]\n"conf/app.toml" = "app.json"\n')
    tmp_path.joinpath("app.json").write_text('{"properties": {"port": {"type": "integer"}}}')
    tmp_path.joinpath("conf").mkdir()
    tmp_path.joinpath("conf", "app.toml").write_text("[server]\n[more]\nx = 1\n")
    tree = FolderTree(str(tmp_path))
    settings = config.read(tree)
    assert engine.survey(tree, settings).kinds == {"conf/app.toml": "mapped"}
    assert not engine.survey(tree, Config()).kinds


@pytest.mark.parametrize(
    ("name", "words"),
    [("opnclaw", "did you mean `openclaw`"), ("x", "there are: agent-policy"), ("../x.json", "outside")],
)
def test_a_schema_that_there_is_not_is_refused_with_its_place(name: str, words: str) -> None:
    tree = MemoryTree({"compolint.toml": f'\n[schemas]\n"*.json" = "{name}"\n'})
    with pytest.raises(Misconfigured, match=r"compolint\.toml:3: ") as raised:
        config.read(tree)
    assert words in str(raised.value)


def test_a_word_that_is_open_before_a_known_program_is_no_obstacle() -> None:
    text = '{"mcpServers": {"a": {"command": "run", "args": ["${X}", "npx", "${Y}", "--", "npx", "a-mcp"]}}}'
    assert [finding.message for finding in findings({"mcp.json": text})] == [
        "a runs a-mcp in no certain version"
    ]


def test_many_servers_beside_a_large_manifest_take_linear_time() -> None:
    servers = ",".join(f'"s{n}": {{"command": "npx", "args": ["s{n}-mcp"]}}' for n in range(5000))
    manifest = "{" + ",".join(f'"s{n}-mcp": "1"' for n in range(40_000)) + "}"
    assert not findings({".mcp.json": f'{{"mcpServers": {{{servers}}}}}', "package.json": manifest})
