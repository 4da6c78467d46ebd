"""A real OpenID Connect provider on a loopback port: Authlib's server side, with discovery, keys, PKCE and signed ID tokens.

Tests tell it who signs in there (``claims``) and, to play a hostile one, how to spoil what it says (``spoil``).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from authlib.oidc.core.util import create_half_hash
from flask import Flask, jsonify
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "paso-seguro", "a secret of both sides"


class Client(ClientMixin):
    """The platform, as it is registered there."""

    client_id = CLIENT
    redirect_uris: tuple[str, ...] = ()

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uris[0]

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code:
    """An authorization code that was given out."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None

    def is_expired(self) -> bool:
        return False


class Provider:
    """The provider, serving at ``issuer``."""

    def __init__(self, redirect_uri: str, clock: Callable[[], Any]) -> None:
        self.claims: dict[str, Any] = {"sub": "n-1", "email": "nayeli@paso.example", "email_verified": True}
        self.spoil: Callable[[dict[str, Any]], Any] = lambda payload: None
        self.headers: dict[str, str] = {}
        self.algorithm = "RS256"
        self.keys = {
            "RS256": RSAKey.generate_key(2048, {"kid": "r"}),
            "ES256": ECKey.generate_key("P-256", {"kid": "e"}),
        }
        self.told: dict[str, Any] = {}
        self.codes: dict[str, Code] = {}
        self.clock = clock
        self.encode: Callable[[dict[str, Any]], str] = self._signed
        client = Client()
        client.redirect_uris = (redirect_uri,)
        app = Flask("provider")
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self._serve(app, client)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.thread.join(5)

    def _signed(self, payload: dict[str, Any]) -> str:
        key = self.keys[self.algorithm]
        header = {"alg": self.algorithm, "kid": key.kid, **self.headers}
        return jwt.encode(header, payload, key, algorithms=[self.algorithm])

    def _serve(self, app: Flask, client: Client) -> None:
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = (
            "1"  # the provider's side refuses plain HTTP; here it is a loopback port
        )
        mine = self

        class CodeGrant(grants.AuthorizationCodeGrant):
            TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

            def save_authorization_code(self, code: str, request: Any) -> None:
                data = request.payload.data
                mine.codes[code] = Code(
                    redirect_uri=request.payload.redirect_uri,
                    scope=request.payload.scope,
                    nonce=data.get("nonce"),
                    code_challenge=data.get("code_challenge"),
                    code_challenge_method=data.get("code_challenge_method"),
                    auth_time=int(mine.clock().timestamp()),
                )

            def query_authorization_code(self, code: str, client: Client) -> Code | None:
                return mine.codes.get(code)

            def delete_authorization_code(self, authorization_code: Code) -> None:
                mine.codes = {key: one for key, one in mine.codes.items() if one is not authorization_code}

            def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
                return mine.claims

        class Identified(OpenIDCode):
            def exists_nonce(self, nonce: str, request: Any) -> bool:
                return False

            def get_jwt_config(self, *_more: Any) -> dict[str, Any]:
                return {"key": mine.keys["RS256"], "alg": "RS256", "iss": mine.issuer, "exp": 600}

            def get_client_algorithm(self, client: Any) -> str:
                return mine.algorithm

            def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
                return UserInfo(user)

            def encode_id_token(self, token: Any, request: Any) -> str:
                now = int(mine.clock().timestamp())
                payload = {
                    "iss": mine.issuer,
                    "aud": CLIENT,
                    "iat": now,
                    "exp": now + 600,
                    "nonce": request.authorization_code.nonce,
                    "at_hash": create_half_hash(token["access_token"], "RS256").decode(),
                    **mine.claims,
                }
                mine.spoil(payload)
                return mine.encode(payload)

        server = AuthorizationServer(app, query_client=lambda _id: client, save_token=lambda _token, _request: None)
        server.register_grant(CodeGrant, [Identified(require_nonce=True), CodeChallenge(required=True)])

        @app.get("/.well-known/openid-configuration")
        def discovery() -> Any:
            return jsonify(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "id_token_signing_alg_values_supported": ["RS256", "ES256", "none"],
                    **self.told,
                }
            )

        @app.get("/keys")
        def keys() -> Any:
            return jsonify({"keys": [key.as_dict(private=False) for key in self.keys.values()]})

        @app.get("/authorize")
        def authorize() -> Any:
            grant = server.get_consent_grant(end_user=self.claims)
            return server.create_authorization_response(grant_user=self.claims, grant=grant)

        @app.post("/token")
        def token() -> Any:
            return server.create_token_response()
