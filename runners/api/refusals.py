"""What this desk refuses, as problems with a status of their own."""

from rest_framework.exceptions import APIException

from registry import pictures, storage
from registry.actions.artefacts import NameTakenError
from registry.actions.replicate import WrongAttestationError, WrongReplicationError
from registry.actions.validate import WrongReportError
from registry.ledger.machine import IllegalMoveError, StaleError
from runners.actions.nodes import AnotherKeyError
from runners.actions.tell import LogGapError
from runners.actions.upload import TooManyFilesError
from runners.lifecycle import StaleAttemptError


class ConflictError(APIException):
    status_code = 409
    default_code = "stale-attempt"
    default_detail = "this attempt is over; stop the job"


class UnprocessableError(APIException):
    status_code = 422
    default_code = "unprocessable"


class TooLargeError(APIException):
    status_code = 413
    default_code = "too-large"


STATUS: dict[type[Exception], type[APIException]] = {
    StaleAttemptError: ConflictError,
    StaleError: ConflictError,
    IllegalMoveError: ConflictError,
    AnotherKeyError: UnprocessableError,
    LogGapError: UnprocessableError,
    TooManyFilesError: UnprocessableError,
    NameTakenError: UnprocessableError,
    WrongReportError: UnprocessableError,
    WrongReplicationError: UnprocessableError,
    WrongAttestationError: UnprocessableError,
    pictures.NotAPictureError: UnprocessableError,
    storage.WrongDigestError: UnprocessableError,
    storage.TooLargeError: TooLargeError,
}


def refusal(error: Exception) -> Exception:
    """The same error as an answer; what is no refusal stays what it is."""
    kind = STATUS.get(type(error))
    return kind(str(error)) if kind else error
