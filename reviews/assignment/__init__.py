"""Who reviews what, for many products at once: a pool of pairs, bounds that must hold, and the best plan within them.

Numbers in, numbers out: nothing here knows the database. `solve` makes a plan, `refill` mends one after a decline,
`alternatives` says who else could do it and what that costs."""

from reviews.assignment.choices import Alternative as Alternative
from reviews.assignment.choices import alternatives as alternatives
from reviews.assignment.plan import Plan as Plan
from reviews.assignment.pool import Bounds as Bounds
from reviews.assignment.pool import Pool as Pool
from reviews.assignment.refill import refill as refill
from reviews.assignment.shortage import Shortage as Shortage
from reviews.assignment.solve import solve as solve
