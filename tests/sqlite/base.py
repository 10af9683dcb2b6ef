"""SQLite whose flush between tests may empty the tables that are written once: triggers aside, then back."""

from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.operations import DatabaseOperations


class Operations(DatabaseOperations):
    def sql_flush(self, style: Any, tables: Any, **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        dropped = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        return [*dropped, *super().sql_flush(style, tables, **options), *(sql for _, sql in triggers)]


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = Operations
