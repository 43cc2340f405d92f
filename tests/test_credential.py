"""Names that ask for credentials, values that are one, and forms that give one away."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.model.credential import (
    credentials,
    credentials_in_lines,
    credentials_of,
    default_credentials_of,
    is_example,
    is_placeholder,
    literal_secret,
    names_credential,
    provider_tokens,
    url_passwords,
    weak_password,
)
from compolint.model.workload import Variable
from compolint.secret import Secret
from compolint.text import Span

# Random, and in the sources in halves, so that no scanner takes it for one that leaked.
HEX = "9f86d081884c7d65" + "9a2feaa0c55ad015"
GITHUB = "ghp_" + "kJ8mQ2xR7vT4nW9bL3cF6hD1sA5gY0pE8uZ2"
JWT = "eyJhbGciOiJIUzI1NiJ9." + "eyJyb2xlIjoiYWRtaW4ifQ." + "c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize(
    "name",
    words("""
        POSTGRES_PASSWORD POSTGRES_PASSWD PGPASSWORD MYSQL_PWD MYSQL_ROOT_PASSWORD MARIADB_PASSWORD
        DB_PASS DB_PW DBPASS MONGO_INITDB_ROOT_PASSWORD RABBITMQ_DEFAULT_PASS RABBITMQ_ERLANG_COOKIE
        GF_SECURITY_ADMIN_PASSWORD KC_DB_PASSWORD KEYCLOAK_ADMIN_PASSWORD EMAIL_HOST_PASSWORD SMTP_PASS
        SECRET_KEY SECRET_KEY_BASE DJANGO_SECRET_KEY APP_SECRET APP_KEY JWT_SECRET JWT_SECRET_KEY
        NEXTAUTH_SECRET ENCRYPTION_KEY N8N_ENCRYPTION_KEY AUTHENTIK_SECRET_KEY
        AUTHENTIK_POSTGRESQL__PASSWORD ADMIN_TOKEN AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN CF_API_TOKEN
        CF_API_KEY CF_DNS_API_TOKEN DUCKDNS_TOKEN TOKEN TUNNEL_TOKEN OPENAI_API_KEY HF_TOKEN GITHUB_TOKEN
        GITEA__database__PASSWD GITEA__security__INTERNAL_TOKEN DRONE_RPC_SECRET MINIO_ROOT_PASSWORD
        MINIO_SECRET_KEY ELASTIC_PASSWORD XPACK_ENCRYPTEDSAVEDOBJECTS_ENCRYPTIONKEY MEILI_MASTER_KEY
        TYPESENSE_API_KEY SA_PASSWORD LDAP_BIND_PASSWORD PGADMIN_DEFAULT_PASSWORD
        ME_CONFIG_MONGODB_ADMINPASSWORD SUDO_PASSWORD WEBPASSWORD FTLCONF_webserver_api_password
        OPENVPN_PASSWORD WIREGUARD_PRIVATE_KEY WIREGUARD_PRESHARED_KEY TS_AUTHKEY TS_AUTH_KEY
        WATCHTOWER_HTTP_API_TOKEN DISCORD_TOKEN TELEGRAM_BOT_TOKEN SONARR__AUTH__APIKEY VNC_PASSWORD
        WORDPRESS_AUTH_KEY WORDPRESS_NONCE_KEY OTP_SECRET VAPID_PRIVATE_KEY COOKIE_SECRET SESSION_SECRET
        DOCKER_INFLUXDB_INIT_ADMIN_TOKEN COUCHDB_SECRET FERNET_KEY AIRFLOW__CORE__FERNET_KEY
        HASURA_GRAPHQL_ADMIN_SECRET PAPERLESS_DBPASS JICOFO_COMPONENT_SECRET RESTIC_PASSWORD
        BORG_PASSPHRASE GPG_PASSPHRASE KEYSTORE_PASSWORD SUBSCRIPTION_KEY NEW_RELIC_LICENSE_KEY SECRET
        STORAGE_ACCOUNT_KEY DB_PASSWORD_PROD POSTGRES_PASSWORD_OLD PASSWORD_2 dbPassword
        spring.datasource.password clientSecret apiKey x-api-key NEO4J_AUTH requirepass CREDENTIALS
        MINIO_ACCESS_KEY LDAP_BIND_CREDENTIALS
    """),
)
def test_a_name_asks_for_a_credential(name: str) -> None:
    assert names_credential(name)


@pytest.mark.parametrize(
    "name",
    words("""
        POSTGRES_PASSWORD_FILE SECRET_KEY_PATH SECRETS_DIR PASSWORD_MIN_LENGTH MIN_PASSWORD_LENGTH
        TOKEN_EXPIRY TOKEN_EXPIRES_IN ACCESS_TOKEN_EXPIRE_MINUTES JWT_EXPIRES_IN JWT_ALGORITHM
        JWT_AUDIENCE JWT_PUBLIC_KEY TOKEN_TTL TOKEN_URL TOKEN_ENDPOINT TOKEN_TYPE TOKEN_ISSUER
        TOKEN_HEADER PASSWORD_RESET_URL PASSWORD_RESET_TIMEOUT PASSWORD_POLICY PASSWORD_PROMPT
        PASSWORD_FIELD PASSWORD_HASH PASSWORD_HASHER SECRET_NAME SECRET_PROVIDER
        MYSQL_ALLOW_EMPTY_PASSWORD MYSQL_RANDOM_ROOT_PASSWORD ALLOW_EMPTY_PASSWORD DISABLE_PASSWORD_AUTH
        SHOW_PASSWORD_HINT PASSWORD_LOGIN_ENABLED MAX_TOKENS TOKENIZERS_PARALLELISM KEY_NAME KEYBOARD
        KEYMAP KEYCLOAK_URL MONKEY PASSENGER_APP PASSIVE_PORTS PASSTHROUGH BYPASS AUTH_TYPE AUTHOR
        SSH_PUBLIC_KEY PUBLIC_KEY VAPID_PUBLIC_KEY RECAPTCHA_SITE_KEY STRIPE_PUBLISHABLE_KEY
        NEXT_PUBLIC_SUPABASE_ANON_KEY SUPABASE_ANON_KEY CACHE_KEY_PREFIX PARTITION_KEY ROUTING_KEY
        BCRYPT_SALT_ROUNDS PWD OLDPWD GIT_ASKPASS SSH_KEY_PATH TLS_KEY_FILE GPG_KEY AWS_ACCESS_KEY_ID
        APPLE_KEY_ID CLIENT_ID POSTGRES_USER POSTGRES_DB KMS_KEY_ALIAS AUTH_MODE REFRESH_TOKEN_LIFETIME
        CREDENTIAL_HELPER NUM_TOKENS OAUTH2_PROXY_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_DOMAIN
        SECRETSDIR
    """),
)
def test_a_name_that_is_only_about_credentials_asks_for_none(name: str) -> None:
    assert not names_credential(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POSTGRES_PASSWORD", "postgres"),
        ("POSTGRES_PASSWORD", "hunter2"),
        ("POSTGRES_PASSWORD", "123456"),
        ("POSTGRES_PASSWORD", HEX),
        ("POSTGRES_PASSWORD", "pa$$word with spaces"),
        ("SECRET_KEY", "/9j4AAQSkZJRgABAQEAYABgAAD=" + "kL3cF6hD1sA5gY0"),
        ("APP_KEY", "base64:" + "D5oGA+zhFSVA3VwuoZoQ21RAcwBtJv/RGiqOcZ7BUvI="),
        ("API_TOKENS", f"{HEX}"),
        ("NEO4J_AUTH", "neo4j/graphs"),
        ("BASIC_AUTH", "admin:tiger42"),
        ("DATABASE_URL", "postgres://app:tiger42@db/app"),
        ("REDIS_URL", "redis://:tiger42@redis:6379"),
        ("WEBHOOK", f"https://hooks.example/in?token={HEX}"),
        ("ConnectionStrings__Default", "Server=db;User Id=sa;Password=Tiger_42!;Encrypt=true"),
        ("JAVA_OPTS", "-Xmx512m -Dspring.datasource.password=tiger42"),
        (
            "GITLAB_OMNIBUS_CONFIG",
            "external_url 'https://x'\ngitlab_rails['initial_root_password'] = 'tiger42x'",
        ),
        ("REDIS_ARGS", "--requirepass tiger42"),
        ("ANYTHING", GITHUB),
        ("ANYTHING", JWT),
    ],
)
def test_a_literal_credential_is_one(name: str, value: str) -> None:
    assert literal_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", ""),
        ("DB_PASSWORD", "${DB_PASSWORD}"),
        ("DB_PASSWORD", "$DB_PASSWORD"),
        ("DB_PASSWORD", "$$DB_PASSWORD"),
        ("DB_PASSWORD", "prefix-${DB_PASSWORD}"),
        ("DB_PASSWORD", "/run/secrets/db_password"),
        ("DB_PASSWORD", "./secrets/db.txt"),
        ("DB_PASSWORD", "true"),
        ("DB_PASSWORD", "changeme"),
        ("DB_PASSWORD", "CHANGE_ME_TO_A_STRONG_PASSWORD"),
        ("DB_PASSWORD", "<your password>"),
        ("DB_PASSWORD", "your-password-here"),
        ("DB_PASSWORD", "xxxxxxxx"),
        ("DB_PASSWORD", "********"),
        ("DB_PASSWORD", "# REQUIRED: openssl rand -hex 32"),
        ("DB_PASSWORD", "DB_PASSWORD"),
        ("DB_PASSWORD", "{{ vault_db_password }}"),
        ("DB_PASSWORD", "op://vault/db/password"),
        ("DB_PASSWORD", "ENC[AES256_GCM,data:abc=,iv:def=,type:str]"),
        ("DB_PASSWORD", "@@DB_PASSWORD@@"),
        ("ADMIN_TOKEN", "$argon2id$v=19$m=65540,t=3,p=4$c2FsdA$aGFzaA"),
        ("ADMIN_PASSWORD", "$2y$10$abcdefghijklmnopqrstuv"),
        ("JWT_SECRET", "HS256"),
        ("ACCESS_TOKEN", "3600"),
        ("ACCESS_TOKEN", "30d"),
        ("OPENAI_API_KEY", "sk-..."),
        ("OPENAI_API_KEY", "sk-your-openai-api-key"),
        ("SORT_KEY", "created_at"),
        ("DEFAULT_KEY", "name"),
        ("API_TOKENS", "one,two"),
        ("SESSION_COOKIE", "my_app_session"),
        ("SSH_KEY", "ssh-ed25519 " + "AAAAC3NzaC1lZDI1NTE5AAAAIK2 me@here"),
        ("AUTH", "authelia:9091"),
        ("NEO4J_AUTH", "none"),
        ("DATABASE_URL", "postgres://app:${DB_PASSWORD}@db/app"),
        ("DATABASE_URL", "postgres://app@db:5432/app"),
        ("PROXY", "http://proxy.internal:3128"),
        ("DSN", "host=db user=app password=${DB_PASSWORD}"),
        ("GITLAB_OMNIBUS_CONFIG", "a = 1\n# gitlab_rails['smtp_password'] = 'tiger42x'"),
        ("DB_PASSWORD", "{cipher}682bc583f4641835fa2db009355293665d2647dade3375c0ee201de2a49f7bda"),
        ("EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
        ("GITHUB_TOKEN", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        ("POSTGRES_USER", "postgres"),
        ("COMMENT", "the password is in the vault"),
        ("DB_PASSWORD_SECRET", "db-password-secret-name"),
        ("COMMENT", "give it --password or --password-file"),
    ],
)
def test_what_is_no_literal_credential(name: str, value: str) -> None:
    assert not literal_secret(name, value)


@pytest.mark.parametrize(
    "value",
    words("""
        postgres password Passw0rd! P@ssw0rd123 admin admin123 root toor guest changeit 123456 1234567890
        qwerty secret supersecret mysecretpassword minioadmin somewordpress wp_password_seguro
        dev-ops-token my-super-secret-jwt-key Welcome1 letmein W3bh00kS3cret!2025 aaaaaaaa abcd1234
        test-secret-key-for-local-dev youshallnotpass x9 n8n npm
    """),
)
def test_a_guessable_password_is_weak(value: str) -> None:
    assert weak_password(value)


@pytest.mark.parametrize(
    "value",
    [
        *("nu4x599Wq7u0Bn8E", "kdos9lsk@1l1!", HEX, "correct-zebra-battery-42", "7Q11Vz6R2J6BLAdO"),
        *("x" + HEX, "hunter2hunter", "s3cr3tXyzAbc99", "ABCD-EFGH-1234-5678"),
    ],
)
def test_a_password_nobody_guesses_at_once_is_not_weak(value: str) -> None:
    assert not weak_password(value)


def test_a_password_that_repeats_what_stands_around_it_is_weak() -> None:
    assert not weak_password("budibase_minio_2024")
    assert weak_password("budibase_minio_2024", near="budibase")


def test_a_placeholder_is_told_from_a_weak_password() -> None:
    assert is_placeholder("change-me-in-production-min-32-chars")
    assert is_placeholder("REPLACE_WITH_STRONG_SECRET")
    assert not is_placeholder("postgres")
    assert not is_placeholder(HEX)


def test_a_place_is_one_credential() -> None:
    url = "postgres://app:tiger42@db/app"
    (found,) = credentials("DB_PASSWORD_URL", url)
    assert (found.form, url[found.start : found.end]) == ("url", "tiger42")
    (found,) = credentials("GITHUB_TOKEN", GITHUB)
    assert (found.form, found.provider) == ("token", "GitHub")


def test_a_private_key_is_found_in_a_value() -> None:
    key = (
        "-----BEGIN PRIVATE KEY-----\n"
        + f"MIIEvQIBADANBgkqhkiG9w0{GITHUB[4:]}{JWT}\n-----END PRIVATE KEY-----"
    )
    assert [found.form for found in credentials("TLS", key)] == ["private key"]
    assert not credentials("TLS", "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----")


def test_a_certificate_and_a_public_key_are_no_credentials() -> None:
    assert not credentials("TLS_SECRET", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----")


@pytest.mark.parametrize(
    ("text", "passwords"),
    [
        ("amqp://guest:guest@rabbit", ["guest"]),
        ("a://u:p1@h b://u:p2@h", ["p1", "p2"]),
        ("https://host:8080/a@b", []),
        ("https://[::1]:80/", []),
        ("postgres://u:${P}@h", ["${P}"]),
    ],
)
def test_passwords_in_urls(text: str, passwords: list[str]) -> None:
    assert [text[start:end] for start, end in url_passwords(text)] == passwords


def test_a_token_inside_of_a_longer_word_is_none() -> None:
    assert list(provider_tokens(GITHUB))
    assert not list(provider_tokens(f"x{GITHUB}"))


def test_lines_of_a_configuration_file() -> None:
    text = f"""
