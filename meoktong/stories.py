"""Near-duplicates joined into stories."""
