"""How the OpenAPI schema says who a node is."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from runners.api.access import NodeAuthentication


class NodeScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its metaclass is untyped
    target_class = NodeAuthentication
    name = "node"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Node <key>"}
