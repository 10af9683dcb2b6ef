"""What is written once, held by the database itself: whoever goes around Django is refused, too.

Lines of the ledger, validations, artefacts and grants never change. A version is never deleted, so that no label is
used twice, and what it pins never changes; its state and its dates do.
"""

from django.db import migrations

TABLES = ("registry_event", "registry_validation", "registry_artefact", "registry_tiergrant")
PINNED = ("product_id", "label", "url", '"commit"', "tree", "manifest_text", "submitted_by_id")

SQLITE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is written once: no update'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is written once: no delete'); END",
)
SQLITE_VERSION = (
    "CREATE TRIGGER registry_version_no_delete BEFORE DELETE ON registry_version "
    "BEGIN SELECT RAISE(ABORT, 'registry_version is written once: no delete'); END",
    "CREATE TRIGGER registry_version_pinned BEFORE UPDATE ON registry_version WHEN "
    + " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in PINNED)
    + " BEGIN SELECT RAISE(ABORT, 'registry_version is written once: what it pins does not change'); END",
)
POSTGRES_FUNCTION = (
    "CREATE FUNCTION registry_written_once() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION '% is written once: no %', TG_TABLE_NAME, lower(TG_OP) "
    "USING ERRCODE = 'integrity_constraint_violation'; END $$"
)
POSTGRES = (
    "CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION registry_written_once()",
)
POSTGRES_VERSION = (
    "CREATE TRIGGER registry_version_no_delete BEFORE DELETE ON registry_version "
    "FOR EACH ROW EXECUTE FUNCTION registry_written_once()",
    "CREATE TRIGGER registry_version_pinned BEFORE UPDATE ON registry_version FOR EACH ROW WHEN ("
    + " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in PINNED)
    + ") EXECUTE FUNCTION registry_written_once()",
)


def statements(vendor):
    first = [POSTGRES_FUNCTION] if vendor == "postgresql" else []
    each = POSTGRES if vendor == "postgresql" else SQLITE
    last = POSTGRES_VERSION if vendor == "postgresql" else SQLITE_VERSION
    return [*first, *(s.format(table=table) for table in TABLES for s in each), *last]


def hold(apps, editor):
    for statement in statements(editor.connection.vendor):
        editor.execute(statement, params=None)


def release(apps, editor):
    vendor = editor.connection.vendor
    for statement in reversed(statements(vendor)):
        words = statement.split()
        if words[1] == "TRIGGER":
            table = words[words.index("ON") + 1]
            editor.execute(f"DROP TRIGGER {words[2]}" + (f" ON {table}" if vendor == "postgresql" else ""), params=None)
        else:
            editor.execute("DROP FUNCTION registry_written_once()", params=None)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunPython(hold, release)]
