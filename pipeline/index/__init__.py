"""The search index: following the posts, building anew, comparing, asking."""
