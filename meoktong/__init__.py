"""meoktong (먹통): who was hit when a Korean platform went dark, by which service, how and for how long."""

from importlib.metadata import version

__version__ = version("meoktong")
