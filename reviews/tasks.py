"""What Celery does for this desk."""

from celery import shared_task

from reviews.actions.assignments import expire_unanswered


@shared_task
def expire() -> int:
    """Beat calls it every hour; `manage.py serve` does the same without a broker."""
    return expire_unanswered()
