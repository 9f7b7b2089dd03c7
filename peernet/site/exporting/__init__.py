"""The public site as files: for a host that serves nothing but files, for a copy that outlives the machine.

``exporting.run`` brings a folder up to date. It begins at the home page and the sitemap, follows every link that leads
to a public page or file, and remembers what each was made from (``manifest``), so that the next run makes only what
has changed since. ``addresses`` says where a page lies, ``writing`` puts whole files there and nothing else, and
``finding`` writes what a browser searches in.
"""
