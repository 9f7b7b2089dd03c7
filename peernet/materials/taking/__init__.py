"""Materials as files to take away: Markdown, one HTML page, EPUB, citations; a cohort's whole book.

What is written here is written for everybody: it takes what the public page of a material was loaded as, so that a
file shows nothing that the page does not show, and is stale with it. Writers are pure and write the same bytes for the
same material, so that a page can say how large a file is.
"""
