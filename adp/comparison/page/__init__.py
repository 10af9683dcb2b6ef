"""A comparison as a folder of HTML that opens without a server, without a script and without the network."""

from adp.comparison.page.folder import write as write
