"""名册、清单、目录: versioned entries with dates of effect, as of any day. Experts, counsel and others stand here."""
