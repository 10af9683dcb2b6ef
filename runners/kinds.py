"""The events of this desk, said in a sentence; added to the registry's table when the app starts."""

from registry.kinds import KINDS, Kind

KINDS |= {
    "run.queue": Kind("{subject} waits for a node"),
    "run.replicate": Kind("{actor} asked for {subject}, a replication at another centre"),
    "run.revalidate": Kind("{actor} asked for {subject}, a re-validation"),
    "run.claim": Kind("a node took {subject}"),
    "run.fetch": Kind("the node fetches the source of {subject}"),
    "run.build": Kind("the node builds the environment of {subject}"),
    "run.start": Kind("the tests and steps of {subject} are running"),
    "run.collect": Kind("the node collects the products of {subject}"),
    "run.compare": Kind("the products of {subject} are being compared"),
    "run.finish": Kind("{subject} ended with a report"),
    "run.lose": Kind("{subject} lost its node"),
    "run.hand_back": Kind("a node handed {subject} back before it stopped"),
    "run.requeue": Kind("{subject} waits for another attempt"),
    "run.quarantine": Kind("{subject} could not be checked and was set aside"),
    "run.release": Kind("{actor} had {subject} tried anew"),
    "run.close": Kind("{actor} closed {subject} without another try", secret=True),
    "run.cancel": Kind("{actor} asked for {subject} to be stopped"),
    "run.confirm": Kind("{subject} has stopped without a verdict"),
    "node.enrol": Kind("{subject} was given a key", secret=True),
    "node.register": Kind("{subject} said which key it signs with", secret=True),
    "node.renew": Kind("{subject} was given a new key", secret=True),
    "node.drain": Kind("{subject} takes no new runs", secret=True),
    "node.resume": Kind("{subject} takes runs again", secret=True),
    "node.retire": Kind("{subject} was retired", secret=True),
}
