"""The words that passwords are made of when nobody thought about them, and those that ask to be replaced.

The default credentials are those that the documentation of each product names: Docker Hub's pages of the
official images, Bitnami's READMEs, MinIO ("minioadmin"), Keycloak, Grafana and pgAdmin ("admin"), RabbitMQ
("guest"), Neo4j, Zabbix, Java's key stores ("changeit"), Lavalink ("youshallnotpass"), SQL Server's page
on Docker Hub ("yourStrong(!)Password"). The words are those of the lists of most used passwords that the
NCSC and Have I Been Pwned publish, and of the example files that server projects ship.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A value that nothing but these words, digits and punctuation make up is among the first to be tried.
WEAK_WORDS = _words(
    "password passwords passwd passphrase pass pwd pw secret secrets secure secured super strong safe"
    " private hidden my me myself mysecret default defaults initial admin administrator administrateur adm"
    " root toor user users username name guest master owner operator manager system sys sysadmin service"
    " services svc server client account login logon welcome letmein hello world test tests testing tester"
    " tmp temp demo demos example sample foo bar baz qux dev devel develop developer development dummy"
    " staging stage prod production local localhost localdev home homelab house lab labs net network cloud"
    " host hosting site web website www app apps application api apis backend frontend internal external"
    " public core main node worker agent docker dockerfile container compose stack swarm kube kubernetes"
    " key keys token tokens auth authentication jwt session sessions cookie cookies crypt crypto encrypt"
    " encryption encryptionkey signing hash salt pepper hmac random string long very the and for not only"
    " this that is here there too can you no one two three db dbs database databases data base sql mysql"
    " mysqld maria mariadb percona postgres postgre postgresql pg pgsql pgadmin psql mongo mongodb"
    " mongouser redis valkey memcached rabbit rabbitmq amqp kafka nats mqtt mosquitto broker queue elastic"
    " elasticsearch kibana logstash opensearch solr influx influxdb grafana prometheus loki telegraf"
    " metrics minio bucket storage store s3 keycloak authentik authelia ldap openldap slapd nextcloud"
    " owncloud wordpress wp word press drupal joomla magento ghost strapi directus gitea gogs git gitlab"
    " github jenkins sonar sonarqube nexus drone woodpecker registry harbor airflow superset metabase"
    " redash jupyter n8n npm portainer traefik nginx proxy caddy zabbix nagios odoo moodle matomo mautic"
    " mattermost rocketchat synapse matrix jitsi keycloakdb couchdb couch cassandra neo4j arangodb"
    " clickhouse oracle mssql sa express django flask rails laravel spring boot symfony nodejs python java"
    " php go webhook vault consul nomad hashicorp bitnami plex jellyfin sonarr radarr lidarr transmission"
    " torrent qbittorrent deluge vpn wireguard openvpn pihole adguard unifi hass homeassistant assistant"
    " zigbee z2m iot esp camera frigate immich photo photos paperless docs wiki wikijs bookstack outline"
    " vaultwarden bitwarden appwrite supabase pocketbase hasura nocodb baserow change changed changeit"
    " changeme later please now qwerty qwertz qwertyuiop azerty asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm"
    " iloveyou love monkey dragon hunter sunshine princess football baseball shadow superman batman"
    " trustno access whatever starwars computer internet summer winter autumn bitch ninja mustang michael"
    " jordan ashley bailey charlie donald jesus abc abcd abcde abcdef abcdefg abcdefgh calvin cisco"
    " raspberry raspberrypi pi ubuntu debian centos vagrant ansible puppet packer terraform shall"
    " youshallnotpass ops devops team company corp org inc foobar snipeit snipe it wger npmpass whale pdns"
    " powerdns e2e ci sk vuln un unsafe insecure weak simple easy basic normal minimal generic common"
    " shared mail email smtp imap postfix mailcow mailu roundcube rspamd ftp sftp ssh smb samba nfs backup"
    " restic borg duplicati"
)
# Values that are known defaults although no rule above makes them up.
WEAK_WHOLE = _words(
    "toor changeit hunter2 trustno1 p4ssw0rd correcthorsebatterystaple 1q2w3e4r 1q2w3e4r5t 1qaz2wsx"
    " q1w2e3r4 zaq12wsx qazwsx qazwsxedc mypass123 pass@word1 passw0rd! somewordpress"
)
# What no password has in it that was not written by hand.
WEAK_PARTS = ("password", "passwd", "passw0rd", "passwort", "motdepasse", "contrasena", "123456", "qwerty")
# Words of a value that ask the reader to write another one in its place.
ASKING = _words(
    "your yours yourself change changeme changethis changeit changez replace replaceme replacewith"
    " placeholder todo fixme tbd redacted dummy insert fill fillme here required provided generate"
    " generated votre dein deine tu example sample xxx xxxx xxxxx xxxxxx unset undefined setme enter paste"
    " put"
)
ASKING_PARTS = (
    "changeme", "changethis", "changeit", "changepass", "replaceme", "replacethis", "replacewith",
    "yourpass", "yoursecret", "yourtoken", "yourkey", "yourapi", "yourstrong", "yourown", "yoursecure",
    "yoursuper", "placeholder", "passwordhere", "secrethere", "tokenhere", "keyhere", "xxxx",
    "opensslrand",
)  # fmt: skip
# Values that no password has: switches, nothing, names of methods.
KEYWORDS = _words(
    "true false accept yes no on off y n t f none null nil undefined unset unused enabled disabled enable"
    " disable auto optional required user_provided always never basic bearer digest plain plaintext hs256"
    " hs384 hs512 rs256 es256 eddsa bcrypt argon2 argon2id md5 sha1 sha256 sha512 scram-sha-256 oauth"
    " oauth2 oidc saml empty"
)
# How values begin that tell where the secret is kept: 1Password, SOPS, Vault, cloud stores, Grafana, Symfony.
REFERENCES = (
    "{{", "{cipher}", "{%", "<%", "((", "%(", "%env(", "$(", "`", "$__file{", "$__env{", "vault:", "op://",
    "ref+", "enc[", "arn:aws:", "awssm:", "gcpsm:", "sm://", "ssm:", "secretsmanager:", "env:", "env(",
    "file:", "file(", "@microsoft.keyvault", "keyring:", "kms:", "bws:", "doppler://", "infisical:", "secret://",
    "secretref:", "{env.", "{$", "{file.", "%{", "#{",
)  # fmt: skip
# How hashes of passwords begin: crypt(5), Argon2, Django, Werkzeug, LDAP (RFC 2307), PostgreSQL, Jupyter.
HASHES = (
    "$1$", "$2a$", "$2b$", "$2x$", "$2y$", "$5$", "$6$", "$7$", "$y$", "$apr1$", "$argon2", "$scrypt$",
    "$pbkdf2", "pbkdf2:", "pbkdf2_", "scrypt:", "{ssha", "{sha", "{crypt}", "scram-sha-256$", "argon2:",
    "sha1:", "sha256:", "sha512:", "bcrypt$", "argon2$",
)  # fmt: skip
