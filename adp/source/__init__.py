"""Git, held at arm's length: fetch one commit of a stranger's repository, write it out as inert files."""
