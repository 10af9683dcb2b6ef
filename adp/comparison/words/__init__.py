"""How numbers, places, limits and text of strangers are printed: the same on a page, in a report and in a picture."""
