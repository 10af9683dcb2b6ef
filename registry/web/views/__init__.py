"""Views parse, ask or act once, and render. They decide nothing."""
