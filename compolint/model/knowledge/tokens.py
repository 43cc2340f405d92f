"""How the tokens of well-known providers look, each row with the page that says so.

Hand-written because the known detectors bring hundreds of expressions that must be compiled at the
start; here a token is found by its first characters, and the rest is a run of an alphabet.
"""

# Alphabets, as in an expression's brackets
_HEX = "0-9a-f"
_UPPER = "A-Z0-9"
_ALNUM = "A-Za-z0-9"
_WORD = r"\w"
_URL_SAFE = r"\w\-"
_DOTTED = r"\w.\-"
_BASE64 = "A-Za-z0-9+/="

# How a token begins, which characters follow, at least how many, whose it is (and where that is said).
TOKENS: tuple[tuple[str, str, int, str], ...] = (
    # AWS IAM User Guide, "Understanding unique ID prefixes"
    ("AKIA", _UPPER, 16, "AWS"),
    ("ASIA", _UPPER, 16, "AWS"),
    # GitHub Docs, "About authentication to GitHub", token formats
    ("ghp_", _ALNUM, 36, "GitHub"),
    ("gho_", _ALNUM, 36, "GitHub"),
    ("ghu_", _ALNUM, 36, "GitHub"),
    ("ghs_", _DOTTED, 36, "GitHub"),
    ("ghr_", _ALNUM, 36, "GitHub"),
    ("github_pat_", _WORD, 40, "GitHub"),
    # GitLab Docs, "GitLab token overview", token prefixes
    ("glpat-", _DOTTED, 20, "GitLab"),
    ("gldt-", _DOTTED, 20, "GitLab"),
    ("glrt-", _DOTTED, 20, "GitLab"),
    ("glcbt-", _DOTTED, 20, "GitLab"),
    ("glptt-", _DOTTED, 20, "GitLab"),
    ("glft-", _DOTTED, 20, "GitLab"),
    ("glsoat-", _DOTTED, 20, "GitLab"),
    ("glagent-", _DOTTED, 20, "GitLab"),
    ("gloas-", _DOTTED, 20, "GitLab"),
    # Slack API, "Token types"
    ("xoxb-", _URL_SAFE, 20, "Slack"),
    ("xoxp-", _URL_SAFE, 20, "Slack"),
    ("xoxa-", _URL_SAFE, 20, "Slack"),
    ("xoxr-", _URL_SAFE, 20, "Slack"),
    ("xoxs-", _URL_SAFE, 20, "Slack"),
    ("xoxe-", _URL_SAFE, 20, "Slack"),
    ("xoxe.", _DOTTED, 20, "Slack"),
    ("xapp-", _URL_SAFE, 20, "Slack"),
    # Slack API, "Sending messages using incoming webhooks"
    ("hooks.slack.com/services/", r"\w/", 30, "Slack"),
    # Discord Developer Docs, "Webhook resource"
    ("discord.com/api/webhooks/", r"\w\-/", 70, "Discord"),
    ("discordapp.com/api/webhooks/", r"\w\-/", 70, "Discord"),
    # Stripe Docs, "API keys" and "Verify webhook signatures"
    ("sk_live_", _WORD, 16, "Stripe"),
    ("sk_test_", _WORD, 16, "Stripe"),
    ("rk_live_", _WORD, 16, "Stripe"),
    ("rk_test_", _WORD, 16, "Stripe"),
    ("whsec_", _BASE64, 24, "Stripe"),
    # Google Cloud Docs, "Manage API keys"; OAuth client secrets and access tokens
    ("AIza", _URL_SAFE, 35, "Google"),
    ("GOCSPX-", _URL_SAFE, 28, "Google"),
    ("ya29.", _DOTTED, 30, "Google"),
    # API references of OpenAI, Anthropic, OpenRouter and those that imitate them: sk-…, sk-ant-…, sk-or-…
    ("sk-", _URL_SAFE, 32, "an AI provider"),
    ("gsk_", _ALNUM, 48, "Groq"),
    ("xai-", _ALNUM, 70, "xAI"),
    ("pplx-", _ALNUM, 40, "Perplexity"),
    ("r8_", _ALNUM, 37, "Replicate"),
    # Hugging Face Hub docs, "User access tokens"
    ("hf_", _ALNUM, 30, "Hugging Face"),
    # npm Docs, "About access tokens"; PyPI help, "API tokens"; RubyGems guides, "API key"
    ("npm_", _ALNUM, 36, "npm"),
    ("pypi-AgE", _URL_SAFE, 60, "PyPI"),
    ("rubygems_", _HEX, 48, "RubyGems"),
    # Docker Docs, "Personal access tokens" and "Organization access tokens"
    ("dckr_pat_", _URL_SAFE, 24, "Docker"),
    ("dckr_oat_", _URL_SAFE, 24, "Docker"),
    # DigitalOcean API reference, "Authentication"
    ("dop_v1_", _HEX, 64, "DigitalOcean"),
    ("doo_v1_", _HEX, 64, "DigitalOcean"),
    ("dor_v1_", _HEX, 64, "DigitalOcean"),
    # SendGrid Docs, "API keys"; Brevo API reference, "Authentication"
    ("SG.", _DOTTED, 60, "SendGrid"),
    ("xkeysib-", _URL_SAFE, 70, "Brevo"),
    # Tailscale Docs, "Auth keys" and "API"
    ("tskey-", _URL_SAFE, 20, "Tailscale"),
    # HashiCorp Vault Docs, "Tokens"
    ("hvs.", _DOTTED, 24, "Vault"),
    ("hvb.", _DOTTED, 24, "Vault"),
    ("hvr.", _DOTTED, 24, "Vault"),
    # Grafana Docs, "Service accounts" and "Access policies"
    ("glsa_", _WORD, 40, "Grafana"),
    ("glc_", _BASE64, 40, "Grafana"),
    # Notion, Linear, Figma, Postman, Airtable, Atlassian: their API references on tokens
    ("ntn_", _ALNUM, 40, "Notion"),
    ("lin_api_", _ALNUM, 40, "Linear"),
    ("figd_", _URL_SAFE, 40, "Figma"),
    ("PMAK-", r"A-Za-z0-9\-", 50, "Postman"),
    ("ATATT3", r"\w\-=", 100, "Atlassian"),
    # New Relic Docs, "API keys"; Sentry Docs, "Auth tokens"; Dynatrace Docs, "Access tokens"
    ("NRAK-", _ALNUM, 27, "New Relic"),
    ("sntrys_", r"\w+/=", 50, "Sentry"),
    ("sntryu_", _HEX, 64, "Sentry"),
    ("dt0c01.", _DOTTED, 60, "Dynatrace"),
    # Shopify and Square developer docs on access tokens
    ("shpat_", _HEX, 32, "Shopify"),
    ("shpss_", _HEX, 32, "Shopify"),
    ("sq0atp-", _URL_SAFE, 22, "Square"),
    ("sq0csp-", _URL_SAFE, 43, "Square"),
    # Supabase, PlanetScale, Databricks, Doppler, Pulumi, Netlify, Fly.io: their docs on access tokens
    ("sbp_", _HEX, 40, "Supabase"),
    ("sb_secret_", _URL_SAFE, 20, "Supabase"),
    ("pscale_tkn_", _DOTTED, 32, "PlanetScale"),
    ("pscale_pw_", _DOTTED, 32, "PlanetScale"),
    ("dapi", _HEX, 32, "Databricks"),
    ("dp.pt.", _ALNUM, 40, "Doppler"),
    ("dp.st.", _DOTTED, 40, "Doppler"),
    ("pul-", _HEX, 40, "Pulumi"),
    ("nfp_", _ALNUM, 36, "Netlify"),
    ("fo1_", _URL_SAFE, 40, "Fly.io"),
    ("fm2_", r"A-Za-z0-9+/=,_", 60, "Fly.io"),
    # age(1), "age-keygen"
    ("AGE-SECRET-KEY-1", _ALNUM, 58, "age"),
    # Cloudflare Docs, "Run a tunnel": base64 of {"a":"<account>…
    ("eyJhIjoi", r"A-Za-z0-9+/=_\-", 100, "Cloudflare"),
    # Mailgun Docs, "API keys"; PostHog Docs, "Personal API keys"; Heroku Dev Center, "Platform API: tokens"
    ("key-", _HEX, 32, "Mailgun"),
    ("phx_", _ALNUM, 40, "PostHog"),
    ("HRKU-", _URL_SAFE, 36, "Heroku"),
    # 1Password Developer, "Service accounts"; Dropbox developers, "OAuth guide"
    ("ops_eyJ", r"A-Za-z0-9+/=_\-", 100, "1Password"),
    ("sl.", _URL_SAFE, 100, "Dropbox"),
    # API references of Tavily, Firecrawl, LangSmith and Langfuse
    ("tvly-", _URL_SAFE, 28, "Tavily"),
    ("fc-", _HEX, 32, "Firecrawl"),
    ("lsv2_", _WORD, 40, "LangSmith"),
    # ntfy Docs, "Access tokens"
    ("tk_", _ALNUM, 29, "ntfy"),
    # Facebook for Developers, "Access tokens"
    ("EAAC", _ALNUM, 100, "Facebook"),
)  # fmt: skip
