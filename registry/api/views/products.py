"""The catalogue, and one product."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry import queries
from registry.actions import products
from registry.api.access import Anyone, SignedIn, SignedRequest, reader
from registry.api.filters import PARAMETERS, filtered
from registry.api.paging import Tables
from registry.api.serializers import ProductLine, ProductOut
from registry.api.tables import CSVRenderer, VOTableRenderer


@extend_schema(parameters=PARAMETERS, description="Products, newest first. As JSON, CSV or VOTable.")
class ProductsView(ListAPIView[Any]):
    permission_classes = (Anyone,)
    renderer_classes = (JSONRenderer, CSVRenderer, VOTableRenderer)
    pagination_class = Tables
    serializer_class = ProductLine

    def get_queryset(self) -> Any:
        actor = reader(self.request)
        return filtered(queries.products(actor), self.request.query_params, actor=actor)


class ProductView(APIView):
    permission_classes = (Anyone,)

    @extend_schema(responses=ProductOut)
    def get(self, request: Request, owner: str, name: str) -> Response:
        return Response(ProductOut(queries.product(owner, name, actor=reader(request))).data)


class OpenView(APIView):
    """product.open and product.close."""

    permission_classes = (SignedIn,)
    scope = "submit"
    is_open = True

    @extend_schema(
        request=None,
        responses={204: None},
        description="Show (or hide) name and state of the product while it is in development.",
    )
    def post(self, request: SignedRequest, owner: str, name: str) -> Response:
        product = queries.product(owner, name, actor=request.user)
        products.set_open(actor=request.user, product=product, is_open=self.is_open)
        return Response(status=204)
