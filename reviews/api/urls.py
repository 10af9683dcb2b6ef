"""Mounted under /api/v1/. The sub-path is the verb of the move's name."""

from django.urls import path

from reviews.api import views

urlpatterns = [
    path("rounds/", views.Rounds.as_view(), name="api-rounds"),
    path("rounds/<uuid:pk>/", views.OneRound.as_view(), name="api-round"),
    path("rounds/<uuid:pk>/assignments/", views.Assignments.as_view(), name="api-round-assignments"),
    path("rounds/<uuid:pk>/decide/", views.Decide.as_view(), name="api-round-decide"),
    path("assignments/<uuid:pk>/agree/", views.Agree.as_view(), name="api-assignment-agree"),
    path("assignments/<uuid:pk>/decline/", views.Decline.as_view(), name="api-assignment-decline"),
    path("assignments/<uuid:pk>/report/", views.Report.as_view(), name="api-assignment-report"),
    path("assignments/<uuid:pk>/withdraw/", views.Withdraw.as_view(), name="api-assignment-withdraw"),
    path("checklists/<str:track>/", views.Checklist.as_view(), name="api-checklist"),
    path("reviews/", views.Reviews.as_view(), name="api-reviews"),
]
