"""The database: the only place, beside meoktong.queries, that holds SQL."""
