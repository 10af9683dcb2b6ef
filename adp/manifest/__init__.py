"""What a consortium declares about its product: adp.toml, read into frozen values, with line and column for every fault."""
