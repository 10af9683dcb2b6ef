"""What a consortium declares about its product: adp.toml as frozen values; line and column for every fault."""
