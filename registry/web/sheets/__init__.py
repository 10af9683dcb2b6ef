"""What a page shows, put together from rows and reports as frozen values; views fetch, templates only print."""
