"""The database's own word that a table is written once, for migrations (0002 made the PostgreSQL function)."""

from collections.abc import Callable

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

SQLITE = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is written once: no {verb}'); END"
)
POSTGRES = (
    "CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION registry_written_once()"
)
VERBS = ("update", "delete")


def held(table: str) -> migrations.RunPython:
    """For a new table, which takes its triggers with it when it goes."""
    return migrations.RunPython(_hold(table, everywhere=True), migrations.RunPython.noop)


def held_over(table: str, *changes: Operation) -> list[Operation]:
    """Changes of such a table: SQLite makes it anew for each, and its triggers are gone with the old one."""
    hold, nothing = _hold(table, everywhere=False), migrations.RunPython.noop
    return [migrations.RunPython(nothing, hold), *changes, migrations.RunPython(hold, nothing)]


def _hold(table: str, *, everywhere: bool) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    def hold(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            for verb in VERBS:
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}", params=None)
                editor.execute(SQLITE.format(table=table, verb=verb, VERB=verb.upper()), params=None)
        elif everywhere:
            editor.execute(POSTGRES.format(table=table), params=None)

    return hold
