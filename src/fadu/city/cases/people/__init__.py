"""资格、职责: who may do what in a case, and in what capacity he stands in it."""
