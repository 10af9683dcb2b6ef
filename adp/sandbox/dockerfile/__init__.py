"""What a Dockerfile says, and what it may not say: read by our own parser, judged before anything of it is run."""

from adp.sandbox.dockerfile.parse import Instruction as Instruction
from adp.sandbox.dockerfile.parse import instructions as instructions
from adp.sandbox.dockerfile.policy import check as check
from adp.sandbox.dockerfile.policy import read as read