user: app
password: tiger42
  "api_key": "{HEX}",
requirepass lion42x # not this
password_file = /run/secrets/x
"""
    found = [(name, text[each.start : each.end]) for name, each in credentials_in_lines(text)]
    assert found == [("password", "tiger42"), ("api_key", HEX), ("requirepass", "lion42x")]


def variable(name: str, written: str, value: str | None = None) -> Variable:
    return Variable(
        key=name,
        span=Span("f", 0, 5),
        spans={"value": Span("f", 10, 10 + len(written))},
        owner="",
        owner_name="db",
        name=name,
        value=None if value is None else Secret(value),
        written=Secret(written),
        given_by="environment",
    )


def test_the_place_is_that_of_the_credential_in_the_value() -> None:
    ((_, at),) = credentials_of(variable("URL", "a://u:tiger@h", "a://u:tiger@h"))
    assert at == Span("f", 16, 21)


def test_a_value_that_a_variable_gives_is_not_the_files_own() -> None:
    assert not list(credentials_of(variable("DB_PASSWORD", "${P}", "tiger42")))
    assert not list(credentials_of(variable("URL", "a://u:${P}@h", "a://u:tiger42@h")))


def test_a_doubled_dollar_is_one_of_the_password() -> None:
    ((found, _),) = credentials_of(variable("DB_PASSWORD", "pa$$swoooord99xk", "pa$swoooord99xk"))
    assert found.strength == "real"


def test_a_literal_default_is_found_where_it_stands() -> None:
    ((name, found, at),) = default_credentials_of(variable("DB_PASSWORD", "${P:-tiger42xyz}"))
    assert (name, found.strength, at) == ("P", "real", Span("f", 15, 25))
    ((name, _, _),) = default_credentials_of(variable("URL", "a://u:${DB_PASS-${OTHER_PASS:-tiger42xyz}}@h"))
    assert name == "OTHER_PASS"
    assert not list(default_credentials_of(variable("DB_PASSWORD", "${P:-}${P:?set it}${P:+x}")))


@pytest.mark.parametrize(
    "path", [".env.example", "a/.env.sample", "example.env", "env.template", "compose.example.yaml"]
)
def test_an_example_file_is_known_by_its_name(path: str) -> None:
    assert is_example(path)
    assert not is_example(f"{path}/.env")


TEXTS = st.text() | st.text("$:/@{}-_=aZ0.\"' \n", max_size=300)


@given(TEXTS, TEXTS)
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_detectors(name: str, text: str) -> None:
    for found in credentials(name, text):
        assert 0 <= found.start < found.end <= len(text)
    for _, found in credentials_in_lines(text):
        assert 0 <= found.start <= found.end <= len(text)
    list(default_credentials_of(variable(name, text)))


@pytest.mark.parametrize(
    "text",
    ["a" * 300_000, "eyJ" * 100_000, "-----BEGIN PRIVATE KEY" * 20_000, "://a:" * 60_000, "${A:-" * 60_000,
     "password=" * 40_000, "1" * 300_000, ":AA" * 100_000, "ghp_" * 80_000, "?a=" * 100_000,
     "\n- " * 100_000],
)  # fmt: skip
def test_long_texts_take_linear_time(text: str) -> None:
    credentials("PASSWORD", text)
    list(credentials_in_lines(text))
    list(default_credentials_of(variable("PASSWORD", text)))
