"""The reader of comparison specs, one room per family of sections; what it does not understand is a finding."""
