"""Who may read what on PostgreSQL: two roles that own nothing, and a function for each that answers as that role.

The function is SECURITY DEFINER: whoever calls it, a superuser too, has within it the rights of the role alone, and
cannot change them. So a question can read no file, write nothing and, without being asked to, read no full text.
"""

from sqlalchemy import Connection

from meoktong.store import views
from meoktong.store.schema import Base

FULL_TEXTS = {"document_versions": ("text", "comments")}
ROLES = {False: "meoktong_reader", True: "meoktong_text_reader"}  # whether it reads full texts
FUNCTIONS = {False: "meoktong_ask", True: "meoktong_ask_with_text"}

_FUNCTION = """
CREATE OR REPLACE FUNCTION {function}(question text, most integer) RETURNS SETOF json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT row_to_json(q) FROM (' || question || E'\\n) AS q LIMIT ' || most;
END $$
"""


def prepare(connection: Connection) -> None:
    """Make the roles and functions, or bring them up to date. Needs a role that may create roles."""
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    for with_text, role in ROLES.items():
        function = FUNCTIONS[with_text]
        known = connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).scalar()
        if not known:
            connection.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN")
        connection.exec_driver_sql(f"GRANT {role} TO CURRENT_USER")
        connection.exec_driver_sql(f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}")
        if connection.exec_driver_sql("SELECT to_regproc(%s)", (function,)).scalar():  # perhaps restored without owner
            connection.exec_driver_sql(f"ALTER FUNCTION {function}(text, integer) OWNER TO {role}")
        connection.exec_driver_sql(f"SET LOCAL ROLE {role}")
        connection.exec_driver_sql(_FUNCTION.format(function=function))
        connection.exec_driver_sql(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        connection.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION {function} TO SESSION_USER")
        connection.exec_driver_sql("RESET ROLE")
        connection.exec_driver_sql(f"REVOKE CREATE ON SCHEMA {schema} FROM {role}")
    grant(connection)


def grant(connection: Connection) -> None:
    """Let the roles, where they are, read the tables and views; needed after every migration, which remakes views."""
    known = set(connection.exec_driver_sql("SELECT rolname FROM pg_roles").scalars())
    for with_text, role in ROLES.items():
        if role not in known:
            continue
        for name in (*Base.metadata.tables, *views.views()):
            hidden = () if with_text else FULL_TEXTS.get(name, ())
            columns = [column.name for column in Base.metadata.tables[name].columns] if hidden else []
            shown = ", ".join(f'"{column}"' for column in columns if column not in hidden)
            connection.exec_driver_sql(f"GRANT SELECT {f'({shown})' if shown else ''} ON {name} TO {role}")
