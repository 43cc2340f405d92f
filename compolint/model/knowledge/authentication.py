"""Settings that let everybody in: variables and options by which services stop asking who is there."""

from collections.abc import Iterable

from compolint.model.command import Command
from compolint.model.credential_name import is_foreign, names_credential
from compolint.model.knowledge.services import services_of
from compolint.model.values import ImageName
from compolint.model.workload import Variable, Workload
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_ON = ("true", "yes", "1", "on")
_OFF = ("false", "no", "0", "off")
_ANY: tuple[str, ...] = ()  # the image only asks whether the variable has a value


class Opening(NamedTuple):
    """A variable that opens a service, the values that do so, and the variables that close it again."""

    product: str  # "" where several have it
    values: tuple[str, ...]
    unless: str = ""

    def is_at(self, value: str) -> bool:
        """Whether it is open with this value."""
        return bool(value) and (not self.values or value.strip("\"' ").lower() in self.values)


_VARIABLES = {
    # https://hub.docker.com/_/postgres
    "POSTGRES_HOST_AUTH_METHOD": Opening("PostgreSQL", ("trust",)),
    # https://hub.docker.com/_/mysql, https://hub.docker.com/_/mariadb
    "MYSQL_ALLOW_EMPTY_PASSWORD": Opening("MySQL", _ANY, "MYSQL_ROOT_PASSWORD MYSQL_ROOT_PASSWORD_FILE"),
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": Opening(
        "MariaDB", _ANY, "MARIADB_ROOT_PASSWORD MARIADB_ROOT_PASSWORD_FILE MARIADB_ROOT_PASSWORD_HASH"
    ),
    # https://github.com/bitnami/containers: PostgreSQL, Redis, MariaDB, MongoDB, etcd, ZooKeeper, Kafka
    "ALLOW_EMPTY_PASSWORD": Opening(
        "",
        _ON,
        "REDIS_PASSWORD VALKEY_PASSWORD POSTGRESQL_PASSWORD MARIADB_ROOT_PASSWORD MYSQL_ROOT_PASSWORD"
        " MONGODB_ROOT_PASSWORD ETCD_ROOT_PASSWORD CASSANDRA_PASSWORD WORDPRESS_PASSWORD",
    ),
    "ALLOW_NONE_AUTHENTICATION": Opening("etcd", _ON, "ETCD_ROOT_PASSWORD"),
    "ALLOW_ANONYMOUS_LOGIN": Opening("ZooKeeper", _ON, "ZOO_SERVER_PASSWORDS ZOO_SERVER_PASSWORDS_FILE"),
    "ALLOW_PLAINTEXT_LISTENER": Opening("Kafka", _ON),
    # https://www.elastic.co/docs/reference/elasticsearch/configuration-reference/security-settings
    "xpack.security.enabled": Opening("Elasticsearch", _OFF),
    # https://docs.opensearch.org/latest/security/configuration/disable-enable-security/
    "plugins.security.disabled": Opening("OpenSearch", _ON),
    "DISABLE_SECURITY_PLUGIN": Opening("OpenSearch", _ON),
    # https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-authentication/anonymous-auth/
    "GF_AUTH_ANONYMOUS_ENABLED": Opening("Grafana", _ON),
    # https://neo4j.com/docs/operations-manual/current/docker/introduction/
    "NEO4J_AUTH": Opening("Neo4j", ("none",)),
    "NEO4J_dbms_security_auth__enabled": Opening("Neo4j", _OFF),
    # https://docs.influxdata.com/influxdb/v1/administration/config/
    "INFLUXDB_HTTP_AUTH_ENABLED": Opening("InfluxDB", _OFF),
    # https://docs.weaviate.io/deploy/configuration/env-vars
    "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": Opening("Weaviate", _ON),
    # https://github.com/mongo-express/mongo-express-docker
    "ME_CONFIG_BASICAUTH": Opening("mongo-express", _OFF),
    "ME_CONFIG_BASICAUTH_ENABLED": Opening("mongo-express", _OFF),
    # https://docs.n8n.io/hosting/configuration/environment-variables/
    "N8N_USER_MANAGEMENT_DISABLED": Opening("n8n", _ON),
    # https://docs.openwebui.com/getting-started/env-configuration/
    "WEBUI_AUTH": Opening("Open WebUI", _OFF),
    # https://filebrowser.org/cli/filebrowser
    "FB_NOAUTH": Opening("File Browser", (*_ON, "noauth")),
    # https://rocker-project.org/images/versioned/rstudio.html
    "DISABLE_AUTH": Opening("RStudio", _ON),
    # https://flower.readthedocs.io/en/latest/config.html
    "FLOWER_UNAUTHENTICATED_API": Opening("Flower", _ON),
}

