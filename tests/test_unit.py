"""What can be asked about a unit: its settings, its score, and what of it systemd passes over."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.load import unit as loader
from compolint.model.knowledge.unit_keys import unknown_settings, wrong_values
from compolint.model.linter import Fault
from compolint.model.unit import Unit
from compolint.model.unit_confinement import CAPABILITIES, confinement_of
from compolint.model.unit_score import score_of
from compolint.tree import MemoryTree


def unit(text: str, path: str = "a.service", **files: str) -> Unit:
    tree = MemoryTree({path: text, **{name.replace("__", "/"): each for name, each in files.items()}})
    (group,) = loader.group(tree, list(tree.paths()))
    return next(each for each in loader.load(tree, group).entities if isinstance(each, Unit))


def service(*lines: str) -> Unit:
    return unit("[Service]\nExecStart=/bin/a\n" + "\n".join(lines))


# --- settings ---


def test_the_last_value_counts_and_nothing_resets_those_before() -> None:
    found = service("Group=a", "Group=b", "Group=", "Group=c", "Group=d")
    assert found.values("Group") == ("c", "d")
    assert found.value("Group") == "d"
    assert found.settings["Service", "Group"] == ("a", "b", "", "c", "d")
    assert found.value("WantedBy", "Install") is None


def test_each_value_has_its_place() -> None:
    text = "[Service]\nGroup=\nGroup=one\nGroup=two\n"
    found = unit(text)
    assert [(value, text[at.start : at.end]) for value, at in found.each_of("Group")] == [
        ("one", "one"),
        ("two", "two"),
    ]
    assert text[slice(*found.place("Group")[1:])] == "two"
    assert found.place("User") == found.span


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((), None),
        (("yes",), True),
        (("On", "0"), False),
        (("T", "maybe"), True),
        (("no", ""), False),
    ],
)
def test_a_flag_is_the_last_boolean(values: tuple[str, ...], expected: bool | None) -> None:
    assert service(*(f"PrivateTmp={value}" for value in values)).flag("PrivateTmp") is expected


def test_the_unit_knows_what_its_own_file_says() -> None:
    files = {"a.service.d__1.conf": "[Service]\nUser=root\n"}
    found = unit("[Service]\nUser=app\nExecStart=/bin/a\n", **files)
    assert (found.user, found.own["Service", "User"]) == ("root", ("app",))
    assert found.place("User").path == "a.service.d/1.conf"


def test_prefixes_say_with_whose_rights_a_command_runs() -> None:
    found = service("ExecStartPre=+/bin/b", "ExecStopPost=!/bin/c", "ExecReload=-!!/bin/d")
    rights = {each.key: (each.is_unconfined, each.keeps_root) for each in found.execs}
    assert rights == {
        "ExecStart": (False, False),
        "ExecStartPre": (True, False),
        "ExecStopPost": (False, True),
        "ExecReload": (False, False),
    }


def test_nothing_of_a_setting_is_shown() -> None:
    assert "hunter2" not in repr(service("Environment=PASSWORD=hunter2", "SetCredential=a:hunter2"))


def test_where_a_line_stands_does_not_count() -> None:
    assert service("User=a", "Group=b") == service("", "Group=b", "# c", "User=a")
    assert service("User=a") != service("User=b")


def test_files_of_variables_are_read_up_to_a_number_and_the_next_one_is_told() -> None:
    lines = "".join(f"EnvironmentFile=-/etc/{number}.env\n" for number in range(60))
    tree = MemoryTree({"a.service": f"[Service]\n{lines}"})
    (fault,) = (each for each in loader.load(tree, ("a.service",)).entities if isinstance(each, Fault))
    assert fault.message == "the unit reads more than 50 files; from here on they are not checked"
    assert tree.read("a.service").text[fault.span.start : fault.span.end] == "-/etc/50.env"  # type: ignore[union-attr]


# --- the score ---


def test_a_plain_service_is_unsafe_and_a_hardened_one_is_not() -> None:
    assert str(score_of(service())) == "9.6 UNSAFE"
    hardened = service("DynamicUser=yes", "PrivateNetwork=yes", "CapabilityBoundingSet=", "ProtectClock=1")
    assert str(score_of(hardened)) == "5.3 MEDIUM"


def test_the_settings_that_gain_most_come_first() -> None:
    score = score_of(service("CapabilityBoundingSet=", "SystemCallFilter=@system-service"))
    assert score is not None
    assert score.gains()[:3] == [
        ("RestrictNamespaces", 7),
        ("RestrictAddressFamilies", 7),
        ("PrivateNetwork", 4),
    ]
    assert all(row.badness is not None for row in score.rows if row.setting == "PrivateNetwork")


def test_what_starts_no_process_has_no_score() -> None:
    assert score_of(unit("[Unit]\nDescription=a\n", "a.target")) is None
    assert score_of(unit("[Service]\nPrivateTmp=yes\n", "a.service.d/1.conf")) is None


def test_what_is_left_can_be_asked_for_itself() -> None:
    found = service("CapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_SYS_ADMIN", "ProtectKernelModules=yes")
    left = confinement_of(found.settings, found.section)
    assert [name for name in CAPABILITIES if left.has(name)] == ["NET_BIND_SERVICE", "SYS_ADMIN"]
    assert left.is_root


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["User", "UMask", "IPAddressDeny", "DeviceAllow"]), st.text())))
def test_any_value_is_scored(given_lines: list[tuple[str, str]]) -> None:
    kept = (line for line in given_lines if "\0" not in line[1])
    text = "".join(f"{key}={value.encode('utf-8', 'replace').decode()}\n" for key, value in kept)
    score = score_of(unit(f"[Service]\n{text}"))
    assert score is not None
    assert 0 <= score.tenths <= 100


# --- what systemd passes over ---


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        (
            "[Service]\nPriavteTmp=yes\n",
            "has a setting PriavteTmp in [Service], which systemd does not know; did you mean `PrivateTmp`?",
            "PriavteTmp",
        ),
        (
            "[Unit]\nPrivateTmp=yes\n",
            "has a setting PrivateTmp in [Unit], which systemd does not know; it belongs to [Service]",
            "PrivateTmp",
        ),
        (
            "[Unit]\n[Servcie]\nUser=a\n",
            "has a section [Servcie], which no service has; did you mean `Service`?",
            "Servcie",
        ),
    ],
)
def test_misspelt_settings_are_found(text: str, message: str, place: str) -> None:
    (passed,) = unknown_settings(unit(text))
    assert passed.message == message
    assert text[passed.at.start : passed.at.end] == place


@pytest.mark.parametrize(
    "text",
    [
        "[Service]\nX-Own=1\n[X-Own]\nA=1\n",
        "[Service]\nPrivateTmp=disconnected\nMemoryZSwapMax=1G\nCPUShares=1\n",
        "[Service]\nProtectSystem=strict\nProtectHome=tmpfs\nProtectProc=invisible\nNoNewPrivileges=TRUE\n",
        "[Service]\nPrivateTmp=\n[Install]\nWantedBy=a.target\n",
    ],
)
def test_nothing_is_said_of_what_some_systemd_knows(text: str) -> None:
    found = unit(text)
    assert [*unknown_settings(found), *wrong_values(found)] == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("PrivateTmp=yess", "PrivateTmp that systemd does not know"),
        ("NoNewPrivileges=ja", "NoNewPrivileges that systemd does not know; a boolean was expected"),
        ("ProtectSystem=strickt", "ProtectSystem that systemd does not know; did you mean `strict`?"),
        ("ProtectProc=yes", "ProtectProc that systemd does not know"),
    ],
)
def test_values_that_switch_nothing_are_found(line: str, message: str) -> None:
    (passed,) = wrong_values(service(line))
    assert passed.message == f"has a value for {message}"
