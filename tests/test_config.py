import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint import config, glob
from compolint.check import Check, Problems, Severity
from compolint.config import Config, Misconfigured
from compolint.config.file import schema, understood
from compolint.config.places import places
from compolint.config.shape import faults
from compolint.model.values import Address
from compolint.model.workload import Workload
from compolint.text import Source
from compolint.tree import MemoryTree

NAMES = {"wildcard-bind", "docker-socket", "sample"}


def read(text: str) -> Config:
    return config.read(MemoryTree({"compolint.toml": text}), known=NAMES)


def complaint(text: str) -> str:
    with pytest.raises(Misconfigured) as caught:
        read(text)
    return str(caught.value)


def a_check(**changes: Any) -> Check:
    def run(
        workload: Workload,
        *,
        public_ports: tuple[int, ...] = (),
        names: frozenset[str] = frozenset(),
        limit: int = 3,
        share: float = 0.5,
        strictly: bool = False,
        mode: Literal["a", "b"] = "a",
    ) -> Problems:
        yield from ()

    return Check(
        **{
            "name": "sample",
            "category": "test",
            "subject": Workload,
            "is_change": False,
            "severity": Severity.HIGH,
            "clauses": (),
            "cwe": (),
            "cis": (),
            "references": (),
            "absolute": False,
            "hardening": False,
            "profile": "default",
            "precision": "high",
            "doc": "",
            "is_local": True,
            "options": run.__kwdefaults__,
            "run": run,
            **changes,
        }
    )


WHOLE = """
profile = "strict"
fail-on = "medium"
exclude = ["vendor/**"]
packs = ["acme"]
public-ports = [80, 443]
allowed-images = ["ghcr.io/acme/**"]

[severity]
wildcard-bind = "low"
docker-socket = "off"

[options.sample]
limit = 5

[[ignore]]
checks = ["wildcard-bind"]
paths = ["stacks/ups/**"]
subject = "nut"
reason = "speaks to the UPS only"
until = 2027-01-31

[environment]
"staging/**" = "development"

[hosts.web1]
role = "proxy"
public = ["203.0.113.7"]
tailscale = ["100.64.0.7"]
status = "retired"
paths = ["web1/**"]

[[project]]
files = ["compose.yaml", "compose.prod.yaml"]
"""


def test_every_setting_is_understood() -> None:
    found = read(WHOLE)
    assert (found.path, found.profile, found.fail_on) == ("compolint.toml", "strict", "medium")
    assert (found.exclude, found.packs) == (("vendor/**",), ("acme",))
    assert found.projects == (("compose.yaml", "compose.prod.yaml"),)
    assert not found.is_enabled("docker-socket")
    assert found.is_enabled("wildcard-bind")
    (host,) = found.hosts
    assert (host.name, host.role, host.status) == ("web1", "proxy", "retired")
    assert host.public == (Address("203.0.113.7"),)
    assert host.tailscale == (Address("100.64.0.7"),)
    assert WHOLE[slice(*host.span[1:])] == "web1"
    assert WHOLE[slice(*host.at("public")[1:])] == "public"
    (ignore,) = found.ignores
    assert ignore.checks == ("wildcard-bind",)
    assert ignore.paths == ("stacks/ups/**",)
    assert (ignore.subject, ignore.reason, ignore.until) == ("nut", "speaks to the UPS only", "2027-01-31")


def test_the_settings_of_pyproject_are_the_same() -> None:
    text = '[project]\n\n[tool.compolint]\nprofile = "quiet"\n\n[tool.compolint.severity]\nsample = "low"\n'
    found = config.read(MemoryTree({"pyproject.toml": text}), known=NAMES)
    assert found.profile == "quiet"
    assert found.places["severity", "sample"] == "pyproject.toml:7"


def test_a_pyproject_that_does_not_speak_of_us_is_not_even_parsed() -> None:
    assert config.read(MemoryTree({"pyproject.toml": "[tool.other]\nbroken ="})) == Config()


