"""Of every table it is said what it is: history, a projection of acts (which `fadu rebuild` compares and writes anew), a fact
with a leaf of its own, or operation. A new model needs a row here."""

from __future__ import annotations

from django.apps import apps

# Rows that follow from a case's acts; `fadu rebuild --check` compares them, `fadu rebuild` writes them.
PROJECTED = {
    "cases.Case": "marking, version, dates and stage are the fold of its acts",
    "cases.Duty": "replaced whenever its case changes",
    "cases.Involvement": "the organs of duties",
    "cases.Assignment": "what office acts made of the work (cases/desk/handing.py)",
    "cases.Delivery": "the record of a service",
    "cases.Publication": "what an act disclosed, as corrected",
    "cases.File": "the marks of corrections; the bytes and digests themselves are facts under the act's leaf",
    "participation.Consultation": "days and words of its opening act, count and root of its opinions",
}
# Rows made inside an act that say nothing beyond it, each with the reason why no fold is needed.
WITH_THEIR_ACT = {
    "cases.Act": "history itself; compared with the ledger",
    "cases.Definition": "the law a case pinned, named by its digest in every leaf",
    "cases.Party": "set at opening and when a step asks somebody in; read by name, never counted",
    "cases.MatterCode": "digest of the code handed out once at opening",
    "cases.CaseLink": "names another case; resolved when the act was done, since numbers can be given later",
    "cases.Document": "set from an act, numbered without gaps, under its digest",
    "cases.NumberSeries": "the last number given out; gaps are reported by the check of completeness",
    "participation.Clause": "the draft of the opening act, cut into its articles",
    "archives.Package": "sealed under a leaf of its own",
}
# Facts with leaves of their own, whose chains the ledger's own check reads.
FACTS = {
    "accounts.Person", "accounts.User", "accounts.Mandate", "accounts.Identity", "accounts.Recovery", "accounts.Token",
    "authority.Organ", "authority.Post", "authority.Appointment", "authority.Limit", "authority.CitySetting",
    "authority.Delegation", "authority.Power", "registries.Entry", "registries.LawFile", "participation.Answer",
    "participation.Comment", "participation.Lot", "participation.Hearing", "participation.Registration",
    "participation.Expert", "planning.WorkPlan", "planning.PlanTask", "supervision.Reading",
}  # fmt: skip
# The log: checked by `fadu ledger check`.
LOG = {
    "ledger.Leaf", "ledger.Opening", "ledger.CaseHead", "ledger.CaseKey", "ledger.Pending", "ledger.LogIndex",
    "ledger.Node", "ledger.LogState", "ledger.Checkpoint", "ledger.Cosignature", "ledger.TimeStamp", "ledger.HeadsFile",
    "ledger.AccessEntry",
}  # fmt: skip
# What runs the installation and binds nobody: lost, it is made again or missed by nobody's right.
OPERATIONAL = {
    "accounts.LogIn", "accounts.ContactClaim", "authority.Request", "authority.Outbox", "authority.DemoClock", "cases.Draft", "cases.SavedFilter",
    "cases.Reminder", "cases.Feed", "participation.Attempt", "portal.Gram", "portal.OneTimeCode",
}  # fmt: skip
KINDS = (set(PROJECTED), set(WITH_THEIR_ACT), FACTS, LOG, OPERATIONAL)


def test_every_model_is_classified_once() -> None:
    found = {
        f"{model._meta.app_label}.{model.__name__}"
        for model in apps.get_models()
        if model.__module__.startswith("fadu.")
    }
    known = set().union(*KINDS)
    assert found - known == set(), "a new table: say in tests/conformance/test_projected.py what it is"
    assert known - found == set(), "no longer a table"
    assert sum(map(len, KINDS)) == len(known), "one table, one kind"
