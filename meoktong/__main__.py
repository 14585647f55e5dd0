"""`python -m meoktong`."""

from meoktong.cli import main

main()
