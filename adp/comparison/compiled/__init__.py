"""What numba compiles: where it is kept and when it pays; and the decoders among it, which readers of formats call."""
