"""Archive packages (档案包): a bag (RFC 8493) that carries its own proofs and can be checked with nothing else."""
