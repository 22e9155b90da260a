"""The log on disk: leaves in the transaction of the act, one sequencer, signed checkpoints (design/trace.md)."""
