"""Where documents come from: one file of facts per source; the behaviour is in base.py and extract.py."""
