"""The words by which names of variables and options say that their value is a credential, or is not.

Gathered from the environment variables that the documentation of self-hosted images asks for: the
official images on Docker Hub, the manuals of Grafana, Keycloak, Gitea, Nextcloud, authentik, Vaultwarden,
n8n, Traefik, MinIO, Supabase and WordPress, and the option tables of their command lines.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that ask for a password, alone or at the end of a longer word: PGPASSWORD, dbpass.
PASSWORDS = _words("password passwd passphrase passcode pwd pass pw webpassword dbpass")
PASSWORD_ENDINGS = ("password", "passwd", "passphrase", "passcode", "pwd", "pass", "pw")
# Words that ask for another secret.
SECRETS = _words(
    "secret token apikey authkey secretkey accesskey privatekey privkey masterkey encryptionkey"
    " signingkey psk credential credentials creds mnemonic"
)
SECRET_ENDINGS = (
    "secret", "token", "apikey", "authkey", "accesskey", "secretkey", "privatekey", "privkey",
    "encryptionkey",
)  # fmt: skip
# Words that may ask for one; whether they do, the value shows.
DOUBTFUL = _words("salt jwt bearer cookie cookies passwords secrets tokens keys apikeys pat")
# Ordinary words that end like those above.
INNOCENT = _words(
    "oldpwd bypass compass encompass surpass trespass overpass underpass multipass askpass sshpass"
    " cryptopass secretless tokenless"
)
# Words before KEY that make it a secret one …
SECRET_KEYS = _words(
    "api app apps symmetric aes secret private access encryption encrypt auth authentication"
    " authorization signing sign signature master license licence session cookie jwt crypto crypt cipher"
    " webhook hmac shared preshared admin root service fernet storage account subscription consumer token"
    " wireguard wg vapid nonce developer creds nuke application internal"
)
# … and those that make it a public one, or the name or place of something.
OPEN_KEYS = _words(
    "public pub publishable publish site gpg pgp host primary foreign sort partition row hash range cache"
    " routing compose group dedup object bind index lookup json map modifier arrow release short hot tls"
    " ssl idempotency unique composite order config header label registry ca cert recipient by"
)
# Words anywhere that make the value one that everybody may see.
OPEN = _words("public publishable anon")
# Words behind the credential's word that make the name one of something about it.
ABOUT = _words(
    "age alg algo algorithm alias secure samesite httponly allow allowed attempts aud audience auth"
    " backend bits bucket budget cache chain change chars check class claim cmd column command complexity"
    " cost count days dir directory disabled domain driver duration enable enabled encoding encryption"
    " endpoint engine env expire expired expires expiration expiry exp field file filename files folder"
    " format generator grant hash hashed hasher hashing header headers helper hint hints history host"
    " hours id ids interval issue issuer iss iterations key kind leeway len length level lifespan lifetime"
    " limit location login loc manager max maxage method min mins minimum minutes mode mount must name"
    " names namespace numbers only owner param parameter path paths pattern period plugin policy port"
    " prefix prompt protected protection provider quality query realm ref reference refresh regex region"
    " request requests require required requirements reset resolver retention reuse rotate rotation rounds"
    " rule rules scheme scope scopes seconds sec server service session size source special stdin storage"
    " store strategy strength subject suffix template threshold through time timeout tries ttl type types"
    " uri url usage use user username validate validation validator validity verification version volume"
    " window"
)
# Words behind it that tell which one of several.
WHICH = _words(
    "base prod production dev development staging stage test main backup old new current next primary"
    " secondary default value plain plaintext cleartext text string encoded one two admin root"
)
# Words before it that make the name a switch: MYSQL_ALLOW_EMPTY_PASSWORD, PASS_ACCESS_TOKEN aside.
SWITCHES = _words(
    "allow allowed enable enabled disable disabled require required requires use show hide has is no"
    " without random skip num max min install force ignore validate verify"
)
# Words of names whose credential another provider gives out: a weak one there opens no door here.
FOREIGN = _words(
    "openai anthropic claude gemini google googleai vertex azure mistral groq xai grok perplexity cohere"
    " deepseek openrouter huggingface hf replicate together fireworks elevenlabs deepgram assemblyai"
    " tavily serper serpapi exa firecrawl brave llm smtp mail email mailer mailgun sendgrid postmark"
    " resend brevo mailjet imap telegram tgram discord slack pushover twilio vonage whatsapp github"
    " bitbucket dockerhub cloudflare cf duckdns digitalocean hetzner linode vultr porkbun godaddy"
    " namecheap gandi gandiv5 ovh route53 desec stripe paypal square plaid shopify tmdb tvdb trakt spotify"
    " lastfm youtube twitter facebook instagram reddit linkedin twitch steam openweather openweathermap"
    " mapbox maxmind datadog newrelic tailscale ts zerotier netbird dropbox backblaze b2 notion airtable"
    " trello jira linear figma vpn nordvpn mullvad surfshark protonvpn pia expressvpn ipvanish openvpn"
)
# Names that follow none of these rules; the value of those with AUTH is `user/password` or `user:password`.
WHOLE_NAMES = _words(
    "redis_auth masterauth requirepass vault_dev_root_token_id rabbitmq_erlang_cookie erlang_cookie"
    " transmission_web_home_auth pihole_pw creds_iv"
)
PAIRS = _words("neo4j_auth basic_auth basicauth http_auth flower_basic_auth auth es_auth kibana_auth")
PAIR_ENDINGS = ("basicauth_users", "digestauth_users")  # Traefik
