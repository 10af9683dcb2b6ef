"""The settings of the bench's site: those of a journey's, at everybody's own pace."""

from tests.journeys.settings import *  # noqa: F403 - settings are a namespace

RUNNERS: dict[str, object] = {}