# Options of commands that say it by themselves: of Mongo, File Browser, Portainer, MySQL and Jupyter.
_OPTIONS = (
    "--no-auth", "--noauth", "--no-authentication", "--disable-auth", "--disable-authentication",
    "--auth=none", "--auth-mode=none", "--skip-grant-tables", "--without-authentication",
    "--ServerApp.token=", "--NotebookApp.token=", "--IdentityProvider.token=",
)  # fmt: skip
# … and those whose value stands in the next word: of code-server and Redis.
_WITH_VALUE = {"--auth": "none", "--protected-mode": "no"}

# Variables that may close a service although their names ask for no credential.
# https://redis.io/docs/latest/operate/oss_and_stack/install/install-stack/docker/, https://dozzle.dev/guide/authentication,
# https://docs.weaviate.io/deploy/configuration/env-vars
_CLOSING = (
    "REDIS_ARGS", "REDIS_EXTRA_FLAGS", "DOZZLE_AUTH_PROVIDER", "AUTHENTICATION_APIKEY_ENABLED",
    "AUTHENTICATION_OIDC_ENABLED",
)  # fmt: skip
# … and options: of MongoDB, etcd and Kafka's consoles, of Redis.
_CLOSING_OPTIONS = ("--auth", "--keyFile", "--aclfile", "--auth-token", "--client-cert-auth")
# The ends of variables that give a password in another form: PASSWORD_FILE, PASSWORD_HASH
_FORMS = ("_FILE", "_HASH")
_STARTING = ("command", "entrypoint", "CMD", "ENTRYPOINT")


def opening(name: str, others: Iterable[str]) -> Opening | None:
    """What a variable opens to everybody with some values, given the names of the other variables."""
    row = _VARIABLES.get(name)
    return row if row and set(row.unless.split()).isdisjoint(others) else None


def opens(word: str, following: str) -> bool:
    """Whether an option of a command switches authentication off: `--noauth`, `--auth none`, `token=''`."""
    return word.replace("'", "").replace('"', "") in _OPTIONS or _WITH_VALUE.get(word) == following


def may_ask(variables: Iterable[Variable], commands: Iterable[Command]) -> bool:
    """Whether something tells a service to ask for a password, or names a file that may do so."""
    return any(map(_closes, variables)) or any(
        _closes_by(word, following)
        for command in commands
        if command.where in _STARTING
        for word, following in zip(command.words, (*command.words[1:], ""), strict=True)
    )


def _closes(variable: Variable) -> bool:
    written = variable.written
    if written is not None and not written.reveal().strip("\"' "):
        return False
    name = variable.name
    for form in _FORMS:
        name = name.removesuffix(form)
    return name in _CLOSING or (names_credential(name) and not is_foreign(name))


def _closes_by(word: Maybe[str], following: Maybe[str]) -> bool:
    if isinstance(word, Unknown):
        return True
    name, _, value = word.partition("=")
    if name in _CLOSING_OPTIONS:
        return not isinstance(following, str) or "none" not in (value, following)
    is_option = word.startswith("-") and names_credential(name.lstrip("-"))
    return is_option or "requirepass" in word or word.endswith(".conf")


def product_of(workload: Workload) -> str:
    """What people call the program that a workload runs; "" where its image does not tell."""
    known = services_of(workload.image)
    if known:
        return known[0].name
    image = workload.image
    return "" if image is None or isinstance(image, Unknown) else image.base


def is_redis(image: Maybe[ImageName] | None) -> bool:
    """Whether an image is Redis or one that speaks its protocol, which has no password unless told one."""
    return any(service.name == "Redis" for service in services_of(image))
