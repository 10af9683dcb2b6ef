"""Is this product the same as that reference, by a stated rule?"""
