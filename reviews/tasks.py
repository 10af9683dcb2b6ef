"""What Celery does for this desk."""

from celery import shared_task

from reviews.actions import remind as reminding
from reviews.actions.silence import ENDINGS


@shared_task
def go_round() -> int:
    """Beat calls it every hour; `manage.py serve` does the same without a broker."""
    return sum(end() for end in ENDINGS) + reminding.remind()
