"""How severe the findings about exposure and secrets are, where that depends on the surroundings."""

from pathlib import Path

import pytest

from compolint import engine, packs
from compolint.config import Config
from compolint.tree import FolderTree, MemoryTree, Tree


def found(name: str, tree: Tree, kinds: dict[str, str] | None = None) -> list[str]:
    """The severities of what a check finds."""
    config = Config(profile="strict")
    offers = [offer for offer in packs.load() if offer.name == name]
    report = engine.check(tree, engine.survey(tree, config, kinds), config, offers)
    assert not report.errors
    return [str(finding.severity) for finding in report.findings if finding.status == "fail"]


def service(*lines: str) -> Tree:
    body = "\n".join(f"    {line}" for line in lines)
    return MemoryTree({"compose.yaml": f"services:\n  one:\n{body}\n"})


@pytest.mark.parametrize(
    ("name", "lines", "severities"),
    [
        ("wildcard-bind", ["image: acme/api:1", 'ports: ["8000:80"]'], ["high"]),
        ("wildcard-bind", ["image: acme/api:1", 'ports: ["443:80"]'], ["medium"]),
        ("wildcard-bind", ["image: boky/postfix:5", 'ports: ["587:587"]'], ["medium"]),
        ("wildcard-bind", ["image: boky/postfix:5", 'ports: ["110:110"]'], ["high"]),
        ("wildcard-bind", ["image: acme/api:1", 'ports: ["587:587"]'], ["high"]),
        ("wildcard-bind", ["image: weejewel/wg-easy:7", 'ports: ["51820:51820/udp"]'], ["medium"]),
        ("datastore-exposed", ["image: postgres:17", 'ports: ["5432:5432"]'], ["critical"]),
        ("datastore-exposed", ["image: postgres:17", 'ports: ["192.168.1.5:5432:5432"]'], ["medium"]),
        ("admin-interface-exposed", ["image: prom/prometheus:v3", 'ports: ["9090:9090"]'], ["critical"]),
        ("admin-interface-exposed", ["image: grafana/grafana:12", 'ports: ["3000:3000"]'], ["high"]),
        (
            "admin-interface-exposed",
            ["image: prom/prometheus:v3", 'ports: ["10.0.0.1:9090:9090"]'],
            ["medium"],
        ),
        ("no-authentication", ["image: neo4j:5", "environment: {NEO4J_AUTH: none}"], ["high"]),
        (
            "no-authentication",
            ["image: neo4j:5", "environment: {NEO4J_AUTH: none}", 'ports: ["7474:7474"]'],
            ["critical"],
        ),
        (
            "no-authentication",
            ["image: neo4j:5", "environment: {NEO4J_AUTH: none}", 'ports: ["127.0.0.1:7474:7474"]'],
            ["high"],
        ),
        (
            "traefik-api-insecure",
            ["image: traefik:v3.5", "command: --api.insecure", 'ports: ["8080:8080"]'],
            ["critical"],
        ),
        ("secret-in-label", ["image: acme/api:1", "labels: {a.password: kd0s9lskA1l1xW}"], ["high"]),
        (
            "secret-in-label",
            ["image: acme/api:1", "labels: {a.user: '$$2y$$05$$abcdefghijklmnopqrstuv'}"],
            ["medium"],
        ),
    ],
)
def test_the_surroundings_decide(name: str, lines: list[str], severities: list[str]) -> None:
    assert found(name, service(*lines)) == severities


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return tmp_path


def test_an_env_file_that_git_does_not_ignore(repository: Path) -> None:
    (repository / ".env").write_text("DB_PASSWORD=kd0s9lskA1l1xW\n")
    assert found("env-file-tracked", FolderTree(str(repository))) == ["high"]
    (repository / ".env").write_text("T=ghp_" + "kJ8mQ2xR7vT4nW9bL3cF6hD1sA5gY0pE8uZ2\n")
    assert found("env-file-tracked", FolderTree(str(repository))) == ["critical"]
    (repository / ".gitignore").write_text(".env\n")
    assert found("env-file-tracked", FolderTree(str(repository))) == []


def test_an_env_file_outside_a_repository(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DB_PASSWORD=kd0s9lskA1l1xW\n")
    assert found("env-file-tracked", FolderTree(str(tmp_path))) == []


@pytest.mark.parametrize(("label", "severity"), [("PRIVATE KEY", "medium"), ("ENCRYPTED PRIVATE KEY", "low")])
def test_a_private_key_that_git_does_not_ignore(repository: Path, label: str, severity: str) -> None:
    (repository / "site.key").write_text(f"-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n")
    kinds = {"site.key": "certificate"}
    assert found("world-readable-key", FolderTree(str(repository)), kinds) == [severity]
    (repository / ".gitignore").write_text("*.key\n")
    assert found("world-readable-key", FolderTree(str(repository)), kinds) == []


def test_a_part_of_a_script_that_is_not_understood_fails_nobody() -> None:
    text = "ls\nif true; then (cd a; ls) fi\n"
    assert found("syntax-error", MemoryTree({"deploy.sh": text})) == ["low"]
    assert found("syntax-error", MemoryTree({"Dockerfile": f"FROM a\nRUN {text[3:]}"})) == ["high"]


def test_a_server_for_ssh_is_how_people_come_in() -> None:
    assert found("wildcard-bind", MemoryTree({"sshd_config": "Port 22\n"})) == ["low"]
