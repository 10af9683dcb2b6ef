"""Who a node is: `Authorization: Node <key>`. A node's key opens the doors of nodes and nothing else."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from runners.models import Node


class NodeAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Node, None] | None:
        scheme, _, key = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"node":
            return None
        node = Node.objects.by_key(key.decode("ascii", "replace").strip())
        if node is None:
            raise AuthenticationFailed("this node key is unknown or was withdrawn")
        return node, None

    def authenticate_header(self, request: Request) -> str:
        return "Node"


class IsNode(BasePermission):
    message = "only a node may do this"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, Node)
