"""What listens on a port: datastores and interfaces to administer something, by image and by port.

A row is about the image as it comes. `is_open` says that it then lets in whoever connects; `tells` are
the ports that say by themselves what listens there, as IANA or the product assigned them and hardly
anything else uses them.
"""

from functools import cache
from typing import Literal

from compolint.model.knowledge.images import is_socket_proxy
from compolint.model.listener import Listener
from compolint.model.values import ImageName, Ports
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown, assume

DOCKER_API = "the Docker API"
_WIDEST = 10  # a range with more ports is no sign of what is behind it


class Service(NamedTuple):
    """A kind of software that few people should be able to reach."""

    name: str
    kind: Literal["datastore", "admin", "socket proxy"]
    images: str  # last parts of the names, or the last two
    ports: tuple[int, ...]  # inside the container
    tells: tuple[int, ...] = ()
    is_open: bool = False


def _stores(
    name: str, images: str, *ports: int, tells: tuple[int, ...] = (), is_open: bool = False
) -> Service:
    return Service(name, "datastore", images, ports, tells, is_open)


def _admin(
    name: str, images: str, *ports: int, tells: tuple[int, ...] = (), is_open: bool = False
) -> Service:
    return Service(name, "admin", images, ports, tells, is_open)


SERVICES = (
    # https://www.postgresql.org/docs/current/runtime-config-connection.html, https://hub.docker.com/_/postgres
    _stores(
        "PostgreSQL",
        "postgres postgresql postgresql-repmgr postgis timescaledb timescaledb-ha timescaledb-postgis"
        " pgvector pgvecto-rs vchord-postgres spilo alloydbomni citus pgbouncer pgpool pgpool-ii pgcat"
        " supavisor edgedb",
        5432, tells=(5432,),
    ),
    # https://dev.mysql.com/doc/mysql-port-reference/en/, https://mariadb.com/kb/en/server-system-variables/
    _stores(
        "MySQL",
        "mysql mysql-server mariadb mariadb-galera mariadb-aria percona percona-server",
        3306, 33060, tells=(3306, 33060),
    ),
    # https://redis.io/docs/latest/operate/oss_and_stack/management/security/: open unless told otherwise
    _stores(
        "Redis",
        "redis redis-stack redis-stack-server valkey keydb dragonfly garnet redis-sentinel redis-cluster",
        6379, 26379, tells=(6379, 26379), is_open=True,
    ),
    # https://www.mongodb.com/docs/manual/reference/default-mongodb-port/; no access control unless enabled
    _stores(
        "MongoDB",
        "mongo mongodb mongodb-community-server mongodb-enterprise-server percona-server-mongodb ferretdb",
        27017, 27018, 27019, tells=(27017, 27018, 27019), is_open=True,
    ),
    # https://www.elastic.co/docs/reference/elasticsearch/configuration-reference/networking-settings
    _stores("Elasticsearch", "elasticsearch elasticsearch-oss", 9200, 9300, tells=(9200, 9300)),
    # https://docs.opensearch.org/latest/install-and-configure/
    _stores("OpenSearch", "opensearch", 9200, 9300, 9600),
    # https://docs.memcached.org/serverguide/: no authentication
    _stores("Memcached", "memcached", 11211, tells=(11211,), is_open=True),
    # https://cassandra.apache.org/doc/latest/cassandra/getting-started/configuring.html: open
    _stores("Cassandra", "cassandra scylla dse-server", 9042, 9160, 7000, 7199, tells=(9042,), is_open=True),
    # https://docs.couchdb.org/en/stable/config/http.html
    _stores("CouchDB", "couchdb", 5984, tells=(5984,)),
    # https://learn.microsoft.com/sql/linux/sql-server-linux-docker-container-configure
    _stores("SQL Server", "mssql/server azure-sql-edge mssql-server-linux", 1433, tells=(1433,)),
    # https://docs.oracle.com/en/database/oracle/oracle-database/23/netrf/
    _stores("Oracle Database", "oracle-free oracle-xe database/free database/express", 1521, tells=(1521,)),
    # https://clickhouse.com/docs/guides/sre/network-ports
    _stores("ClickHouse", "clickhouse clickhouse-server", 8123, 9000, 9009, 8443, 9440),
    # https://docs.influxdata.com/influxdb/v2/reference/urls/
    _stores("InfluxDB", "influxdb influxdb3", 8086, 8088, 8181),
    # https://docs.victoriametrics.com/victoriametrics/single-server-victoriametrics/#security: open
    _stores("VictoriaMetrics", "victoria-metrics", 8428, tells=(8428,), is_open=True),
    # https://grafana.com/docs/loki/latest/operations/authentication/: Loki has no authentication layer
    _stores("Loki", "grafana/loki", 3100, is_open=True),
    # https://qdrant.tech/documentation/guides/security/: open unless an API key is set
    _stores("Qdrant", "qdrant", 6333, 6334, tells=(6333, 6334), is_open=True),
    # https://docs.weaviate.io/deploy/configuration/authentication: anonymous unless told otherwise
    _stores("Weaviate", "weaviate", 8080, 50051, is_open=True),
    # https://milvus.io/docs/authenticate.md: off unless enabled
    _stores("Milvus", "milvus", 19530, 9091, tells=(19530,), is_open=True),
    # https://docs.trychroma.com/production/deployment: no authentication
    _stores("Chroma", "chroma", 8000, is_open=True),
    # https://www.meilisearch.com/docs/learn/security/basic_security: open without a master key
    _stores("Meilisearch", "meilisearch", 7700, tells=(7700,)),
    # https://typesense.org/docs/guide/install-typesense.html
    _stores("Typesense", "typesense", 8108),
    # https://solr.apache.org/guide/solr/latest/deployment-guide/securing-solr.html: open unless configured
    _stores("Solr", "solr", 8983, tells=(8983,), is_open=True),
    # https://neo4j.com/docs/operations-manual/current/configuration/ports/
    _stores("Neo4j", "neo4j", 7474, 7473, 7687, tells=(7687,)),
    # https://docs.arangodb.com/stable/components/arangodb-server/
    _stores("ArangoDB", "arangodb", 8529, tells=(8529,)),
    # https://rethinkdb.com/docs/security/: the admin has no password
    _stores("RethinkDB", "rethinkdb", 28015, 29015, 8080, tells=(28015,), is_open=True),
    # https://surrealdb.com/docs/surrealdb/cli/start
    _stores("SurrealDB", "surrealdb", 8000),
    # https://www.cockroachlabs.com/docs/stable/recommended-production-settings
    _stores("CockroachDB", "cockroach", 26257, 8080, tells=(26257,)),
    # https://docs.yugabyte.com/preview/reference/configuration/default-ports/
    _stores("YugabyteDB", "yugabyte", 5433, 9042, 7000, 9000, 15433),
    # https://firebirdsql.org/file/documentation/html/en/firebirddocs/qsg5/firebird-5-quickstartguide.html
    _stores("Firebird", "firebird firebirdsql", 3050, tells=(3050,)),
    # https://etcd.io/docs/latest/op-guide/security/: open unless TLS or roles are set up
    _stores("etcd", "etcd", 2379, 2380, tells=(2379, 2380), is_open=True),
    # https://zookeeper.apache.org/doc/current/zookeeperAdmin.html: open
    _stores("ZooKeeper", "zookeeper cp-zookeeper", 2181, 2888, 3888, tells=(2181,), is_open=True),
    # https://kafka.apache.org/documentation/#security: PLAINTEXT unless told otherwise
    _stores("Kafka", "kafka cp-kafka kafka-native", 9092, 9093, 9094, 29092, 19092, is_open=True),
    # https://docs.redpanda.com/current/manage/security/authentication/: none unless configured
    _stores("Redpanda", "redpanda", 9092, 8081, 8082, 9644, is_open=True),
    # https://www.rabbitmq.com/docs/networking#ports
    _stores("RabbitMQ", "rabbitmq", 5672, 5671, 4369, 25672, tells=(5672, 5671)),
    # https://docs.nats.io/running-a-nats-service/configuration/securing_nats: open unless configured
    _stores("NATS", "nats nats-streaming", 4222, 6222, 8222, tells=(4222,), is_open=True),
    # https://activemq.apache.org/components/classic/documentation/getting-started
    _stores(
        "ActiveMQ",
        "activemq activemq-classic activemq-artemis artemis",
        61616, 5672, 61613, tells=(61616,),
    ),
    # https://pulsar.apache.org/docs/next/security-overview/: open unless configured
    _stores("Pulsar", "pulsar pulsar-all", 6650, 8080, tells=(6650,), is_open=True),
    # https://mosquitto.org/documentation/authentication-methods/: nobody gets in until it is told who may
    _stores("an MQTT broker", "eclipse-mosquitto mosquitto", 1883, 9001, tells=(1883,)),
    # https://docs.emqx.com/en/emqx/latest/access-control/authn/authn.html: everybody may connect at first
    _stores("EMQX", "emqx emqx-enterprise", 1883, 8083, is_open=True),
    # https://distribution.github.io/distribution/about/deploying/: whoever connects may pull and push
    _stores(
        "a registry of images",
        "library/registry distribution/distribution",
        5000, is_open=True,
    ),
    # https://docs.docker.com/engine/daemon/remote-access/: root on the host for whoever connects
    _admin(DOCKER_API, "docker dind", 2375, tells=(2375,), is_open=True),
    _admin(DOCKER_API, "docker dind", 2376, tells=(2376,)),
    # https://docs.portainer.io/start/install-ce/server/docker/linux, https://docs.portainer.io/faqs (agent)
    _admin("Portainer", "portainer portainer-ce portainer-ee", 9000, 9443, 8000),
    _admin("the Portainer agent", "portainer/agent", 9001),
    # https://dockge.kuma.pet, https://komo.do/docs/setup, https://yacht.sh/docs
    _admin("Dockge", "dockge", 5001),
    _admin("Komodo", "komodo-core komodo-periphery", 9120, 8120),
    _admin("Yacht", "yacht", 8000),
    # https://dozzle.dev/guide/authentication: none unless a provider is set
    _admin("Dozzle", "dozzle", 8080, is_open=True),
    # https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/
    _admin("Traefik's dashboard", "traefik", 8080),
    # https://caddyserver.com/docs/api
    _admin("Caddy's admin interface", "caddy", 2019, tells=(2019,), is_open=True),
    # https://nginxproxymanager.com/setup/
    _admin("Nginx Proxy Manager", "nginx-proxy-manager nginxproxymanager", 81),
    # https://glances.readthedocs.io/en/latest/quickstart.html
    _admin("Glances", "glances", 61208, 61209, tells=(61208, 61209), is_open=True),
    # https://learn.netdata.cloud/docs/netdata-agent/securing-netdata-agents
    _admin("Netdata", "netdata", 19999, tells=(19999,), is_open=True),
    # https://github.com/google/cadvisor/blob/master/docs/web.md
    _admin("cAdvisor", "cadvisor", 8080, is_open=True),
    # https://prometheus.io/docs/operating/security/: whoever can connect may query everything
    _admin("Prometheus", "prom/prometheus prometheus/prometheus bitnami/prometheus", 9090, is_open=True),
    _admin("Alertmanager", "alertmanager", 9093, is_open=True),
    _admin("the Pushgateway", "pushgateway", 9091, is_open=True),
    # https://grafana.com/docs/grafana/latest/setup-grafana/configure-security/
    _admin("Grafana", "grafana grafana-oss grafana-enterprise", 3000),
    # https://www.elastic.co/docs/reference/kibana/configuration-reference/general-settings
    _admin("Kibana", "kibana opensearch-dashboards", 5601, tells=(5601,)),
    # https://www.jaegertracing.io/docs/latest/security/
    _admin("Jaeger", "all-in-one jaeger", 16686, tells=(16686,), is_open=True),
    # https://docs.phpmyadmin.net/en/latest/setup.html, https://www.adminer.org, https://www.pgadmin.org/docs/
    _admin("phpMyAdmin", "phpmyadmin", 80, 8080, 443),
    _admin("Adminer", "adminer", 8080, 80),
    _admin("pgAdmin", "pgadmin4", 80, 443, 5050),
    # https://github.com/sosedoff/pgweb, https://github.com/joeferner/redis-commander
    _admin("pgweb", "pgweb", 8081, is_open=True),
    _admin("Redis Commander", "redis-commander", 8081, is_open=True),
    # https://redis.io/docs/latest/operate/redisinsight/install/install-on-docker/
    _admin("Redis Insight", "redisinsight redis-stack", 5540, 8001, is_open=True),
    # https://github.com/mongo-express/mongo-express-docker
    _admin("mongo-express", "mongo-express", 8081),
    # https://www.rabbitmq.com/docs/management
    _admin("RabbitMQ's management", "rabbitmq", 15672, 15671, tells=(15672, 15671)),
    # https://flower.readthedocs.io/en/latest/auth.html: none unless configured
    _admin("Flower", "flower", 5555, is_open=True),
    # https://docs.kafbat.io/configuration/authentication, https://github.com/obsidiandynamics/kafdrop
    _admin(
        "a Kafka console",
        "kafka-ui kafbat-ui kafdrop akhq redpandadata/console",
        8080, 9000, is_open=True,
    ),
    # https://developer.hashicorp.com/consul/docs/reference/agent/ports: requests without a token are allowed
    _admin("Consul", "consul", 8500, 8501, tells=(8500,), is_open=True),
    # https://developer.hashicorp.com/nomad/docs/deploy/production/requirements
    _admin("Nomad", "nomad", 4646, tells=(4646,), is_open=True),
    # https://developer.hashicorp.com/vault/docs/configuration/listener/tcp
    _admin("Vault", "vault openbao", 8200),
    # https://min.io/docs/minio/container/index.html
    _admin("MinIO's console", "minio", 9001),
    # https://docs.n8n.io/hosting/installation/docker/
    _admin("n8n", "n8n", 5678),
    # https://nodered.org/docs/user-guide/runtime/securing-node-red: not secured unless configured
    _admin("Node-RED", "node-red", 1880, is_open=True),
    # https://docs.linuxserver.io/images/docker-code-server/: no password unless one is set
    _admin("code-server", "linuxserver/code-server linuxserver/openvscode-server", 8443, 3000, is_open=True),
    _admin("code-server", "coder/code-server codercom/code-server", 8080),
    _admin("OpenVSCode Server", "gitpod/openvscode-server", 3000, is_open=True),
    # https://jupyter-server.readthedocs.io/en/latest/operators/security.html
    _admin(
        "Jupyter",
        "base-notebook minimal-notebook scipy-notebook datascience-notebook tensorflow-notebook"
        " pytorch-notebook pyspark-notebook all-spark-notebook r-notebook julia-notebook jupyterhub",
        8888, 8000,
    ),
    # https://tsl0922.github.io/ttyd, https://github.com/sorenisanerd/gotty: a shell for whoever connects
    _admin("a shell in the browser", "ttyd gotty", 7681, 8080, tells=(7681,), is_open=True),
    # https://www.jenkins.io/doc/book/security/, https://airflow.apache.org/docs/apache-airflow/stable/security/
    _admin("Jenkins", "jenkins jenkins/jenkins", 8080, 50000),
    _admin("Airflow", "airflow", 8080),
    # https://spark.apache.org/docs/latest/security.html: off by default; https://docs.ray.io/en/latest/ray-security/
    _admin("Spark", "spark spark-master spark-worker", 8080, 7077, 6066, is_open=True),
    _admin("Ray", "ray ray-ml", 8265, 10001, is_open=True),
    # https://github.com/ollama/ollama/blob/main/docs/faq.md: the API has no authentication
    _admin("Ollama", "ollama", 11434, tells=(11434,), is_open=True),
    # https://github.com/SeleniumHQ/docker-selenium, https://docs.browserless.io
    _admin(
        "a remote browser",
        "standalone-chrome standalone-firefox standalone-edge standalone-chromium selenium/hub"
        " browserless/chrome browserless/chromium",
        4444, 7900, 5900, 3000, is_open=True,
    ),
    # https://mailpit.axllent.org/docs/configuration/http/, https://github.com/mailhog/MailHog/blob/master/docs/Auth.md
    _admin("a mailbox of all mail", "mailpit mailhog maildev", 8025, 1080, is_open=True),
    # https://docs.syncthing.net/users/guilisten.html: no password until one is set
    _admin("Syncthing", "syncthing", 8384, tells=(8384,), is_open=True),
    # https://github.com/wg-easy/wg-easy
    _admin("wg-easy", "wg-easy", 51821),
    # https://github.com/AdguardTeam/AdGuardHome/wiki/Getting-Started: open until it is set up
    _admin("AdGuard Home's setup", "adguardhome", 3000),
    # https://docs.pi-hole.net/docker/configuration/: a password is made at the first start
    _admin("Pi-hole", "pihole", 80, 443, 8080),
    # https://docs.linuxserver.io/images/docker-transmission/: no password unless one is set
    _admin("Transmission", "transmission transmission-openvpn", 9091, is_open=True),
    # https://docs.duplicati.com/detailed-descriptions/using-duplicati-from-docker: it has a login
    _admin("Duplicati", "duplicati", 8200),
    # https://www.keycloak.org/server/configuration-production, https://www.keycloak.org/server/management-interface:
    # 8080 is HTTP without TLS, as `start-dev` has it; 9000 tells metrics to whoever asks
    _admin("Keycloak", "keycloak", 8080, 9000),
    # https://nodejs.org/en/learn/getting-started/debugging#security-implications: runs what it is sent
    _admin("Node's debugger", "", 9229, tells=(9229,), is_open=True),
    # https://docs.emqx.com/en/emqx/latest/dashboard/introduction.html: it has a login
    _admin("EMQX's dashboard", "emqx emqx-enterprise", 18083, tells=(18083,)),
    # https://www.zigbee2mqtt.io/guide/configuration/frontend.html: no token unless one is set
    _admin("Zigbee2MQTT", "zigbee2mqtt", 8080, is_open=True),
    # https://docs.frigate.video/configuration/authentication/: 5000 is the port without, https://esphome.io/guides/
    _admin("Frigate", "frigate", 5000, is_open=True),
    _admin("ESPHome", "esphome", 6052, is_open=True),
)  # fmt: skip
# Ports that have to be reached by everybody for the service to be one, and the images that offer it.
# https://www.iana.org/assignments/service-names-port-numbers, https://docker-mailserver.github.io/docker-mailserver,
# https://mailu.io, https://docs.mailcow.email, https://stalw.art/docs, https://www.wireguard.com/quickstart,
# https://github.com/wg-easy/wg-easy, https://tailscale.com/kb/1282/docker, https://openvpn.net/community-docs,
# https://docs.linuxserver.io/images/docker-wireguard, https://headscale.net
_PUBLIC: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "docker-mailserver postfix dovecot mailu/nginx maddy stalwart mail-server poste.io",
        ("25/tcp", "465/tcp", "587/tcp", "143/tcp", "993/tcp", "995/tcp"),
    ),
    (
        "wg-easy wireguard docker-wireguard wg-access-server wireguard-ui wg-portal firezone subspace",
        ("51820/udp",),
    ),
    ("openvpn openvpn-as dockovpn", ("1194/udp", "1194/tcp")),
    ("ipsec-vpn-server", ("500/udp", "4500/udp")),
    ("tailscale", ("41641/udp",)),
    ("headscale derper", ("3478/udp",)),
    ("zerotier zerotier-one", ("9993/udp",)),
)
# Last parts of images that many other things are called, too.
_COMMON_NAMES = frozenset({"agent", "chrome", "chromium", "console", "express", "free", "hub", "spark"})
_SOCKET_PROXY = Service("a socket proxy", "socket proxy", "", (2375,), is_open=True)


