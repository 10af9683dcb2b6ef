"""How long one message may take at a broker that is away or hangs: seconds, and never twice."""

from typing import Any
from urllib.parse import urlsplit

SECONDS = 2  # to connect, to write, to be answered
AT_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}  # kombu's own: six seconds


def transport_options(url: str) -> dict[str, Any]:
    """Of kombu's transports; those for Redis and for RabbitMQ have different names for the same things."""
    if urlsplit(url).scheme in {"amqp", "amqps", "pyamqp"}:
        return AT_ONCE | {
            "confirm_publish": True,  # sent means that the broker has it
            "read_timeout": 2 * SECONDS,
            "write_timeout": SECONDS,
        }
    return AT_ONCE | {
        "visibility_timeout": 3600,  # twice the longest task and more: what takes longer would be done twice at a time
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": SECONDS,
        "socket_timeout": 2 * SECONDS,  # more than the second for which kombu asks to be kept waiting
        "socket_keepalive": True,
    }
