"""Rows that are written once, held by the database itself: whoever goes around Django is refused, too."""

from django.db import migrations

TABLES = ("registry_event", "registry_validation", "registry_artefact", "registry_tiergrant")

SQLITE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is written once: no update'); END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is written once: no delete'); END;
"""
SQLITE_BACK = "DROP TRIGGER {table}_no_update; DROP TRIGGER {table}_no_delete;"

POSTGRES_FIRST = """
CREATE FUNCTION registry_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is written once: no %', TG_TABLE_NAME, lower(TG_OP) USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""
POSTGRES = """
CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION registry_written_once();
"""
POSTGRES_BACK = "DROP TRIGGER {table}_written_once ON {table};"


def hold(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRES_FIRST, params=None)
        for table in TABLES:
            editor.execute(POSTGRES.format(table=table), params=None)
        return
    for table in TABLES:
        for statement in SQLITE.format(table=table).strip().split("END;")[:-1]:
            editor.execute(statement + "END;", params=None)


def release(apps, editor):
    if editor.connection.vendor == "postgresql":
        for table in TABLES:
            editor.execute(POSTGRES_BACK.format(table=table), params=None)
        editor.execute("DROP FUNCTION registry_written_once();", params=None)
        return
    for table in TABLES:
        for statement in SQLITE_BACK.format(table=table).split("; "):
            editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunPython(hold, release, elidable=False)]
