"""Pictures of a comparison: where the product differs from the reference, and by how much of what was allowed."""
