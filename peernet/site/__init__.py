"""The public face: pages, search, feeds and sitemap."""
