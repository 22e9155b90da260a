"""Legal text: readers, outline, citations, library. No Django, no network; files only where given."""
