"""Settings that let everybody in: variables and options by which services stop asking who is there."""

from collections.abc import Iterable
from typing import NamedTuple

from compolint.model.knowledge.services import services_of
from compolint.model.values import ImageName
from compolint.unknown import Maybe

_ON = ("true", "yes", "1", "on")
_OFF = ("false", "no", "0", "off")
_ANY: tuple[str, ...] = ()  # the image only asks whether the variable has a value


class Opening(NamedTuple):
    """A variable that opens a service, the values that do so, and the variables that close it again."""

    product: str
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
        "the service",
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


def opening(name: str, others: Iterable[str]) -> Opening | None:
    """What a variable opens to everybody with some values, given the names of the other variables."""
    row = _VARIABLES.get(name)
    return row if row and set(row.unless.split()).isdisjoint(others) else None


def opens(word: str, following: str) -> bool:
    """Whether an option of a command switches authentication off: `--noauth`, `--auth none`, `token=''`."""
    return word.replace("'", "").replace('"', "") in _OPTIONS or _WITH_VALUE.get(word) == following


def is_redis(image: Maybe[ImageName] | None) -> bool:
    """Whether an image is Redis or one that speaks its protocol, which has no password unless told one."""
    return any(service.name == "Redis" for service in services_of(image))
