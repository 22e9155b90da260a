"""期限: what the mere passing of time owes, tells, ends and adds up."""
