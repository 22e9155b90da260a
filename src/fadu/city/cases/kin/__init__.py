"""子案件、关联案件: what a case opens, names, and receives from another."""
