"""`meoktong demo`: two bundled sites, served on loopback, and the whole job done on them.

The sites' pages are written for the demo and tell of October 2022. The outage of 15 October is real, with its real
times and cause; the two smaller ones, everybody quoted and every shop are invented.
"""
