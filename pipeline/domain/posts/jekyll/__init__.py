"""Jekyll's rules: https://jekyllrb.com/docs/posts/."""
