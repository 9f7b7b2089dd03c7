"""Texts from elsewhere made Markdown: what is pasted out of a word processor or a page, and Word files.

The work is done in a child process (``child``) within bounds of CPU time and memory; ``asking`` is the way in.
"""
