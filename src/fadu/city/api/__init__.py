"""The acts and queries of the pages for machines: OpenAPI 3.1. It stands above the apps and decides nothing itself."""
