"""Rows of the ledger. Everything but openings, case keys, heads and the waiting list can only be added.

The database itself refuses change and deletion (`append_only.py` holds the triggers); what may change is what the
law wants erasable (openings, keys) and what is a projection (heads, waiting list).
"""

from __future__ import annotations

from django.db import models


class Log(models.IntegerChoices):
    """The two logs of one make: acts, and reads with refusals."""

    MAIN = 1, "主账本"
    ACCESS = 2, "查阅账本"


class Leaf(models.Model):
    """One act, register change, disclosure or delivery: the exact bytes that were hashed.

    ``case_ref`` is this database's name of the case (the body holds only a keyed tag of it); a blinded leaf of a
    sealed matter has a random one, and only its opening knows the case.
    """

    hash = models.BinaryField(primary_key=True, max_length=32)
    case_ref = models.CharField(max_length=80)
    seq = models.PositiveIntegerField()
    prev = models.BinaryField(max_length=32)
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_ref", "seq"], name="ledger_leaf_case_seq")]


class Opening(models.Model):
    """Values and salts behind the commitments of one leaf, sealed under the key of the case; erasable.

    ``sealed_case`` names the case of a blinded leaf, whose own row does not; it is empty for an ordinary leaf.
    """

    hash = models.BinaryField(primary_key=True, max_length=32)
    sealed_case = models.CharField(max_length=80, null=True)
    box = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(
                fields=["sealed_case"],
                name="ledger_opening_sealed",
                condition=models.Q(sealed_case__isnull=False),
            )
        ]


class CaseHead(models.Model):
    """The last leaf of a case: gives the next act its number and predecessor, and is the row its writers lock."""

    case_ref = models.CharField(max_length=80, primary_key=True)
    seq = models.PositiveIntegerField()
    hash = models.BinaryField(max_length=32)


class CaseKey(models.Model):
    """The data key of a case, wrapped by the key named ``kek``. Erasing replaces it: what it sealed is gone."""

    case_ref = models.CharField(max_length=80, primary_key=True)
    kek = models.CharField(max_length=16)
    wrapped = models.BinaryField()


class Pending(models.Model):
    """A committed leaf that waits for its index. Rows vanish when numbered and never otherwise (trigger)."""

    log = models.PositiveSmallIntegerField(choices=Log.choices)
    hash = models.BinaryField(max_length=32)


class LogIndex(models.Model):
    """The place of a leaf in the log: contiguous, given by the one sequencer, never by a database sequence."""

    pk = models.CompositePrimaryKey("log", "idx")
    log = models.PositiveSmallIntegerField(choices=Log.choices)
    idx = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "hash"], name="ledger_logindex_hash")]


class Node(models.Model):
    """A finished hash of the tree at its stored-hash position (golang.org/x/mod/sumdb/tlog, StoredHashIndex)."""

    pk = models.CompositePrimaryKey("log", "pos")
    log = models.PositiveSmallIntegerField(choices=Log.choices)
    pos = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)


class LogState(models.Model):
    """Identity of a log, fixed when it begins, and its size; the row the sequencer locks."""

    log = models.PositiveSmallIntegerField(choices=Log.choices, primary_key=True)
    origin = models.CharField(max_length=200)
    suite = models.CharField(max_length=32)
    epoch = models.PositiveIntegerField()
    size = models.BigIntegerField()


class Checkpoint(models.Model):
    """A signed checkpoint as published (C2SP tlog-checkpoint), without cosignatures."""

    pk = models.CompositePrimaryKey("log", "size")
    log = models.PositiveSmallIntegerField(choices=Log.choices)
    size = models.BigIntegerField()
    note = models.TextField()
    at = models.DateTimeField()


class Cosignature(models.Model):
    """One witness's signature line on a checkpoint (C2SP tlog-cosignature)."""

    log = models.PositiveSmallIntegerField(choices=Log.choices)
    size = models.BigIntegerField()
    witness = models.CharField(max_length=200)
    line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["log", "size", "witness"], name="ledger_cosignature_one"),
        ]


class TimeStamp(models.Model):
    """The answer of a time-stamping authority (RFC 3161) over a checkpoint as the log signed it.

    ``at`` is the moment in the token; ``asked_at`` the platform's own clock when it asked.
    """

    pk = models.CompositePrimaryKey("log", "size")
    log = models.PositiveSmallIntegerField(choices=Log.choices)
    size = models.BigIntegerField()
    response = models.BinaryField()
    at = models.DateTimeField()
    authority = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()


class HeadsFile(models.Model):
    """The heads of all cases on one day, whose root is a leaf (``leaf``): a cut tail shows against it."""

    day = models.DateField(primary_key=True)
    leaf = models.BinaryField(max_length=32)
    body = models.BinaryField()


class AccessEntry(models.Model):
    """One read, search, export or refused attempt: a leaf of the access log. Refusals hold code and step only."""

    hash = models.BinaryField(max_length=32, unique=True)
    case_ref = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(db_index=True)
    body = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["case_ref", "at"], name="ledger_access_case")]
