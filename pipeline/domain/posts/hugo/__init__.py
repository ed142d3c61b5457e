"""Hugo's rules: https://gohugo.io/content-management/. Zola's front matter is near enough to be read."""
