"""The log: canonical records, a Merkle tree, signed checkpoints, receipts and the verifier that needs nothing else.

Reading order: suites, canonical, record, tree, note, checkpoint, tiles, receipt, timestamp, verify; then witness and heads.
Only the standard library is used, so that the verifier can be handed to a citizen as one file.
"""
