"""Where programs take passwords on their command lines: by which options, in which words, from which pipes.

Checks look there for credentials, and what is shown of a line hides what stands there. By the manuals:
https://dev.mysql.com/doc/refman/en/connecting.html, https://redis.io/docs/latest/develop/tools/cli/,
https://curl.se/docs/manpage.html, https://docs.docker.com/reference/cli/docker/login/,
https://docs.aws.amazon.com/cli/latest/reference/configure/set.html, https://docs.npmjs.com/cli/commands/npm-config,
https://www.rabbitmq.com/docs/man; sshpass(1), htpasswd(1), chpasswd(8), useradd(8), ldapsearch(1), sudo(8),
openssl-enc(1), smbclient(1).
"""

# `-pX`; what follows as a word of its own is none
JOINED = dict.fromkeys(
    (
        "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlshow", "mysqlcheck", "mariadb",
        "mariadb-dump", "mariadb-admin", "mariadb-check",
    ),
    "-p",
)  # fmt: skip
# `-p X` and `-pX`
OPTIONS = {
    "redis-cli": "-a", "valkey-cli": "-a", "keydb-cli": "-a", "sshpass": "-p", "docker": "-p", "podman": "-p",
    "helm": "-p", "skopeo": "-p", "mongo": "-p", "mongosh": "-p", "mongodump": "-p", "mongorestore": "-p",
    "useradd": "-p", "usermod": "-p", "sqlcmd": "-P", "ldapadd": "-w", "ldapsearch": "-w", "ldapmodify": "-w",
    "bw": "--session", "influx": "-t", "mosquitto_pub": "-P", "mosquitto_sub": "-P", "az": "-p",
    "ipmitool": "-P",
}  # fmt: skip
# `-k X` only
SPACED = {"openssl": ("-k", "-K", "-hmac")}
# … of these only behind this word: `docker login -p X`, `helm registry login -p X`
LOGINS = frozenset(("docker", "podman", "helm", "skopeo", "az"))
LOGIN = "login"
# `-u user:password`
PAIRS = {
    "curl": ("-u", "--user", "-U", "--proxy-user"),
    "http": ("-a", "--auth"),
    "https": ("-a", "--auth"),
    "smbclient": ("-U", "--user"),
    "smbget": ("-U", "--user"),
    "rpcclient": ("-U", "--user"),
}
# … of these with another sign between the two
SEPARATORS = dict.fromkeys(("smbclient", "smbget", "rpcclient"), "%")
# The last word, if these stand before it: `htpasswd -b FILE USER X`, `mc alias set NAME URL USER X`
LAST = {
    "htpasswd": ("-b", "-nb", "-bn", "-bc", "-cb", "-nbB", "-Bbn", "-bB", "-Bb", "-nbm", "-bnB"),
    "rabbitmqctl": ("add_user", "change_password"),
    "vault": ("login",),
    "mc": ("alias set", "config host add"),
}
# The word behind a credential's name: `aws configure set aws_secret_access_key X`
SETTERS = frozenset(
    ("aws", "npm", "pnpm", "yarn", "pip", "pip3", "composer", "poetry", "redis-cli", "valkey-cli")
)
SETTING = ("set", "config")
# `echo X | docker login --password-stdin`, `echo X | sudo -S true`, `echo user:X | chpasswd`
PRINTERS = frozenset(("echo", "printf"))
READERS = frozenset(("chpasswd", "passwd"))
READING = r"--password-stdin\b|sudo[ \t](?:[^|;&\n]{0,80}[ \t])?-[a-zA-Z]*S\b"
