"""The few directives of Nginx by whose names the end of a statement is judged.

Modules add directives of either kind, so of other names nothing is said.
"""

# What lists anything by names of its own: nothing in it is a directive.
TABLES = frozenset(("charset_map", "geo", "map", "split_clients", "types"))
BLOCKS = TABLES | frozenset(
    ("events", "http", "if", "limit_except", "location", "mail", "match", "server", "stream", "upstream")
)
SIMPLE = frozenset(
    (
        "access_log", "add_header", "alias", "allow", "auth_basic", "auth_basic_user_file",
        "auth_request", "auth_request_set", "autoindex", "break", "charset", "client_body_buffer_size",
        "client_body_timeout", "client_header_timeout", "client_max_body_size", "default_type", "deny",
        "error_log", "error_page", "etag", "expires", "fastcgi_buffers", "fastcgi_index", "fastcgi_param",
        "fastcgi_pass", "fastcgi_read_timeout", "fastcgi_split_path_info", "grpc_pass", "gzip",
        "gzip_comp_level", "gzip_disable", "gzip_min_length", "gzip_proxied", "gzip_static", "gzip_types",
        "gzip_vary", "include", "index", "internal", "keepalive", "keepalive_timeout", "limit_conn",
        "limit_req", "limit_req_zone", "listen", "log_format", "log_not_found", "multi_accept", "pid",
        "proxy_buffer_size", "proxy_buffering", "proxy_buffers", "proxy_cache", "proxy_cache_bypass",
        "proxy_cache_path", "proxy_cache_valid", "proxy_connect_timeout", "proxy_cookie_path",
        "proxy_hide_header", "proxy_http_version", "proxy_intercept_errors", "proxy_next_upstream",
        "proxy_no_cache", "proxy_pass", "proxy_pass_header", "proxy_read_timeout", "proxy_redirect",
        "proxy_request_buffering", "proxy_send_timeout", "proxy_set_header", "proxy_ssl_name",
        "proxy_ssl_server_name", "proxy_ssl_verify", "real_ip_header", "real_ip_recursive", "resolver",
        "resolver_timeout", "return", "rewrite", "root", "satisfy", "scgi_pass", "send_timeout",
        "sendfile", "server_name", "server_names_hash_bucket_size", "server_tokens", "set",
        "set_real_ip_from", "ssl_buffer_size", "ssl_certificate", "ssl_certificate_key", "ssl_ciphers",
        "ssl_client_certificate", "ssl_dhparam", "ssl_ecdh_curve", "ssl_prefer_server_ciphers",
        "ssl_preread", "ssl_protocols", "ssl_session_cache", "ssl_session_tickets", "ssl_session_timeout",
        "ssl_stapling", "ssl_stapling_verify", "ssl_trusted_certificate", "ssl_verify_client",
        "stub_status", "sub_filter", "tcp_nodelay", "tcp_nopush", "try_files", "types_hash_max_size",
        "underscores_in_headers", "user", "uwsgi_param", "uwsgi_pass", "valid_referers",
        "worker_connections", "worker_processes", "worker_rlimit_nofile",
    )
)  # fmt: skip