@pytest.mark.parametrize("text", ["[ tool.compolint ]\n", "[tool]\ncompolint.", "tool.compolint."])
def test_however_pyproject_writes_the_settings_they_hold(text: str) -> None:
    found = config.read(MemoryTree({"pyproject.toml": f"{text}profile = 'quiet'\n"}), known=NAMES)
    assert found.profile == "quiet"


def test_a_broken_pyproject_that_speaks_of_us_is_an_error() -> None:
    text = "x = [\n[ tool.compolint ]\nprofile = 'quiet'\n"
    with pytest.raises(Misconfigured, match=r"^pyproject\.toml:2: "):
        config.read(MemoryTree({"pyproject.toml": text}))


def test_a_pyproject_that_only_names_us_settles_nothing() -> None:
    assert config.read(MemoryTree({"pyproject.toml": "dependencies = ['compolint']\n"})) == Config()


def test_a_text_that_is_not_closed_is_told_in_words() -> None:
    with pytest.raises(Misconfigured, match=r"^compolint\.toml:1: a text is not closed in its line$"):
        config.read(MemoryTree({"compolint.toml": 'profile = "quiet\n'}))


def test_without_a_file_there_are_the_defaults() -> None:
    assert config.read(MemoryTree({"compose.yaml": ""})) == Config()


def test_the_nearest_file_wins() -> None:
    tree = MemoryTree(
        {
            "compolint.toml": 'profile = "quiet"',
            "stacks/.compolint.toml": 'profile = "strict"\nexclude = ["old"]',
            "stacks/web/compose.yaml": "",
        }
    )
    found = config.read(tree, "stacks/web")
    assert (found.path, found.profile, found.base) == ("stacks/.compolint.toml", "strict", "stacks/")
    assert found.covers(found.exclude, "stacks/old/compose.yaml")
    assert not found.covers(found.exclude, "old/compose.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\nfail_on = 'high'", "compolint.toml:2: there is no `fail_on`; did you mean `fail-on`?; known are"),
        ("profile = 'quite'", "compolint.toml:1: `profile` must be one of quiet, default, strict"),
        ("exclude = 'vendor'", "`exclude` must be a list"),
        ("exclude = [\n 'a',\n 3]", "compolint.toml:3: an item must be a text"),
        ("exclude = [\n 'a',\n '*.{yml}']", "compolint.toml:3: '*.{yml}' is no glob: `{` has no meaning"),
        ("public-ports = ['80']", "an item must be a whole number"),
        ("public-ports = [true]", "an item must be a whole number"),
        ("public-ports = [70000]", "an item must be from 1 to 65535"),
        (
            "[severity]\nwildcard-bin = 'low'",
            ":2: there is no check `wildcard-bin`; did you mean `wildcard-bind`?",
        ),
        ("[severity]\nwildcard-bind = 'warn'", ":2: `wildcard-bind` must be one of off, info, low"),
        ("[options.nothing]\nx = 1", "compolint.toml:1: there is no check `nothing`"),
        ("[options]\nsample = 1", "compolint.toml:2: `sample` must be a table"),
        ("[[ignore]]\nchecks = ['sample']", "compolint.toml:1: `reason` is missing"),
        ("[[ignore]]\nchecks = ['sample']\nreason = ''", "compolint.toml:3: `reason` must not be empty"),
        ("[[ignore]]\nchecks = []\nreason = 'x'", "compolint.toml:2: `checks` must not be empty"),
        (
            "[[ignore]]\nchecks = [\n'sample',\n'smple']\nreason = 'x'",
            ":4: there is no check `smple`; did you",
        ),
        ("[[ignore]]\nchecks = ['sample']\nreason = 'x'\nuntil = '31.1.2027'", ":4: '31.1.2027' is no date"),
        (
            "[[ignore]]\nchecks = ['sample']\nreason = 'x'\nuntil = '2027-02-30'",
            ":4: '2027-02-30' is no date",
        ),
        ("[[ignore]]\nchecks = ['sample']\nreason = 'x'\nuntil = 2027-01-31T10:00:00", "must be a text"),
        ("[[ignore]]\nchecks = ['sample']\nreason = 'x'\npath = ['a']", "no `path`; did you mean `paths`?"),
        (
            "[environment]\n'a\\b' = 'development'",
            "compolint.toml:2: 'a\\\\b' is no glob: folders are parted by `/`",
        ),
        ("[environment]\na = 'staging'", "`a` must be one of production, development"),
        ("[hosts.web]\npublic = ['203.0.113']", "compolint.toml:2: '203.0.113' is no address"),
        ("[hosts.web]\nstatus = 'lost'", "`status` must be one of active, compromised, retired"),
        ("[[project]]\nfiles = ['../x.yaml']", ":2: '../x.yaml' lies outside of the project"),
        ("[[project]]\nfiles = ['/x.yaml']", ":2: '/x.yaml' lies outside of the project"),
        ("a = 1\nb = = 2", "compolint.toml:2: invalid value"),
        ("a = [", "compolint.toml:1: invalid value"),
        ("a = " + "[" * 5000, "nested too deeply"),
        ("a" + ".a" * 4000 + " = 1", "nested too deeply"),
        ("a" + ".a" * 9000 + " = 1", "it has a line of more than 8192 characters"),
        ("a = " + "1" * 5000, "compolint.toml:1: "),
    ],
)
def test_what_cannot_be_followed_is_an_error_that_says_where(text: str, words: str) -> None:
    assert words in complaint(text)


