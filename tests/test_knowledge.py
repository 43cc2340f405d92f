"""Tables about the world outside the files, asked with what files really say."""

import re
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.model import command, knowledge
from compolint.model.knowledge import (
    datalosses,
    deployments,
    destruction,
    engineruns,
    hostcommands,
    images,
    installs,
    packages,
    services,
)
from compolint.model.knowledge.capabilities import capability
from compolint.model.knowledge.devices import device_power, device_rule_power
from compolint.model.knowledge.engines import engine_socket, is_open_allowlist, is_remote_engine
from compolint.model.knowledge.images import image_need, is_moving, is_unprivileged
from compolint.model.knowledge.paths import sensitive_path
from compolint.model.knowledge.services import is_meant_for_all
from compolint.model.knowledge.sysctls import sysctl_danger
from compolint.model.listener import Listener
from compolint.model.values import Address, ImageName, Ports
from compolint.model.workload import Mount
from compolint.secret import Secret
from compolint.text import Span
from compolint.unknown import Maybe, Undecided, Unknown

HERE = Span("compose.yaml", 0, 0)
TEXTS = st.text(st.sampled_from("/.~$*cdorshetcvarunlibker:-_ \\"), max_size=40) | st.text(max_size=40)


def mount(source: Maybe[str], target: Maybe[str] = "/x") -> Mount:
    return Mount(key="k", span=HERE, owner="o", name="app", kind="bind", source=source, target=target)


@given(TEXTS, TEXTS)
@settings(max_examples=200, deadline=None)
def test_any_text_has_an_answer(text: str, other: str) -> None:
    engine_socket(mount(text, other))
    sensitive_path(mount(text, other))
    device_power(text)
    device_rule_power(text)
    sysctl_danger(text, other)
    capability(text)
    is_remote_engine(Secret(text))
    is_open_allowlist("-allowPOST", Secret(text))
    image_need(ImageName.of(text), other)


@given(TEXTS, TEXTS)
@settings(max_examples=200, deadline=None)
def test_an_open_text_is_answered_or_undecided(head: str, tail: str) -> None:
    value = Unknown(f"{head}${{X}}{tail}", HERE, ("X",), head, tail)
    with suppress(Undecided):
        engine_socket(mount(value))
    with suppress(Undecided):
        sensitive_path(mount(value))
    with suppress(Undecided):
        device_power(value)


@pytest.mark.parametrize(
    "path", ["/", "/etc", "/root", "/home", "/home/anna", "~", "/var/lib/docker", "/proc", "/sys"]
)
def test_a_path_of_the_host_is_known_with_or_without_what_it_is_for(path: str) -> None:
    assert sensitive_path(mount(path))


@pytest.mark.parametrize(
    "pattern",
    [
        ".*",
        "/.*",
        "^/.*$",
        r"/v1\..{1,2}/.*",
        "(.*)",
        r"/v1.43/(containers/create|images/.*)",
        r"/v1\..{1,2}/containers/.*",
        ".*/exec/.*",
    ],
)  # fmt: skip
def test_an_expression_that_lets_containers_be_made_is_open(pattern: str) -> None:
    assert is_open_allowlist("-allowPOST", Secret(pattern))
    assert is_open_allowlist("SP_ALLOW_POST_2", Secret(pattern))
    assert not is_open_allowlist("-allowGET", Secret(pattern))


@pytest.mark.parametrize(
    "pattern",
    [r"/v1\..{1,2}/containers/.*/(restart|stop)", r"/v1\..{1,2}/volumes/.*", "/auth", "/images/.*", ""],
)
def test_an_expression_for_single_calls_is_not_open(pattern: str) -> None:
    assert not is_open_allowlist("-allowPOST", Secret(pattern))


@pytest.mark.parametrize("rule", ["a *:* rwm", "a", "b 8:0 r", "c *:* rwm", "c 1:1 rw", " b *:* m "])
def test_a_rule_for_disks_memory_or_everything_gives_power(rule: str) -> None:
    assert device_rule_power(rule)


@pytest.mark.parametrize("rule", ["c 188:* rwm", "c 1:3 rwm", "c 226:0 rw", "", "x 1:1 r"])
def test_a_rule_for_one_kind_of_device_gives_none(rule: str) -> None:
    assert device_rule_power(rule) is None


