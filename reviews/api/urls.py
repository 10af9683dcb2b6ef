"""Mounted under /api/v1/. The sub-path is the verb of the move's name."""

from django.urls import path

from reviews.api import editing, views

urlpatterns = [
    path("rounds/", views.Rounds.as_view(), name="api-rounds"),
    path("rounds/<uuid:pk>/", views.OneRound.as_view(), name="api-round"),
    path("rounds/<uuid:pk>/assignments/", views.Assignments.as_view(), name="api-round-assignments"),
    path("rounds/<uuid:pk>/decide/", views.Decide.as_view(), name="api-round-decide"),
    path("rounds/<uuid:pk>/take/", editing.Take.as_view(), name="api-round-take"),
    path("rounds/<uuid:pk>/set_modes/", editing.SetModes.as_view(), name="api-round-set-modes"),
    path("rounds/<uuid:pk>/hand/", editing.Hand.as_view(), name="api-round-hand"),
    path("rounds/<uuid:pk>/line_up/", editing.LineUp.as_view(), name="api-round-line-up"),
    path("rounds/<uuid:pk>/observe/", editing.Observe.as_view(), name="api-round-observe"),
    path("rounds/<uuid:pk>/unobserve/", editing.Unobserve.as_view(), name="api-round-unobserve"),
    path("rounds/<uuid:pk>/appeal/", editing.File.as_view(), name="api-appeal-file"),
    path("appeals/<uuid:pk>/uphold/", editing.Uphold.as_view(), name="api-appeal-uphold"),
    path("appeals/<uuid:pk>/dismiss/", editing.Dismiss.as_view(), name="api-appeal-dismiss"),
    path("assignments/<uuid:pk>/extend/", editing.Extend.as_view(), name="api-assignment-extend"),
    path("assignments/<uuid:pk>/agree/", views.Agree.as_view(), name="api-assignment-agree"),
    path("assignments/<uuid:pk>/decline/", views.Decline.as_view(), name="api-assignment-decline"),
    path("assignments/<uuid:pk>/report/", views.Report.as_view(), name="api-assignment-report"),
    path("assignments/<uuid:pk>/withdraw/", views.Withdraw.as_view(), name="api-assignment-withdraw"),
    path("checklists/<str:track>/", views.Checklist.as_view(), name="api-checklist"),
    path("reviews/", views.Reviews.as_view(), name="api-reviews"),
]
