"""Values of one field against its reference: measures of distance, tallies, and the judge that holds both."""
