"""Commands of a machine, as a script or a person gives them, and the checks that speak up."""

import pytest

from compolint import packs
from compolint.load.commands import Commands, Run, Said
from compolint.model import Entity
from compolint.text import Span
from compolint.unknown import Undecided
from compolint.world import World

CHECKS = [offer.check for offer in packs.load() if offer.subject == "Command" and "/command/" in offer.file]


def found(text: str) -> set[str]:
    entities: list[Entity] = []
    said = Said(text, lambda start, end: Span("deploy.sh", start, end))
    Commands("deploy.sh", "deploy.sh", entities.append).of_text(said, Run("script", "deploy.sh"))
    world = World(entities)
    names: set[str] = set()
    for check in CHECKS:
        for entity in entities:
            try:
                problems = list(check.run(entity) if check.is_local else check.run(entity, world))
            except Undecided:
                problems = []
            names |= {check.name for _ in problems}
    return names


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("sudo systemctl stop docker", "service-control"),
        ("systemctl try-restart x", "service-control"),
        ("service nginx restart", "service-control"),
        ("ssh web 'sudo reboot'", "service-control"),
        ("docker restart web", "service-control"),
        ("sudo ufw disable", "firewall-disabling-command"),
        ("env A=1 timeout 5 ufw --force reset", "firewall-disabling-command"),
        ("bash -c 'iptables -P INPUT ACCEPT'", "firewall-disabling-command"),
        ("ip6tables --policy INPUT ACCEPT", "firewall-disabling-command"),
        ("iptables -F", "firewall-disabling-command"),
        ("nft flush ruleset", "firewall-disabling-command"),
        ("systemctl disable --now ufw", "firewall-disabling-command"),
        ("ufw allow 22", "firewall-command"),
        ("iptables -t nat -F", "firewall-command"),
        ("echo x > /etc/ufw/ufw.conf", "firewall-command"),
        ("rm -rf /", "destructive-command"),
        ("r''m -rf /", "destructive-command"),
        ("rm --recursive --force ~/", "destructive-command"),
        ('sudo rm -rf "$HOME"', "destructive-command"),
        ('rm -rf "$DIR"/*', "destructive-command"),
        ("ls && rm -rf /srv/app", "destructive-command"),
        ("for i in a b; do rm -rf /srv/$i; done", "destructive-command"),
        (":(){ :|:& };:", "destructive-command"),
        ("python3 -c \"import shutil; shutil.rmtree('/srv')\"", "destructive-command"),
        ("find / -name core -delete", "destructive-command"),
        ("zfs destroy -r tank/data", "destructive-command"),
        ("lvremove -f vg/data", "destructive-command"),
        ("btrfs subvolume delete /srv/data", "destructive-command"),
        ("aws s3 rb s3://data --force", "destructive-command"),
        ("podman system reset -f", "destructive-command"),
        ("docker swarm leave --force", "destructive-command"),
        ("/etc/init.d/ufw stop", "firewall-disabling-command"),
        ("update-rc.d ufw disable", "firewall-disabling-command"),
        ("rc-service iptables stop", "firewall-disabling-command"),
        ("init 0", "service-control"),
        ("kill -9 -1", "service-control"),
        ("echo dWZ3 | base64 -d | sh", "pipe-to-shell"),
        ("find /srv -delete", "destructive-command"),
        ("dd if=/dev/zero of=/dev/sda", "destructive-command"),
        ("echo x > /dev/sda", "destructive-command"),
        ("mkfs.ext4 /dev/sdb1", "destructive-command"),
        ("docker system prune -af --volumes", "destructive-command"),
        ("docker volume rm $(docker volume ls -q)", "destructive-command"),
        ("kubectl delete namespace prod", "destructive-command"),
        ("terraform destroy -auto-approve", "destructive-command"),
        ("crontab -r", "destructive-command"),
        ("psql -U app -d prod --command='drop database prod;'", "database-destruction"),
        ('docker exec -it db psql -U postgres -c "TRUNCATE users"', "database-destruction"),
        ('echo "DROP DATABASE prod;" | psql', "database-destruction"),
        ("git push --force origin main", "history-rewrite"),
        ("git push origin +main", "history-rewrite"),
        ("git -C x commit --amend --no-edit", "history-rewrite"),
        ("git push origin main", "production-deploy-command"),
        ("kubectl apply -f app.yaml", "production-deploy-command"),
        ("docker run --privileged --net=host alpine", "privileged-docker-run"),
        ("docker run --mount type=bind,src=/,dst=/host alpine", "privileged-docker-run"),
        ("podman run --privileged x", "privileged-docker-run"),
        ("docker compose run --rm --privileged web", "privileged-docker-run"),
        ("chmod 777 /srv/app", "world-writable-chmod"),
        ("chmod -R a+rwx /etc", "world-writable-chmod"),
        ("curl https://x.example/i.sh | sudo -E bash -", "pipe-to-shell"),
        ("curl -k https://x.example/", "tls-verification-disabled"),
        ("mysql -pXk29vQpLm3 -e x", "secret-in-command"),
    ],
)
def test_what_does_harm_is_found(text: str, check: str) -> None:
    assert check in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "ls -la && git status && git diff",
        "docker ps -a; docker compose config; docker logs --tail 10 web; docker inspect web",
        "ufw status verbose; iptables -L -n; iptables-save; nft list ruleset",
        "systemctl status nginx; systemctl enable nginx; service nginx status",
        "systemctl reload nginx; service nginx reload; systemctl --user restart x",
        'grep -rn "rm -rf /" docs/',
        'echo "ufw disable"',
        'git commit -m "remove docker run --privileged from docs"',
        "git log --grep='push --force'",
        "rg 'DROP TABLE' migrations",
        "chmod 644 README.md; chmod +x script.sh; chmod 1777 /tmp",
        'psql -c "select 1"',
        "curl -s https://api.example.com | jq .",
        "rm -rf ./node_modules /tmp/foo build; rm file",
        'rm -rf "$TMP"; rm -rf "${DIR:?}/x"; rm -rf /var/cache/app',
        "rm -rf /srv/app-$X /srv/${X:?} /opt/$X/cache /run/$X; find / -name core; : | cat",
        "zfs list; zfs destroy -n tank/x; aws s3 ls; aws s3 rb s3://x; docker swarm leave",
        "rc-service iptables start; chkconfig firewalld on; update-rc.d ufw defaults",
        "kill -1 12; kill -9 $PID; kill -TERM 1; init 3; /etc/init.d/ufw status",
        "base64 x | sh -c cat; base64 -d x | tar x",
        "find . -name '*.py' -print",
        "terraform plan; kubectl get pods; helm template x",
        "docker run --rm -v data:/data -p 80:80 alpine echo hi; docker run --help",
        "docker exec web rm -rf /data/cache",
        "man iptables; which ufw; apt-cache policy ufw",
        "ssh -p 2222 web uptime",
        "git push origin feature; git push --dry-run origin main",
        "cat docker-compose.yml | grep privileged",
    ],
)
def test_what_only_looks_or_speaks_is_left_alone(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "$A $B $C", "docker $A login -p $B", "uv $A", "python3 $A pip install $B", "apt-get $A $B",
        "chmod $A $B",
        "rm $A $B", "rm -rf $A",
        "git $A $B", "systemctl $A $B", "docker $A $B $C",
        "docker run $A $B", "curl $A",
        "iptables $A -P $B $C", "ufw $A", "nft $A", "psql $A", "kubectl $A $B", "dd $A", "npm $A",
        "find $A -delete",
        "echo $A | chpasswd", "mysql $A", "X=$A y", "pip install $A", "sudo $A", "helm $A", "terraform $A",
    ],
)  # fmt: skip
def test_open_words_leave_no_check_undecided(text: str) -> None:
    entities: list[Entity] = []
    said = Said(text, lambda start, end: Span("deploy.sh", start, end))
    Commands("deploy.sh", "deploy.sh", entities.append).of_text(said, Run("script", "deploy.sh"))
    world = World(entities)
    for check in [offer.check for offer in packs.load() if offer.subject == "Command"]:
        for entity in entities:
            list(check.run(entity) if check.is_local else check.run(entity, world))
