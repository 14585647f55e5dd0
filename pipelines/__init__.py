"""From extraction to database: one stage, one file, in the order that spiders/settings.py gives them."""
