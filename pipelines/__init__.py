"""From extraction to database: one stage, one file, in the order that pipelines/intake.py gives them."""
