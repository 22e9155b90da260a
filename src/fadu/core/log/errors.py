"""What can be wrong with a log, a proof or a signed text. Verifiers raise these and never answer with a boolean."""

from __future__ import annotations

from fadu.core.errors import InputError


class LogError(InputError):
    """A record, note, checkpoint, tile or receipt does not have the form its specification demands."""

    code = "bad_log_data"


class ProofError(LogError):
    """The form is right and the mathematics is not: hash, proof or signature does not hold."""

    code = "proof_failed"
