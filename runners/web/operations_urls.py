"""The addresses of the operators' pages."""

from django.urls import path

from runners.web import operations

app_name = "operations"
urlpatterns = [
    path("", operations.page, name="page"),
    path("nodes/<slug:name>/<slug:deed>/", operations.node, name="node"),
    path("runs/<uuid:run_id>/release/", operations.release, name="release"),
    path("runs/<uuid:run_id>/close/", operations.close, name="close"),
]
