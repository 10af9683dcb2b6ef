"""How values are said on a page: numbers, times, states, places, prose. Pure functions; the template tags wrap them."""
