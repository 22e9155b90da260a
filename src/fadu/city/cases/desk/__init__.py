"""公文办理: work moved from desk to desk inside a step, and from a post that somebody leaves."""
