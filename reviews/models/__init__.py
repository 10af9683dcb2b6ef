"""Re-exports only."""

from reviews.models.alternate import Alternate
from reviews.models.appeal import Appeal
from reviews.models.assignment import Assignment
from reviews.models.decision import Decision
from reviews.models.observer import Observer
from reviews.models.reminder import Reminder
from reviews.models.review import Review
from reviews.models.round import Round
from reviews.models.thread import Comment, Place, Thread

__all__ = [
    "Alternate",
    "Appeal",
    "Assignment",
    "Comment",
    "Decision",
    "Observer",
    "Place",
    "Reminder",
    "Review",
    "Round",
    "Thread",
]