def test_an_image_is_known_in_every_registry_and_without_its_tag() -> None:
    assert image_need(ImageName.of("ghcr.io/linuxserver/wireguard:1.0"), "NET_ADMIN")
    assert image_need(Unknown("qmcgaw/gluetun:${TAG}", HERE, ("TAG",), "qmcgaw/gluetun:", ""), "NET_ADMIN")
    assert image_need(Unknown("${IMAGE}", HERE, ("IMAGE",)), "NET_ADMIN") is None
    assert image_need(ImageName.of("example/gluetun-ui"), "NET_ADMIN") is None
    assert is_unprivileged(ImageName.of("postgres:18"))
    assert not is_unprivileged(ImageName.of("nginx:1.29"))


def test_a_digest_holds_every_tag() -> None:
    assert is_moving(ImageName.of("app"))
    assert is_moving(ImageName.of("app:Latest"))
    assert not is_moving(ImageName.of("app:1.2"))
    assert not is_moving(ImageName.of("app:latest@sha256:" + "0" * 64))


def test_no_row_is_lost_in_another() -> None:
    from compolint.model.knowledge import paths

    tables = [rows for _, rows, _ in paths._GRADES]
    assert len({path for rows in tables for path in rows}) == sum(map(len, tables))
    assert all(folder.rstrip("/") in rows for _, rows, below in paths._GRADES for folder in below)


IMAGE = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*")


def test_every_image_in_a_table_has_a_name_that_images_have() -> None:
    lists = [
        *(row.images for row in services.SERVICES),
        *(names for names, _ in services._PUBLIC),
        *(names for names, _, _ in images._NEEDS),
        images._SOCKET_PROXIES, images._UPDATERS, images._UNPRIVILEGED,
    ]  # fmt: skip
    names = [name for text in lists for name in text.split(" ") if text]
    assert [name for name in names if not IMAGE.fullmatch(name)] == []
    assert "notebook" not in names


def tables() -> Iterator[tuple[str, object]]:
    for found in iter_modules(knowledge.__path__):
        module = import_module(f"{knowledge.__name__}.{found.name}")
        for name, value in vars(module).items():
            if isinstance(value, frozenset | dict | set):
                yield from ((f"{found.name}.{name}", word) for word in value if not name.startswith("__"))


def test_no_word_of_a_table_is_empty_or_has_blanks_around_it() -> None:
    odd = [(name, word) for name, word in tables() if isinstance(word, str) and word != word.strip()]
    assert odd == []
    assert [name for name, word in tables() if word == ""] == []
    assert [(name, word) for name, word in tables() if re.match(r"\w.*-$", str(word))] == []


@pytest.mark.parametrize(
    ("image", "port", "protocol"),
    [
        ("ghcr.io/docker-mailserver/docker-mailserver", 25, "tcp"),
        ("ghcr.io/mailcow/dovecot:2", 993, "tcp"),
        ("linuxserver/wireguard", 51820, "udp"),
        ("kylemanna/openvpn", 1194, "udp"),
    ],
)
def test_mail_and_vpns_are_meant_for_all(image: str, port: int, protocol: str) -> None:
    def answer(image: str, port: int, protocol: str) -> bool:
        return is_meant_for_all(
            Listener(
                key="k",
                span=HERE,
                owner="o",
                name="n",
                address=Address("0.0.0.0"),
                ports=Ports(port, port),
                protocol=protocol,
                image=ImageName.of(image),
            )
        )

    assert answer(image, port, protocol)
    assert not answer(image, port + 1, protocol)
    assert not answer("example/app", port, protocol)


def test_a_program_that_is_taken_for_harmless_is_in_no_table_of_harmful_ones() -> None:
    tables = (
        table
        for module in (datalosses, deployments, destruction, engineruns, hostcommands, installs, packages)
        for name, table in vars(module).items()
        if isinstance(table, (dict, frozenset)) and not name.startswith("__")
    )
    named = {name for table in tables for name in table if isinstance(name, str)}
    assert {"psql", "kubectl", "docker", "ufw", "apt-get"} <= named
    assert not named & command._HARMLESS
