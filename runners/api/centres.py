"""What a centre's machines offer, as everybody may know it; its operators are told all."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry import queries as book
from registry.api.access import Anyone
from runners import machines


class MachineOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    engine = serializers.CharField()
    arch = serializers.CharField()
    cores = serializers.IntegerField()
    memory = serializers.IntegerField(help_text="bytes")
    gpu = serializers.IntegerField()
    slots = serializers.IntegerField(help_text="runs at a time")
    away = serializers.CharField(help_text="why it takes nothing new; empty when it does")


class HeldOut(serializers.Serializer[Any]):
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    title = serializers.CharField()
    is_private = serializers.BooleanField()
    nodes = serializers.ListField(child=serializers.CharField())


class OfferedOut(serializers.Serializer[Any]):
    centre = serializers.CharField()
    tier = serializers.CharField()
    nodes = MachineOut(many=True)
    held = HeldOut(many=True)


class CentreNodesView(APIView):
    permission_classes = (Anyone,)  # what is shown depends on who asks (runners/machines.py)

    @extend_schema(responses=OfferedOut, description="The nodes of a centre and the reference data they hold.")
    def get(self, request: Request, handle: str) -> Response:
        centre = book.centres().filter(handle=handle).first()
        if centre is None:
            raise NotFound("there is no such centre")
        own = machines.operates(request.user, centre)
        nodes = [asdict(each) for each in machines.machines(centre, all_of_it=own)]
        held = [asdict(each) for each in machines.data(centre, all_of_it=own)]
        return Response(OfferedOut({"centre": handle, "tier": centre.tier, "nodes": nodes, "held": held}).data)
