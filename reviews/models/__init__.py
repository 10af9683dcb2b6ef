"""Re-exports only."""

from reviews.models.assignment import Assignment
from reviews.models.decision import Decision
from reviews.models.review import Review
from reviews.models.round import Round

__all__ = ["Assignment", "Decision", "Review", "Round"]
