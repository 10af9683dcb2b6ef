"""The addresses of this desk's API, below /api/v1/; DESIGN §7."""

from django.urls import path

from runners.api import asking, centres, keeping, node, runs
from runners.api import schemes as schemes

app_name = "runners-api"
VERSION = "products/<slug:owner>/<slug:name>/versions/<str:label>/"
urlpatterns = [
    path(f"{VERSION}replicate/", asking.ReplicateView.as_view(), name="replicate"),
    path(f"{VERSION}revalidate/", asking.RevalidateView.as_view(), name="revalidate"),
    path("centres/<slug:handle>/nodes/", centres.CentreNodesView.as_view(), name="centre-nodes"),
    path("runs/", runs.RunsView.as_view(), name="runs"),
    path("runs/<uuid:run_id>/", runs.RunView.as_view(), name="run"),
    path("runs/<uuid:run_id>/log/", runs.RunLogView.as_view(), name="log"),
    path("node/register/", node.RegisterView.as_view(), name="register"),
    path("node/claim/", node.ClaimView.as_view(), name="claim"),
    path("node/layers/", keeping.LayersView.as_view(), name="layers"),
    path("node/layers/<str:digest>/", keeping.LayerView.as_view(), name="layer"),
    path("node/runs/<uuid:run_id>/heartbeat/", node.HeartbeatView.as_view(), name="heartbeat"),
    path("node/runs/<uuid:run_id>/log/", node.LogView.as_view(), name="node-log"),
    path("node/runs/<uuid:run_id>/artefacts/<path:name>/", node.ArtefactView.as_view(), name="artefact"),
    path("node/runs/<uuid:run_id>/first/<str:sha256>/", node.FirstView.as_view(), name="first"),
    path("node/runs/<uuid:run_id>/finish/", node.FinishView.as_view(), name="finish"),
]
