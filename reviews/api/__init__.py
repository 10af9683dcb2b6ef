"""The desk's part of /api/v1/: the same doors as the pages, one sub-path per verb."""