def service_behind(listener: Listener) -> Service | None:
    """What is known to wait behind a port; one whose image and port are open may be anything."""
    if is_socket_proxy(listener.image):
        return _SOCKET_PROXY
    if listener.web_server and listener.handed_to is None:
        return None  # its sites say what they lead to
    # What is left open here is still found by the check that looks at every published port.
    port = assume(listener.ports if listener.target is None else listener.target, None)
    return service_at(listener.image, port, listener.protocol)


def service_at(image: Maybe[ImageName] | None, port: Ports | None, protocol: str = "tcp") -> Service | None:
    """The service that an image runs on a port, or that a port alone tells."""
    rows = services_of(image)
    for row in rows:
        if port is not None and any(number in port for number in row.ports):
            return row
    for row in rows:
        if row.kind == "datastore":  # whatever its port is: it has nothing else to offer
            return row
    if port is None or protocol != "tcp" or port.last - port.first > _WIDEST:
        return None
    return next((found for number in port.numbers() if (found := _by_port().get(number))), None)


def service_named(host: str, port: int) -> Service | None:
    """What is known to wait at a port of a host: by the host's name, which containers have of their images.

    A port that belongs to one product tells it where the name says nothing else, as an address does.
    """
    name = host.lower()
    rows = _by_name().get(name, ())
    if found := next((row for row in rows if port in row.ports), None):
        return found
    told = _by_port().get(port)
    is_name = not ("." in name or ":" in name or name in ("", "localhost"))
    if told is None or not is_name or told.name == DOCKER_API:
        return told
    return told if any(part in name for part in told.images.split()) else None


