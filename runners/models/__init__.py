"""Re-exports only."""

from runners.models.artefact import RunArtefact
from runners.models.holding import Holding
from runners.models.log import RunLog
from runners.models.node import Node
from runners.models.run import Run
from runners.models.usage import RunUsage

__all__ = ["Holding", "Node", "Run", "RunArtefact", "RunLog", "RunUsage"]