def test_all_mistakes_are_named_at_once() -> None:
    assert complaint("profil = 1\nfail-on = 2").count("compolint.toml:") == 2


def test_a_file_that_is_no_text_is_an_error() -> None:
    with pytest.raises(Misconfigured, match=r"compolint\.toml is not UTF-8"):
        config.read(MemoryTree({"compolint.toml": b"\xff\xff"}))


def test_options_have_the_types_that_the_check_asks_for() -> None:
    found = read(
        "public-ports = [80]\n"
        "[options.sample]\nnames = ['a']\nlimit = 4\nshare = 1\nstrictly = true\nmode = 'b'"
    )
    assert found.options(a_check()) == {
        "public_ports": (80,),
        "names": frozenset({"a"}),
        "limit": 4,
        "share": 1.0,
        "strictly": True,
        "mode": "b",
    }


def test_a_check_s_own_option_goes_before_the_shared_one() -> None:
    found = read("public-ports = [80]\n[options.sample]\npublic-ports = [443]")
    assert found.options(a_check()) == {"public_ports": (443,)}


def test_a_check_without_such_a_parameter_gets_no_shared_option() -> None:
    def run(workload: Workload) -> Problems:
        yield from ()

    assert read("public-ports = [80]").options(a_check(options={}, run=run)) == {}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "limt = 1",
            "compolint.toml:2: sample has no option `limt`; did you mean `limit`?; it has: limit, mode,",
        ),
        ("public_ports = [1]", "sample has no option `public_ports`; did you mean `public-ports`?"),
        ("limit = true", "compolint.toml:2: `limit` of sample must be a whole number"),
        ("limit = 'x'", "`limit` of sample must be a whole number"),
        ("share = 'x'", "`share` of sample must be a number"),
        ("strictly = 1", "`strictly` of sample must be true or false"),
        ("names = 'a'", "`names` of sample must be a list, each item a text"),
        ("names = [1]", "`names` of sample must be a list, each item a text"),
        ("mode = 'c'", "`mode` of sample must be one of `a`, `b`"),
    ],
)
def test_an_option_that_does_not_fit_is_an_error(line: str, words: str) -> None:
    found = read(f"[options.sample]\n{line}")
    with pytest.raises(Misconfigured, match=re.escape(words)):
        found.options(a_check())