def services_of(image: Maybe[ImageName] | None) -> tuple[Service, ...]:
    """What an image is known to offer, also where only its tag is left open."""
    known = _known(image)
    if known is None:
        return ()
    by_image = _by_image()
    return by_image.get(_last_two(known)) or by_image.get(known.base, ())


def is_meant_for_all(listener: Listener) -> bool:
    """Whether the service behind a port is one that the whole world must reach: mail, a VPN."""
    port = assume(listener.ports if listener.target is None else listener.target, None)
    image = _known(listener.image)
    if port is None or image is None:
        return False
    offered = offered_to_all(image)
    return port.last - port.first <= _WIDEST and all(
        f"{number}/{listener.protocol}" in offered for number in port.numbers()
    )


def offered_to_all(image: ImageName) -> tuple[str, ...]:
    """The ports of an image that the whole world must reach: `25/tcp`."""
    known = _public()
    return known.get(_last_two(image)) or known.get(image.base, ())


def is_offered_to_all(port: int, protocol: str) -> bool:
    """Whether a port by itself says that the whole world must reach it: mail, a VPN."""
    return any(f"{port}/{protocol}" in offered for offered in _public().values())


def is_beyond_host(listener: Listener) -> bool:
    """Whether others than this host and its owner's own devices can reach the port."""
    return not (listener.address.is_loopback or listener.address.is_tailnet)


def _known(image: Maybe[ImageName] | None) -> ImageName | None:
    if isinstance(image, Unknown):
        # traefik:${TAG}: a colon behind the last slash ends the name
        return ImageName.of(image.head) if ":" in image.head.rpartition("/")[2] else None
    return image


def _last_two(image: ImageName) -> str:
    return "/".join(image.repository.rsplit("/", 2)[-2:])


@cache
def _public() -> dict[str, tuple[str, ...]]:
    return {name: ports for names, ports in _PUBLIC for name in names.split()}


@cache
def _by_image() -> dict[str, tuple[Service, ...]]:
    found: dict[str, tuple[Service, ...]] = {}
    for row in SERVICES:
        for name in row.images.split():
            found[name] = (*found.get(name, ()), row)
    return found


@cache
def _by_name() -> dict[str, tuple[Service, ...]]:
    found: dict[str, tuple[Service, ...]] = {}
    for row in SERVICES:
        for name in row.images.split():
            last = name.rpartition("/")[2]
            if last not in _COMMON_NAMES:
                found[last] = (*found.get(last, ()), row)
    return found


@cache
def _by_port() -> dict[int, Service]:
    return {number: row for row in reversed(SERVICES) for number in row.tells}
