"""A procedure being run: cases, their acts, duties, files, documents, deliveries."""