def test_the_quiet_profile_leaves_out_wishes_and_remarks() -> None:
    quiet = Config(profile="quiet")
    assert quiet.runs(a_check())
    assert not quiet.runs(a_check(hardening=True))
    assert not quiet.runs(a_check(severity=Severity.INFO))
    assert not quiet.reports(a_check(), Severity.INFO, "compose.yaml")


def test_checks_for_the_strict_run_in_the_strict_profile_only() -> None:
    check = a_check(profile="strict")
    assert Config(profile="strict").runs(check)
    assert not Config().runs(check)
    assert not Config(profile="quiet").runs(check)


def test_a_check_that_is_asked_for_by_name_runs_in_every_profile() -> None:
    check = a_check(profile="strict", hardening=True)
    assert Config(profile="quiet", severities={"sample": "low"}).runs(check)
    assert Config(profile="quiet", selected=frozenset({"sample"})).runs(check)


def test_the_command_line_selects_and_leaves_out() -> None:
    assert not Config(selected=frozenset({"other"})).is_enabled("sample")
    assert not Config(left_out=frozenset({"sample"})).is_enabled("sample")


@pytest.mark.parametrize(
    ("settings", "changes", "path", "severity"),
    [
        (Config(), {}, "a", Severity.HIGH),
        (Config(severities={"sample": "low"}), {}, "a", Severity.LOW),
        (Config(profile="strict"), {"hardening": True}, "a", Severity.HIGH),
        (Config(environments={"staging/**": "development"}), {}, "staging/a", Severity.MEDIUM),
        (Config(environments={"staging/**": "development"}), {}, "a", Severity.HIGH),
        (Config(environments={"staging/**": "development"}), {"absolute": True}, "staging/a", Severity.HIGH),
        (Config(environments={"**": "development", "live": "production"}), {}, "live/a", Severity.HIGH),
        (Config(environments={"a": "development"}, base="x/"), {}, "x/a", Severity.MEDIUM),
        (Config(environments={"a": "development"}, severities={"sample": "info"}), {}, "a", Severity.INFO),
    ],
)
def test_a_severity_depends_on_settings_and_place(
    settings: Config, changes: Mapping[str, Any], path: str, severity: Severity
) -> None:
    assert settings.severity(a_check(**changes), Severity.HIGH, path) is severity


def test_the_strict_profile_raises_wishes_to_medium() -> None:
    check = a_check(hardening=True)
    assert Config(profile="strict").severity(check, Severity.LOW, "a") is Severity.MEDIUM
    assert Config().severity(check, Severity.LOW, "a") is Severity.LOW


def test_wishes_are_not_told_outside_of_production() -> None:
    staging = Config(environments={"staging/**": "development"})
    assert not staging.reports(a_check(hardening=True), Severity.LOW, "staging/a")
    assert staging.reports(a_check(hardening=True), Severity.LOW, "a")
    assert staging.reports(a_check(), Severity.LOW, "staging/a")


def test_a_day_is_past_when_it_is_over() -> None:
    today = Config(today="2027-01-31")
    assert today.is_past("2027-01-30")
    assert not today.is_past("2027-01-31")
    assert Config().is_past("2000-01-01")
    assert not Config().is_past("9999-12-31")


# The schema, and our own reading of it


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_every_setting_of_the_schema_is_described() -> None:
    def described(part: dict[str, Any]) -> None:
        for name, setting in part.get("properties", {}).items():
            assert setting.get("description", "").endswith("."), name
            for inner in (setting, setting.get("items", {}), setting.get("additionalProperties", {})):
                described(inner if isinstance(inner, dict) else {})

    described(schema())


