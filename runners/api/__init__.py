"""HTTP at this desk: runs for people and programs, and the doors of the nodes."""
