"""What can go wrong, by name. The command line turns each into one line and an exit status."""

from meoktong.models import Outcome


class MeoktongError(Exception):
    """A fault that the user can understand and act on: the message says what, where and what to do."""


class SettingsError(MeoktongError):
    """meoktong.toml or an environment variable holds something that is not a setting."""


class CatalogError(MeoktongError):
    """A catalog file is not what the catalog's types say; the message names file, entry and key."""


class StoreError(MeoktongError):
    """The database cannot be opened, read or written."""


class BusyError(StoreError):
    """Another run holds the source."""


class TaggingError(MeoktongError):
    """A process that tags died."""


class FileError(MeoktongError):
    """A file cannot be read, or is not what it should be from some point on; what came before it is sound."""


class IncidentError(MeoktongError):
    """There is no such incident, or it is not one that can be merged or split so."""


class WebhookError(MeoktongError):
    """A webhook did not take an alert."""


class ReportError(MeoktongError):
    """A report cannot be written."""


class UnhealthyError(MeoktongError):
    """A run brought so little that its source must have changed."""


class Rejected(MeoktongError):
    """A document that goes no further, with the outcome word that says why."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(f"{outcome}: {detail}")
        self.outcome = outcome
        self.detail = detail


class ApiRefused(Rejected):
    """A search API that is asked no more in this run: its key is wrong or its quota used up."""