KEYS = [
    *schema()["properties"],
    "checks",
    "paths",
    "subject",
    "reason",
    "until",
    "role",
    "public",
    "files",
    "x",
]
TEXTS = [
    "",
    "quiet",
    "strict",
    "high",
    "never",
    "off",
    "development",
    "a/**",
    "a\\b",
    "10.0.0.1",
    "2027-01-31",
    "x",
]
VALUES = st.recursive(
    st.sampled_from([*TEXTS, 0, 80, 70000, True, 1.5]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Settings whose first level is mostly right, so that the second one is reached."""
    shape = schema()["properties"]
    document = {}
    for name in draw(st.lists(st.sampled_from([*shape, "x"]), max_size=4)):
        value = draw(VALUES)
        kind = shape.get(name, {}).get("type")
        document[name] = (
            [value] if kind == "array" else {draw(st.sampled_from(KEYS)): value} if kind else value
        )
    return document


@given(documents())
@settings(max_examples=200, deadline=None)
def test_our_reading_of_the_schema_is_the_one_of_jsonschema(document: dict[str, Any]) -> None:
    formats = jsonschema.FormatChecker(["date"])
    formats.checks("glob")(lambda text: not isinstance(text, str) or glob.fault(text) is None)
    formats.checks("ip")(lambda text: not isinstance(text, str) or text == "10.0.0.1")
    judge = jsonschema.Draft202012Validator(schema(), format_checker=formats)
    assert (not list(faults(document, schema(), schema()))) == judge.is_valid(document)


# Places


def test_every_key_and_item_has_its_place() -> None:
    text = (
        'a.b."c d" = 1.5\n'
        "[[t]]  # [no]\n"
        'l = [\n  "x", # ]\n  [1, {k = 2}],\n]\n'
        "[[t]]\n"
        "s = '''\n[fake]\n'''\n"
        "i = { p = 'q', r = 2027-01-31 10:00:00 }\n"
        "[t.u]\n"
        "z = 1\n"
    )
    assert {keys: text[slice(*place)] for keys, place in places(text).items()} == {
        ("a",): "a",
        ("a", "b"): "b",
        ("a", "b", "c d"): '"c d"',
        ("t",): "t",
        ("t", 0): "t",
        ("t", 0, "l"): "l",
        ("t", 0, "l", 0): '"x"',
        ("t", 0, "l", 1): "[",
        ("t", 0, "l", 1, 0): "1",
        ("t", 0, "l", 1, 1): "{",
        ("t", 0, "l", 1, 1, "k"): "k",
        ("t", 1): "t",
        ("t", 1, "s"): "s",
        ("t", 1, "i"): "i",
        ("t", 1, "i", "p"): "p",
        ("t", 1, "i", "r"): "r",
        ("t", 1, "u"): "u",
        ("t", 1, "u", "z"): "z",
    }


@given(st.lists(st.sampled_from([*WHOLE.split("\n"), "x = [", "]", '"""', "a.b = {c = 1}", "# ["])))
@settings(max_examples=200, deadline=None)
def test_every_value_of_a_text_that_parses_has_a_place(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        document = tomllib.loads(text)
    except ValueError:
        return
    found = places(text)

    def placed(value: Any, keys: config.Keys) -> None:
        assert not keys or keys in found
        inner = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        for key, each in inner:
            placed(each, (*keys, key))

    placed(document, ())


@given(st.text(alphabet="a.=[]{}\"'#\n,1 \\", max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_text_is_more_than_misconfigured(text: str) -> None:
    with suppress(Misconfigured):
        understood(Source("compolint.toml", text))


def test_a_zone_that_every_machine_has_is_not_made_anew() -> None:
    said = complaint('[zones.internet]\nsources = ["203.0.113.0/24"]\n')
    assert said == "compolint.toml:1: 'internet' is a zone that every machine has; another name is needed"


def test_a_zone_behind_an_interface_is_one_that_there_is() -> None:
    host = '[hosts.a]\npaths = ["**"]\ninterfaces = { eth0 = "%s" }\n'
    said = complaint(host % "nowhere")
    assert said.startswith("compolint.toml:3: there is no zone `nowhere`")
    assert said.endswith("there are: internet, tailnet, lan, containers")
    assert "internet" in complaint(host % "Internet")
    understood(Source("compolint.toml", host % "office" + '[zones.office]\nsources = ["10.8.0.0/24"]\n'))
