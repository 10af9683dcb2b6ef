"""The settings of the tests: config.settings with an in-memory book."""

from config.settings import *  # noqa: F403 - settings are a namespace
