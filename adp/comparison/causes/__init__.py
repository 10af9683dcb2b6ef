"""What most likely happened, told only where the pattern leaves no doubt: a sentence for people, a code where DESIGN
§6 has one. Causes are found after the verdict, from bounded samples, and never change it."""

from adp.comparison.causes.cause import Cause as Cause
from adp.comparison.causes.explain import explain_image as explain_image
from adp.comparison.causes.explain import explain_shapes as explain_shapes
from adp.comparison.causes.explain import explain_table as explain_table
from adp.comparison.causes.sides import Sides as Sides
