"""How the API knows who asks: `Authorization: Bearer adp_…` (or `Token adp_…`), or the browser's session."""

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from registry.actions import tokens
from registry.models import Person, Token

WORDS = frozenset({"bearer", "token"})


class KeyAuthentication(BaseAuthentication):
    """Other words (a node's, say) are left to whoever knows them."""

    def authenticate(self, request: Request) -> tuple[Person, Token] | None:
        word, _, key = request.headers.get("Authorization", "").partition(" ")
        if word.lower() not in WORDS:
            return None
        token = tokens.recognise(key.strip())
        if token is None:
            raise AuthenticationFailed("this token is unknown, expired or revoked; make a new one on your account page")
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Pharos"'


class Session(SessionAuthentication):
    """The browser's, with its CSRF token."""
