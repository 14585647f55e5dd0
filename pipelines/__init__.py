"""What happens to a document between extraction and database: one stage, one file, in the order of spiders/settings.py."""
